// The message field of one thread: its draft, what is on its way, and the settings changed for the next turn.
import { createStore } from 'zustand/vanilla'
import type { UserInput } from '../../../protocol/index.ts'
import { messageOf } from '../../state/failures.ts'
import { type LocalMemory, recall, remember } from '../../state/local-memory.ts'
import type { TurnStartOverrides } from '../../state/thread-actions.ts'
import { activeTurn, type ThreadState } from '../../state/thread-state.ts'
import type { ReadonlyStore, ThreadStore } from '../../state/thread-store.ts'
import {
  type ComposerInput,
  type ComposerState,
  draftOf,
  type Handover,
  nextState,
  startState,
  type Way,
} from './composer-state.ts'
import { type Chosen, choose, overridesOf } from './overrides.ts'

export interface MessageField extends ComposerState {
  readonly chosen: Chosen
  /** What is chosen counts for the next turn and no later one. */
  readonly isOnlyThisTurn: boolean
}

export interface ComposerStore extends ReadonlyStore<MessageField> {
  type(text: string): void
  /** Hands the text over. Never rejects: a refused text comes back into the field. */
  submit(way: Way): Promise<void>
  choose(change: Chosen): void
  setOnlyThisTurn(isOnlyThisTurn: boolean): void
  resetChosen(): void
  dismissReason(): void
}

/** What the field needs of a thread. */
export type ComposedThread = Pick<ThreadStore, 'threadId' | 'getState' | 'subscribe'> & {
  readonly actions: Pick<ThreadStore['actions'], 'send' | 'steer' | 'enqueue'>
}

const ofThreads = new WeakMap<ComposedThread, ComposerStore>()

/** Lives as long as the window holds the thread; the draft lives longer. */
export function composerOf(thread: ComposedThread, memory: LocalMemory): ComposerStore {
  const known = ofThreads.get(thread)
  if (known) return known
  const composer = createComposerStore(thread, memory, () => crypto.randomUUID())
  ofThreads.set(thread, composer)
  return composer
}

export function createComposerStore(
  thread: ComposedThread,
  memory: LocalMemory,
  newId: () => string,
): ComposerStore {
  const draftName = `draft.${thread.threadId}`
  const store = createStore<MessageField>(() => ({
    ...startState(recall(memory, draftName, '')),
    chosen: {},
    isOnlyThisTurn: false,
  }))

  function take(input: ComposerInput): void {
    const after = nextState(store.getState(), input)
    remember(memory, draftName, draftOf(after))
    store.setState(after)
  }

  async function submit(way: Way): Promise<void> {
    const before = store.getState().sending
    take({ type: 'submitted', way, newId: newId() })
    const { sending, chosen, isOnlyThisTurn } = store.getState()
    if (!sending || sending === before) return
    const { clientId } = sending
    try {
      await handOver(sending, overridesOf(chosen, isOnlyThisTurn))
      // What was sent along is the thread's own from now on.
      if (way === 'send') forget(chosen)
      take({ type: 'accepted', clientId })
    } catch (error) {
      take({ type: 'refused', clientId, reason: messageOf(error) })
    }
  }

  function forget(sent: Chosen): void {
    const chosen = without(store.getState().chosen, sent)
    const isEmpty = Object.keys(chosen).length === 0
    store.setState(isEmpty ? { chosen, isOnlyThisTurn: false } : { chosen })
  }

  async function handOver(
    { clientId, text, way }: Handover,
    overrides: TurnStartOverrides,
  ): Promise<void> {
    const input: UserInput[] = [{ type: 'text', text }]
    const outgoing = { input, clientId }
    if (way === 'queue') return void (await thread.actions.enqueue(outgoing))
    if (way === 'send') return thread.actions.send(outgoing, overrides)
    const turn = activeTurn(thread.getState())
    if (!turn) throw new Error('The turn has ended meanwhile')
    return thread.actions.steer(outgoing, turn.id)
  }

  // A text that came back because the connection broke may show up in the thread after all.
  thread.subscribe((state, before) => {
    const { refused } = store.getState()
    if (!refused || state.turns === before.turns) return
    if (hasMessage(state, refused.clientId)) {
      take({ type: 'accepted', clientId: refused.clientId })
    }
  })

  return {
    getState: store.getState,
    getInitialState: store.getInitialState,
    subscribe: store.subscribe,
    submit,
    type: (text) => take({ type: 'typed', text }),
    choose(change) {
      const { settings } = thread.getState()
      if (settings) store.setState({ chosen: choose(settings, store.getState().chosen, change) })
    },
    setOnlyThisTurn: (isOnlyThisTurn) => store.setState({ isOnlyThisTurn }),
    resetChosen: () => store.setState({ chosen: {}, isOnlyThisTurn: false }),
    dismissReason: () => take({ type: 'reasonRead' }),
  }
}

function hasMessage({ turns }: ThreadState, clientId: string): boolean {
  return turns.some((turn) =>
    turn.items.some(({ item }) => item.type === 'userMessage' && item.clientId === clientId),
  )
}

/** Values chosen anew while the message was on its way stay. */
function without(chosen: Chosen, sent: Chosen): Chosen {
  const names = Object.keys(chosen) as (keyof Chosen)[]
  const kept = names.filter((name) => chosen[name] !== sent[name])
  return Object.fromEntries(kept.map((name) => [name, chosen[name]]))
}
