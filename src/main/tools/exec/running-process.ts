// A command's process while it lives and until its end was told: its output, its waiting callers, its end.
import type { CommandExecutionItem } from '../../../protocol/index.ts'
import type { Clock } from '../../lib/clock.ts'
import type { PreparedCommand } from '../../sandbox/sandbox.ts'
import type { WaitPause } from '../tool.ts'
import { type Child, startChild } from './child.ts'
import { HeadTailBuffer, type KeptOutput } from './head-tail-buffer.ts'
import type { OutputPipes } from './output-pipe.ts'
import {
  isGroupAlive,
  killMarked,
  killTree,
  SESSION_MARK,
  signalGroup,
  signalInside,
  THREAD_MARK,
} from './process-signals.ts'
import { settlesWithin } from './settles-within.ts'

export interface ProcessStart {
  readonly sessionId: number
  readonly threadId: string
  readonly tty: boolean
  readonly command: PreparedCommand
  /** The started card; the final one is made of it. */
  readonly item: CommandExecutionItem
  /** As the model wrote it. */
  readonly script: string
  outputDelta(text: string): void
}

export interface RunningProcess {
  readonly sessionId: number
  readonly threadId: string
  readonly item: CommandExecutionItem
  /** As the model wrote it. */
  readonly script: string
  /** Of its first process; a sandboxed command lives below it. */
  readonly pid: number
  readonly sandboxed: boolean
  /** Milliseconds since 1970. */
  readonly startedAtMs: number
  /** Null while it runs. */
  readonly exitCode: number | null
  /** True while a call waits for it. */
  readonly isAwaited: boolean
  readonly canWrite: boolean
  write(chars: string): void
  /** What Ctrl-C does at a terminal. */
  interrupt(): Promise<void>
  /**
   * True when it ended within this time, which stands still while `pause` does. Rejects with the signal's reason
   * when that aborts.
   */
  waits(ms: number, signal: AbortSignal, pause?: WaitPause): Promise<boolean>
  /** Resolves at its end, however that comes. */
  readonly ended: Promise<void>
  /** Output that no caller has taken yet. */
  takeOutput(): KeptOutput
  /** The final card as of now. */
  finalItem(): CommandExecutionItem
  /** TERM, 500 ms, KILL, with everything it started that can be found. Resolves when that is done. */
  terminate(): Promise<void>
}

const DELTA_BYTES_MAX = 8192
const DELTAS_MAX = 10_000
const GRACE_MS = 500
const GRACE_STEP_MS = 20

/** Rejects with the operating system's error when it cannot be started. */
export async function startProcess(
  start: ProcessStart,
  clock: Clock,
  pipes: OutputPipes,
): Promise<RunningProcess> {
  const { command } = start
  const startedMs = clock.now()
  const all = new HeadTailBuffer()
  const untaken = new HeadTailBuffer()
  const deltas = createDeltas(start.outputDelta)
  let child: Child
  try {
    child = await startChild(command, start.tty, pipes, (chunk) => {
      all.write(chunk)
      untaken.write(chunk)
      deltas.write(chunk)
    })
  } catch (error) {
    command.cleanup()
    throw error
  }
  let exitCode: number | null = null
  let waiting = 0
  let durationMs = 0
  const ended = child.exited.then((code) => {
    exitCode = code
    durationMs = Math.max(0, clock.now() - startedMs)
    deltas.end()
    command.cleanup()
  })

  async function terminate(): Promise<void> {
    if (exitCode === null) {
      if (command.sandboxed) await signalInside(child.pid, 'SIGTERM')
      else signalGroup(child.pid, 'SIGTERM')
      const steps = GRACE_MS / GRACE_STEP_MS
      for (let step = 0; step < steps && isGroupAlive(child.pid); step++)
        await new Promise((resolve) => setTimeout(resolve, GRACE_STEP_MS))
      await killTree(child.pid)
    }
    if (!command.sandboxed)
      await killMarked({ [THREAD_MARK]: start.threadId, [SESSION_MARK]: String(start.sessionId) })
    await ended
  }

  return {
    sessionId: start.sessionId,
    threadId: start.threadId,
    item: start.item,
    script: start.script,
    pid: child.pid,
    sandboxed: command.sandboxed,
    startedAtMs: startedMs,
    get exitCode() {
      return exitCode
    },
    canWrite: child.write !== undefined,
    write: (chars) => child.write?.(chars),
    async interrupt() {
      if (child.write) child.write('\u0003')
      else if (command.sandboxed) await signalInside(child.pid, 'SIGINT')
      else signalGroup(child.pid, 'SIGINT')
    },
    get isAwaited() {
      return waiting > 0
    },
    async waits(ms, signal, pause) {
      waiting++
      try {
        return await settlesWithin(ended, ms, signal, pause)
      } finally {
        waiting--
      }
    },
    ended,
    takeOutput: () => untaken.take(),
    finalItem() {
      const { text } = all.read()
      const isOver = exitCode !== null
      return {
        ...start.item,
        status: exitCode === 0 ? 'completed' : 'failed',
        aggregatedOutput: text === '' ? null : text,
        exitCode,
        durationMs: isOver ? durationMs : Math.max(0, clock.now() - startedMs),
      }
    },
    terminate,
  }
}

/** Decodes across chunk borders, so that no character is torn, and stops after its limit. */
function createDeltas(emit: (text: string) => void): { write(chunk: Buffer): void; end(): void } {
  // A byte order mark is output like any other.
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  let count = 0
  const send = (text: string): void => {
    if (text === '') return
    count++
    emit(text)
  }
  return {
    write(chunk) {
      for (let at = 0; at < chunk.length && count < DELTAS_MAX; at += DELTA_BYTES_MAX)
        send(decoder.decode(chunk.subarray(at, at + DELTA_BYTES_MAX), { stream: true }))
    },
    end() {
      if (count < DELTAS_MAX) send(decoder.decode())
    },
  }
}
