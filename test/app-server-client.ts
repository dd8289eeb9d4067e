// A client of the stdio host: starts the process, speaks JSON lines, and holds every answer and every notification
// against the contract, strictly: a member the contract does not name is a violation too.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { expect, onTestFinished } from 'vitest'
import {
  type CallParams,
  type MethodName,
  methods,
  type Notification,
  type NotificationMethod,
  type NotificationPayload,
  notifications,
  type Result,
  type ServerRequest,
  serverRequests,
  WireError,
} from '../src/protocol/index.ts'

const root = join(import.meta.dirname, '..')
/** Nothing here waits on time; this only ends a test that hangs, with what was heard until then. */
const GUARD_MS = 20_000

export interface AppServerOptions {
  readonly home: string
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** Arguments behind `app-server`. */
  readonly args?: readonly string[]
  /** Instead of the built stdio host. */
  readonly command?: readonly string[]
}

export type NotificationOf<M extends NotificationMethod> = Notification & {
  method: M
  params: NotificationPayload<M>
}

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** A request that was answered with an error. */
export class RequestRefused extends Error {
  readonly error: WireError
  constructor(method: string, error: WireError) {
    super(`${method} was refused: ${error.code} ${error.message}`)
    this.error = error
  }
}

/** Null is the same as absent for every parameter (only tri-state ones tell them apart). */
export type Nullable<P> = { [K in keyof P]: P[K] | null }

export interface AppServer {
  readonly pid: number
  /** Everything heard so far, oldest first. */
  readonly notifications: readonly Notification[]
  readonly serverRequests: readonly ServerRequest[]
  stderr(): string
  /** Rejects with RequestRefused, or when the answer does not fit the contract. */
  request<M extends MethodName>(method: M, params: Nullable<CallParams<M>>): Promise<Result<M>>
  /** The error that a request is answered with, whatever its method and parameters are. */
  refusal(method: string, params?: unknown): Promise<WireError>
  /** Writes a line as it is and returns the next message with this id. */
  exchange(line: string, id: string | number): Promise<Readonly<Record<string, unknown>>>
  /** How many notifications had come when the answer with this id came. */
  heardBefore(id: string | number): number | undefined
  /** Writes bytes that nobody is expected to answer. */
  write(text: string | Uint8Array): void
  /** The first notification, past or coming, that fits; with `from`, not before that index. */
  waitFor<M extends NotificationMethod>(
    method: M,
    fits?: (params: NotificationPayload<M>) => boolean,
    from?: number,
  ): Promise<NotificationOf<M>>
  /** Server request number `count` (the first is 1). */
  waitForServerRequest(count?: number): Promise<ServerRequest>
  answer(id: number, answer: { result: unknown } | { error: unknown }): void
  readonly exited: Promise<Exit>
  /** Closes its input and waits until it ended by itself; one that hangs is killed, as the signal tells. */
  end(): Promise<Exit>
  kill9(): Promise<Exit>
}

interface Waiter<T> {
  readonly fits: (value: T) => boolean
  readonly resolve: (value: T) => void
}

/** The process is killed at the end of the test, which fails on any violation of the contract. */
export function startAppServer(options: AppServerOptions): AppServer {
  const [file, ...args] = options.command ?? [
    join(root, 'node_modules/.bin/node'),
    join(root, 'out/main/cli.js'),
    'app-server',
    ...(options.args ?? []),
  ]
  const child = spawn(file ?? '', args, {
    cwd: options.cwd ?? options.home,
    env: { ...process.env, ...options.env, SKEIN_HOME: options.home },
  })
  const violations: string[] = []
  const app = connect(child, violations)
  onTestFinished(async () => {
    await app.kill9()
    expect(violations).toEqual([])
  })
  return app
}

function connect(child: ChildProcessWithoutNullStreams, violations: string[]): AppServer {
  const answers = new Map<string | number, (message: Record<string, unknown>) => void>()
  const heard = createLog<Notification>()
  const heardBefore = new Map<string | number, number>()
  const asked = createLog<ServerRequest>()
  const failures = new Set<(reason: Error) => void>()
  let nextId = 1
  let rest = ''
  let stderr = ''
  let hasExited = false

  const exited = once(child, 'close').then(([code, signal]): Exit => {
    hasExited = true
    const reason = new Error(`the process ended (${code ?? signal})\n${stderr}`)
    for (const fail of failures) fail(reason)
    return { code, signal }
  })

  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) receive(line)
  })
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk
  })
  child.stdin.on('error', () => undefined) // it may be gone; `exited` tells

  function receive(line: string): void {
    let message: Record<string, unknown>
    try {
      message = JSON.parse(line)
    } catch {
      violations.push(`not JSON on stdout: ${line.slice(0, 200)}`)
      return
    }
    if (typeof message.method !== 'string') receiveAnswer(message)
    else if (message.id === undefined) receiveNotification(message)
    else receiveServerRequest(message)
  }

  function receiveAnswer(message: Record<string, unknown>): void {
    const id = message.id as string | number
    const members = Object.keys(message).toSorted().join()
    if (members !== 'id,result' && members !== 'error,id')
      violations.push(`an answer has the members ${members}`)
    const take = answers.get(id)
    heardBefore.set(id, heard.all.length)
    answers.delete(id)
    if (take) take(message)
    else violations.push(`an answer to nobody: ${JSON.stringify(message).slice(0, 200)}`)
  }

  function receiveNotification(message: Record<string, unknown>): void {
    const { method, params, seq, emittedAtMs, ...others } = message
    const schema = notifications[method as NotificationMethod]
    if (!schema) violations.push(`unknown notification ${method}`)
    else checkStrictly(schema, params, `notification ${method}`, violations)
    if (typeof emittedAtMs !== 'number') violations.push(`${method} has no emittedAtMs`)
    if (seq !== undefined && !Number.isInteger(seq)) violations.push(`${method} has seq ${seq}`)
    if (Object.keys(others).length > 0) violations.push(`${method}: ${Object.keys(others)}`)
    heard.add(message as unknown as Notification)
  }

  function receiveServerRequest(message: Record<string, unknown>): void {
    const request = message as unknown as ServerRequest
    const schema = serverRequests[request.method]
    if (!schema) violations.push(`unknown server request ${request.method}`)
    else checkStrictly(schema.params, request.params, request.method, violations)
    if (typeof request.id !== 'number') violations.push(`a server request has id ${request.id}`)
    asked.add(request)
  }

  function guarded<T>(what: string, work: (resolve: (value: T) => void) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      const fail = (reason: Error): void => {
        settle()
        reject(new Error(`waiting for ${what}: ${reason.message}`))
      }
      const timer = setTimeout(() => {
        const last = heard.all.slice(-8).map((one) => JSON.stringify(one).slice(0, 300))
        fail(new Error(`nothing in ${GUARD_MS} ms; last heard:\n${last.join('\n')}\n${stderr}`))
      }, GUARD_MS)
      const settle = (): void => {
        clearTimeout(timer)
        failures.delete(fail)
      }
      failures.add(fail)
      work((value) => {
        settle()
        resolve(value)
      })
      if (hasExited) fail(new Error(`the process has ended\n${stderr}`))
    })
  }

  function write(text: string | Uint8Array): void {
    child.stdin.write(text)
  }

  function exchange(line: string, id: string | number): Promise<Record<string, unknown>> {
    return guarded(`the answer to ${line.slice(0, 200)}`, (resolve) => {
      answers.set(id, resolve)
      write(`${line}\n`)
    })
  }

  function call(method: string, params: unknown): Promise<Record<string, unknown>> {
    const id = nextId++
    return exchange(JSON.stringify({ id, method, params }), id)
  }

  return {
    pid: child.pid ?? 0,
    notifications: heard.all,
    serverRequests: asked.all,
    stderr: () => stderr,
    async request<M extends MethodName>(method: M, params: Nullable<CallParams<M>>) {
      const { result, error } = await call(method, params)
      if (error !== undefined) throw new RequestRefused(method, WireError.parse(error))
      const problems: string[] = []
      checkStrictly(methods[method].result, result, `the result of ${method}`, problems)
      if (problems.length > 0) throw new Error(problems.join('\n'))
      return result as Result<M>
    },
    async refusal(method, params) {
      const { error, result } = await call(method, params)
      if (error === undefined) throw new Error(`${method} succeeded: ${JSON.stringify(result)}`)
      return WireError.parse(error)
    },
    exchange,
    heardBefore: (id) => heardBefore.get(id),
    write,
    waitFor: <M extends NotificationMethod>(
      method: M,
      fits: (params: NotificationPayload<M>) => boolean = () => true,
      from = 0,
    ) =>
      guarded<Notification>(method, (resolve) =>
        heard.wait({
          fits: (one) => one.method === method && fits(one.params as NotificationPayload<M>),
          resolve,
          from,
        }),
      ) as Promise<NotificationOf<M>>,
    waitForServerRequest: (count = 1) =>
      guarded(`server request ${count}`, (resolve) =>
        asked.wait({ fits: () => true, resolve, from: count - 1 }),
      ),
    answer: (id, answer) => write(`${JSON.stringify({ id, ...answer })}\n`),
    exited,
    end() {
      child.stdin.end()
      const guard = setTimeout(() => child.kill('SIGKILL'), GUARD_MS)
      return exited.finally(() => clearTimeout(guard))
    },
    kill9() {
      if (!hasExited) child.kill('SIGKILL')
      return exited
    },
  }
}

/** What arrived, and who waits for more of it. */
function createLog<T>() {
  const all: T[] = []
  let waiters: (Waiter<T> & { from: number })[] = []
  return {
    all: all as readonly T[],
    add(value: T) {
      const index = all.push(value) - 1
      const ready = waiters.filter(({ fits, from }) => index >= from && fits(value))
      waiters = waiters.filter((waiter) => !ready.includes(waiter))
      for (const waiter of ready) waiter.resolve(value)
    },
    wait(waiter: Waiter<T> & { from: number }) {
      const past = all.findIndex((value, index) => index >= waiter.from && waiter.fits(value))
      if (past === -1) waiters.push(waiter)
      else waiter.resolve(all[past] as T)
    },
  }
}

/** Parsing must succeed and change nothing: neither drop an unknown member nor fill in a missing one. */
function checkStrictly(
  schema: { safeParse(value: unknown): { success: boolean; data?: unknown; error?: unknown } },
  value: unknown,
  what: string,
  violations: string[],
): void {
  const parsed = schema.safeParse(value)
  if (!parsed.success) violations.push(`${what} does not fit: ${parsed.error}`)
  else if (!isDeepStrictEqual(parsed.data, value)) {
    const [sent, known] = [JSON.stringify(value), JSON.stringify(parsed.data)]
    violations.push(`${what} has members the contract does not know: ${sent}\n  known: ${known}`)
  }
}
