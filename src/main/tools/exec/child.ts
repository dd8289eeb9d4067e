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
  } finally {
    if (pipe) fs.closeSync(pipe.writeFd)
  }
  const streams: readonly Readable[] = pipe
    ? [new net.Socket({ fd: pipe.readFd, readable: true, writable: false })]
    : [child.stdout, child.stderr].filter((stream) => stream !== null)
  const drained = drain(streams, onOutput)
  const exited = new Promise<number>((resolve, reject) => {
    child.once('error', (error) => {
      for (const stream of streams) stream.destroy()
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

/** Reads all streams in bursts. `after` resolves when they ended, or fell silent, or the time is over. */
function drain(
  streams: readonly Readable[],
  onOutput: (chunk: Buffer) => void,
): { after(ms: number): Promise<void> } {
  let burst = 0
  let lastMs = performance.now()
  const ended = streams.map(
    (stream) => new Promise<void>((resolve) => stream.once('close', resolve)),
  )
  const rest = (): void => {
    burst = 0
    for (const stream of streams) stream.resume()
  }
  for (const stream of streams) {
    stream.on('error', () => stream.destroy()) // the other end is gone: as good as its end
    stream.on('data', (chunk: Buffer) => {
      lastMs = performance.now()
      onOutput(chunk)
      burst += chunk.length
      if (burst < BURST_BYTES_MAX) return
      for (const one of streams) one.pause()
      setImmediate(rest)
    })
  }
  return {
    async after(ms) {
      const deadline = performance.now() + ms
      const all = Promise.all(ended).then(() => true)
      const isSilent = (): boolean => performance.now() - lastMs > DRAIN_QUIET_MS
      lastMs = performance.now()
      while (!(await settles(all, DRAIN_QUIET_MS)))
        if (isSilent() || performance.now() > deadline) break
      for (const stream of streams) stream.destroy()
    },
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
