// Starts one operating-system process, on a pipe or on a terminal, and reports its output and its end.
import { type ChildProcess, spawn } from 'node:child_process'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import type { Readable } from 'node:stream'
import type { PreparedCommand } from '../../sandbox/sandbox.ts'
import type { OutputPipes } from './output-pipe.ts'

export interface Child {
  /** Leader of its own session and process group. */
  readonly pid: number
  /** Undefined when its input is closed. */
  readonly write: ((chars: string) => void) | undefined
  /** When it ended and its output was read: its code, or 128 and the signal's number. */
  readonly exited: Promise<number>
}

/** How long output is still read after the end, while something that outlived the process may write it. */
const DRAIN_MS_MAX = 2000
/** … and how long it must have been silent to be left earlier. */
const DRAIN_QUIET_MS = 250
/** Bytes read before others get their turn of the event loop. */
const BURST_BYTES_MAX = 256 * 1024

const ROWS = 24
const COLUMNS = 80

/** Rejects with the operating system's error when the program cannot be started. */
export async function startChild(
  command: PreparedCommand,
  tty: boolean,
  pipes: OutputPipes,
  onOutput: (chunk: Buffer) => void,
): Promise<Child> {
  return tty ? startOnTerminal(command, onOutput) : startOnPipe(command, pipes, onOutput)
}

async function startOnPipe(
  command: PreparedCommand,
  pipes: OutputPipes,
  onOutput: (chunk: Buffer) => void,
): Promise<Child> {
  const pipe = await pipes.take()
  const output = pipe?.writeFd ?? 'pipe'
  let child: ChildProcess
  try {
    child = spawn(command.file, command.args, {
      cwd: command.cwd,
      env: command.env,
      detached: true,
      stdio: ['ignore', output, output],
      windowsHide: true,
    })
  } catch (error) {
    if (pipe) fs.closeSync(pipe.readFd)
    throw error
  } finally {
    if (pipe) fs.closeSync(pipe.writeFd)
  }
  const drained = pipe
    ? drainPipe(pipe.readFd, onOutput)
    : drainStreams(
        [child.stdout, child.stderr].filter((stream) => stream !== null),
        onOutput,
      )
  const exited = new Promise<number>((resolve, reject) => {
    child.once('error', (error) => {
      drained.stop()
      reject(error)
    })
    child.once('exit', (code, signal) => {
      void drained.after(DRAIN_MS_MAX).then(() => resolve(exitCode(code, signal)))
    })
  })
  const { pid } = child
  if (pid === undefined) {
    await exited // without a pid the error event follows
    throw new Error('a process without an id ended')
  }
  return { pid, write: undefined, exited }
}

function exitCode(code: number | null, signal: NodeJS.Signals | null): number {
  return code ?? 128 + (signal ? os.constants.signals[signal] : 0)
}

interface Draining {
  /** Resolves when everything was read, or nothing came any more, or the time is over; then reading stops. */
  after(ms: number): Promise<void>
  stop(): void
}

/** Size of a pipe on Linux. */
const READ_BYTES_MAX = 65_536

/** Reads into one buffer again and again: a flood leaves no garbage. */
function drainPipe(fd: number, onOutput: (chunk: Buffer) => void): Draining {
  const buffer = Buffer.allocUnsafe(READ_BYTES_MAX)
  const bursts = createBursts(onOutput)
  const socket = new net.Socket({
    fd,
    readable: true,
    writable: false,
    onread: { buffer, callback: (bytes) => bursts.take(buffer.subarray(0, bytes)) },
  })
  bursts.follow(socket)
  return bursts
}

function drainStreams(streams: readonly Readable[], onOutput: (chunk: Buffer) => void): Draining {
  const bursts = createBursts(onOutput)
  for (const stream of streams) {
    bursts.follow(stream)
    stream.on('data', (chunk: Buffer) => {
      if (!bursts.take(chunk)) stream.pause()
    })
  }
  return bursts
}

interface Bursts extends Draining {
  follow(stream: Readable): void
  /** False: pause, the streams are resumed when others had their turn. */
  take(chunk: Buffer): boolean
}

function createBursts(onOutput: (chunk: Buffer) => void): Bursts {
  const streams: Readable[] = []
  const ended: Promise<void>[] = []
  let burst = 0
  let lastMs = 0
  const rest = (): void => {
    burst = 0
    for (const stream of streams) stream.resume()
  }
  const stop = (): void => {
    for (const stream of streams) stream.destroy()
  }
  return {
    follow(stream) {
      streams.push(stream)
      stream.on('error', () => stream.destroy()) // the other end is gone: as good as its end
      ended.push(new Promise((resolve) => stream.once('close', resolve)))
    },
    take(chunk) {
      lastMs = performance.now()
      onOutput(chunk)
      burst += chunk.length
      if (burst < BURST_BYTES_MAX) return true
      setImmediate(rest)
      return false
    },
    async after(ms) {
      lastMs = performance.now()
      const deadline = lastMs + ms
      const all = Promise.all(ended).then(() => true)
      const isSilent = (): boolean => performance.now() - lastMs > DRAIN_QUIET_MS
      while (!(await settles(all, DRAIN_QUIET_MS)))
        if (isSilent() || performance.now() > deadline) break
      stop()
    },
    stop,
  }
}

async function settles(promise: Promise<boolean>, withinMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, withinMs, false)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

/** The terminal's native part is loaded with the first one: most threads never need it. */
async function startOnTerminal(
  command: PreparedCommand,
  onOutput: (chunk: Buffer) => void,
): Promise<Child> {
  const { spawn: spawnOnTerminal } = await import('@lydell/node-pty')
  const terminal = spawnOnTerminal(command.file, [...command.args], {
    name: command.env.TERM ?? 'dumb',
    rows: ROWS,
    cols: COLUMNS,
    cwd: command.cwd,
    env: { ...command.env },
    encoding: null,
  })
  let burst = 0
  terminal.onData((data) => {
    // With `encoding: null` these are bytes, whatever the type says.
    const chunk = data as unknown as Buffer
    onOutput(chunk)
    burst += chunk.length
    if (burst < BURST_BYTES_MAX) return
    terminal.pause()
    setImmediate(() => {
      burst = 0
      terminal.resume()
    })
  })
  const exited = new Promise<number>((resolve) => {
    terminal.onExit(({ exitCode: code, signal }) => resolve(signal ? 128 + signal : code))
  })
  return { pid: terminal.pid, write: (chars) => terminal.write(chars), exited }
}
