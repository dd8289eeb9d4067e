// Processes that clients start for themselves: with their own input, output by stream, limits, and an end with the
// client at the latest.
import { type ChildProcess, spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { SkeinError } from '../../lib/errors.ts'
import type { PreparedCommand, Sandbox } from '../../sandbox/sandbox.ts'
import type {
  ClientProcess,
  ClientProcessEnd,
  ClientProcessStart,
  Stream,
} from '../client-process.ts'
import { killTree } from './process-signals.ts'

/** As the shell's `timeout` says it. */
const EXIT_TIMED_OUT = 124

interface Running {
  readonly pid: number
  readonly exited: Promise<number>
  write(bytes: Buffer, closes: boolean): void
  resize(rows: number, cols: number): void
}

/** Rejects with SkeinError when it cannot be started. */
export async function startClientProcess(
  sandbox: Sandbox,
  start: ClientProcessStart,
): Promise<ClientProcess> {
  const { command: argv, cwd, env, profile, workspaceRoots, tty } = start
  await refuseMissing(start)
  const prepared = await sandbox.prepare({ argv, cwd, env, profile, workspaceRoots, tty })
  const outputs = { stdout: createOutput('stdout', start), stderr: createOutput('stderr', start) }
  let running: Running
  try {
    running = tty
      ? await onTerminal(prepared, start, outputs.stdout.take)
      : await onPipes(prepared, start, outputs)
  } catch (error) {
    prepared.cleanup()
    throw error
  }
  const { pid } = running
  let isTimedOut = false
  const terminate = (): void => void killTree(pid)
  const timer =
    start.timeoutMs === null
      ? undefined
      : setTimeout(() => {
          isTimedOut = true
          terminate()
        }, start.timeoutMs)
  const ended = running.exited.then((code): ClientProcessEnd => {
    clearTimeout(timer)
    prepared.cleanup()
    return {
      exitCode: isTimedOut ? EXIT_TIMED_OUT : code,
      stdout: outputs.stdout.text(),
      stderr: outputs.stderr.text(),
      stdoutCapped: outputs.stdout.isCapped(),
      stderrCapped: outputs.stderr.isCapped(),
    }
  })
  return { ended, write: running.write, resize: running.resize, terminate }
}

/** Said before anything is wrapped around the command, whose own failure would name the wrapper. */
async function refuseMissing({ command, cwd, env, profile }: ClientProcessStart): Promise<void> {
  const missing = new SkeinError('upstream', 'failed to start: No such file or directory')
  if (!(await isThere(cwd))) throw missing
  const [program = ''] = command
  // In a sandbox other programs may be seen than here; there it finds out by itself.
  if (profile.type === 'managed' || process.platform === 'win32') return
  const places = program.includes('/')
    ? [path.resolve(cwd, program)]
    : (env.PATH ?? '').split(':').map((folder) => path.join(folder, program))
  const found = await Promise.all(places.map(isThere))
  if (!found.includes(true)) throw missing
}

function isThere(place: string): Promise<boolean> {
  return fs.promises.access(place).then(
    () => true,
    () => false,
  )
}

interface Output {
  take(chunk: Buffer): void
  text(): string
  isCapped(): boolean
}

/** Up to the cap output is passed on or kept; beyond it only read, so that nobody is held up. */
function createOutput(stream: Stream, start: ClientProcessStart): Output {
  const { capBytes, streamsOut, onOutput } = start
  const kept: Buffer[] = []
  let bytes = 0
  let isCapped = false
  return {
    take(chunk) {
      if (isCapped) return
      const room = capBytes === null ? chunk.length : capBytes - bytes
      isCapped = chunk.length > room
      const part = isCapped ? chunk.subarray(0, room) : chunk
      bytes += part.length
      if (streamsOut) onOutput(stream, part, isCapped)
      else kept.push(Buffer.from(part))
    },
    text: () => Buffer.concat(kept).toString('utf8'),
    isCapped: () => isCapped,
  }
}

async function onPipes(
  prepared: PreparedCommand,
  start: ClientProcessStart,
  outputs: Readonly<Record<Stream, Output>>,
): Promise<Running> {
  const { file, args, cwd, env } = prepared
  const child = spawn(file, args, {
    cwd,
    env,
    detached: true,
    stdio: [start.streamsIn ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    windowsHide: true,
  })
  child.stdout?.on('data', outputs.stdout.take)
  child.stderr?.on('data', outputs.stderr.take)
  child.stdin?.on('error', () => undefined) // it stopped reading: its own business
  const pid = await started(child)
  return {
    pid,
    exited: new Promise((resolve) => {
      child.once('close', (code, signal) =>
        resolve(code ?? 128 + (signal ? os.constants.signals[signal] : 0)),
      )
    }),
    write(bytes, closes) {
      if (!child.stdin || child.stdin.writableEnded)
        throw new SkeinError('conflict', 'stdin of this process is not open')
      if (bytes.length > 0) child.stdin.write(bytes)
      if (closes) child.stdin.end()
    },
    resize() {
      throw new SkeinError('conflict', 'this process has no terminal')
    },
  }
}

function started(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', (error) =>
      reject(new SkeinError('invalidParams', `failed to start the process: ${error.message}`)),
    )
    child.once('spawn', () => resolve(child.pid ?? 0))
  })
}

async function onTerminal(
  prepared: PreparedCommand,
  start: ClientProcessStart,
  take: (chunk: Buffer) => void,
): Promise<Running> {
  const { spawn: spawnOnTerminal } = await import('@lydell/node-pty')
  const { rows, cols } = start.size
  const terminal = spawnOnTerminal(prepared.file, [...prepared.args], {
    name: prepared.env.TERM ?? 'xterm-256color',
    rows,
    cols,
    cwd: prepared.cwd,
    env: { ...prepared.env },
    encoding: null,
  })
  // With `encoding: null` these are bytes, whatever the type says.
  terminal.onData((data) => take(data as unknown as Buffer))
  return {
    pid: terminal.pid,
    exited: new Promise((resolve) => {
      terminal.onExit(({ exitCode, signal }) => resolve(signal ? 128 + signal : exitCode))
    }),
    write(bytes, closes) {
      if (bytes.length > 0) terminal.write(bytes.toString('utf8'))
      if (closes) terminal.write('\u0004')
    },
    resize: (newRows, newCols) => terminal.resize(newCols, newRows),
  }
}
