// The message field of one thread: its draft, what is on its way, and the settings changed for the next turn.
import { createStore } from 'zustand/vanilla'
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
import { type Attachment, type Draft, emptyDraft, inputOf, shellCommandOf } from './draft.ts'
import { type Chosen, choose, overridesOf } from './overrides.ts'

export interface MessageField extends ComposerState {
  readonly chosen: Chosen
  /** What is chosen counts for the next turn and no later one. */
  readonly isOnlyThisTurn: boolean
}

export interface ComposerStore extends ReadonlyStore<MessageField> {
  type(text: string): void
  attach(attachment: Attachment): void
  detach(attachment: Attachment): void
  /** Puts this in place of all that is typed and attached. */
  replaceDraft(draft: Draft): void
  /** Hands the draft over. Never rejects: what is refused comes back into the field. */
  submit(way: Way): Promise<void>
  choose(change: Chosen): void
  setOnlyThisTurn(isOnlyThisTurn: boolean): void
  resetChosen(): void
  dismissReason(): void
}

/** What the field needs of a thread. */
export type ComposedThread = Pick<ThreadStore, 'threadId' | 'getState' | 'subscribe'> & {
  readonly actions: Pick<ThreadStore['actions'], 'send' | 'steer' | 'enqueue' | 'runShell'>
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
  // Two names: pictures that the memory has no room for must not take the words with them.
  const wordsName = `draft.${thread.threadId}`
  const attachmentsName = `attached.${thread.threadId}`
  let kept: Draft = {
    text: recall(memory, wordsName, emptyDraft.text),
    attachments: recall(memory, attachmentsName, emptyDraft.attachments),
  }
  const store = createStore<MessageField>(() => ({
    ...startState(kept),
    chosen: {},
    isOnlyThisTurn: false,
  }))

  function take(input: ComposerInput): void {
    const after = nextState(store.getState(), input)
    keep(draftOf(after))
    store.setState(after)
  }

  function keep(draft: Draft): void {
    if (draft.text !== kept.text) remember(memory, wordsName, draft.text)
    if (draft.attachments !== kept.attachments) remember(memory, attachmentsName, draft.attachments)
    kept = draft
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
      if (way === 'send' && shellCommandOf(sending.text) === null) forget(chosen)
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

  async function handOver(handover: Handover, overrides: TurnStartOverrides): Promise<void> {
    const { clientId, way } = handover
    const command = shellCommandOf(handover.text)
    if (command !== null) return thread.actions.runShell(command)
    const outgoing = { input: inputOf(handover), clientId }
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
    attach: (attachment) => take({ type: 'attached', attachment }),
    detach: (attachment) => take({ type: 'detached', attachment }),
    replaceDraft({ text, attachments }) {
      for (const attachment of store.getState().attachments) take({ type: 'detached', attachment })
      take({ type: 'typed', text })
      for (const attachment of attachments) take({ type: 'attached', attachment })
    },
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
