// A bridge without an app: answers by method, and says what a test tells it to say.
import type {
  Bridge,
  CallParams,
  MethodName,
  Notification,
  Params,
  Result,
  ServerRequest,
} from '../../protocol/index.ts'
import { BridgeFailure } from '../bridge/bridge-failure.ts'

type Answer<M extends MethodName> = Result<M> | Promise<Result<M>>
/** What a handler sees is what the caller passed; the names are the contract's. */
type Answers = { [M in MethodName]?: (params: Params<M>) => Answer<M> }

export interface FakeBridge extends Bridge {
  /** What was asked, in order. */
  readonly calls: { method: MethodName; params: unknown }[]
  /** Gives or changes the answers of these methods. */
  answer(answers: Answers): void
  notify(...batch: Notification[]): void
  /** Sends a server request; what the window answers is kept in `serverAnswers`. */
  ask(request: ServerRequest): void
  readonly serverAnswers: { id: number; result: unknown }[]
  connection(state: 'open' | 'lost'): void
}

/** A method without an answer is refused, as an unknown one would be. */
export function createFakeBridge(initial: Answers = {}): FakeBridge {
  const answers = { ...initial }
  const calls: FakeBridge['calls'] = []
  const serverAnswers: FakeBridge['serverAnswers'] = []
  const notified = new Set<(batch: readonly Notification[]) => void>()
  const asked = new Set<(request: ServerRequest, answer: (result: unknown) => void) => void>()
  const connected = new Set<(state: 'open' | 'lost') => void>()
  return {
    host: 'web',
    calls,
    serverAnswers,
    answer: (more) => void Object.assign(answers, more),
    async request<M extends MethodName>(method: M, params: CallParams<M>): Promise<Result<M>> {
      calls.push({ method, params })
      const answer = answers[method] as ((params: unknown) => Answer<M>) | undefined
      if (!answer) throw refusal(`no answer to ${method}`)
      return answer(params)
    },
    notify(...batch) {
      for (const listener of notified) listener(batch)
    },
    ask(request) {
      for (const listener of asked) {
        listener(request, (result) => serverAnswers.push({ id: request.id, result }))
      }
    },
    connection(state) {
      for (const listener of connected) listener(state)
    },
    onNotifications: (listener) => listen(notified, listener),
    onServerRequest: (listener) => listen(asked, listener),
    onConnection: (listener) => listen(connected, listener),
    openExternal: async () => {},
    openWindow: () => {},
  }
}

function listen<L>(listeners: Set<L>, listener: L): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The app's refusal of what a caller asked. */
export function refusal(message: string): BridgeFailure {
  return new BridgeFailure({ code: -32600, message })
}

/** Resolves once everything that was under way has been said and heard. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve()
}
