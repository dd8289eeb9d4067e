// One app-server process under measurement. Its lines are read as cheaply as can be, because the reader's own
// work is part of every figure.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import type { Profile } from './profile.ts'

export interface Side {
  readonly name: string
  readonly argv: readonly string[]
}

export interface App {
  readonly pid: number
  readonly userAgent: string
  /** From before the process was started to the answer of `initialize`, which waited in its input. */
  readonly coldStartMs: number
  /** From before the process was started until now. */
  sinceSpawnMs(): number
  request<R>(method: string, params: unknown): Promise<R>
  /** Resolves with the end of the thread's turn; rejects when it did not end normally. */
  turnEnd(threadId: string): Promise<void>
  /** Closes its input and waits; a process that does not listen is killed. */
  stop(): Promise<void>
}

/** A first import of ten thousand threads on a machine that does other things too. */
const ANSWER_MS_MAX = 300_000
const STOP_MS_MAX = 10_000
/** Deltas are recognised in the first characters of a line and not parsed. */
const HEAD_CHARS = 80
const STDERR_CHARS_MAX = 2_000

export async function startSide(
  side: Side,
  { home, work }: Profile,
  env: Readonly<Record<string, string>> = {},
): Promise<App> {
  const [file = '', ...args] = side.argv
  const startedAt = performance.now()
  const child = spawn(file, args, {
    cwd: work,
    // HOME too: commands run in a login shell, and this person's start-up files are not what is measured.
    env: { ...process.env, ...env, HOME: home, SKEIN_HOME: home, CODEX_HOME: home },
  })
  const wire = createWire(side.name, child)
  const { userAgent } = await wire.request<{ userAgent: string }>('initialize', {
    clientInfo: { name: 'bench', title: null, version: '1' },
    capabilities: { experimentalApi: true },
  })
  const sinceSpawnMs = () => performance.now() - startedAt
  const coldStartMs = sinceSpawnMs()
  wire.send({ method: 'initialized' })
  return {
    pid: child.pid ?? 0,
    userAgent,
    coldStartMs,
    sinceSpawnMs,
    request: wire.request,
    turnEnd: wire.turnEnd,
    async stop() {
      const ended = wire.expectEnd()
      child.stdin.end()
      const guard = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX)
      await ended
      clearTimeout(guard)
    },
  }
}

interface Waiter {
  resolve(value: unknown): void
  reject(reason: Error): void
}

interface Message {
  readonly id?: number
  readonly method?: string
  readonly result?: unknown
  readonly error?: { readonly message: string }
  readonly params?: {
    readonly threadId: string
    readonly turn: { readonly status: string; readonly error: unknown }
  }
}

function createWire(name: string, child: ChildProcessWithoutNullStreams) {
  const answers = new Map<number, Waiter>()
  const turns = new Map<string, Waiter>()
  let nextId = 1
  let rest = ''
  let stderr = ''
  let isEndExpected = false

  function waitFor<K>(waiters: Map<K, Waiter>, key: K, what: string): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const guard = setTimeout(
        () => reject(new Error(`${name}: no ${what} in ${ANSWER_MS_MAX} ms\n${stderr}`)),
        ANSWER_MS_MAX,
      )
      const settle = (): void => {
        clearTimeout(guard)
        waiters.delete(key)
      }
      waiters.set(key, {
        resolve(value) {
          settle()
          resolve(value)
        },
        reject(reason) {
          settle()
          reject(new Error(`${name}: ${what}: ${reason.message}`))
        },
      })
    })
  }

  function read(line: string): void {
    if (line === '' || line.slice(0, HEAD_CHARS).includes('elta","params"')) return
    const message = JSON.parse(line) as Message
    if (message.method === 'turn/completed' && message.params) {
      const { threadId, turn } = message.params
      if (turn.status === 'completed') turns.get(threadId)?.resolve(turn)
      else turns.get(threadId)?.reject(new Error(`${turn.status} ${JSON.stringify(turn.error)}`))
    } else if (message.method === undefined && message.id !== undefined) {
      const waiter = answers.get(message.id)
      if (message.error) waiter?.reject(new Error(message.error.message))
      else waiter?.resolve(message.result)
    }
  }

  function failAll(reason: Error): void {
    for (const waiter of [...answers.values(), ...turns.values()]) waiter.reject(reason)
  }

  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) read(line)
  })
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr = (stderr + chunk).slice(-STDERR_CHARS_MAX)
  })
  child.stdin.on('error', () => {}) // the end of the process tells more
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      failAll(error)
      resolve()
    })
    child.once('close', (code) => {
      if (!isEndExpected) failAll(new Error(`the process ended with exit code ${code}\n${stderr}`))
      resolve()
    })
  })
  const send = (message: unknown): void => void child.stdin.write(`${JSON.stringify(message)}\n`)

  return {
    send,
    async request<R>(method: string, params: unknown): Promise<R> {
      const id = nextId++
      const answer = waitFor(answers, id, method)
      send({ id, method, params })
      return (await answer) as R
    },
    async turnEnd(threadId: string): Promise<void> {
      await waitFor(turns, threadId, 'turn/completed')
    },
    expectEnd(): Promise<void> {
      isEndExpected = true
      return ended
    },
  }
}
