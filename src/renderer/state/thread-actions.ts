// What a person can do with a thread: one call to the app each. What comes of it is heard by notification.
import type { StoreApi } from 'zustand/vanilla'
import type {
  Bridge,
  QueuedSubmission,
  Result,
  TurnExtrasParams,
  TurnOverrides,
  UserInput,
} from '../../protocol/index.ts'
import { withOlderTurns } from './read-thread.ts'
import { activeTurn, type ThreadState } from './thread-state.ts'
import { createTurnKindActions, type TurnKindActions } from './turn-kinds.ts'

export const TURNS_PER_PAGE = 20
/** On the way to a turn that is far back. */
const TURNS_AT_ONCE = 100

/** `skein.onlyThisTurn` names those that the thread does not keep. */
export type TurnStartOverrides = TurnOverrides & {
  readonly skein?: TurnExtrasParams
  /** Of the answer of this turn: a JSON schema. */
  readonly outputSchema?: unknown
}

/** The words, and an id of this window's own by which the message is known when it comes back. */
export interface Outgoing {
  readonly input: UserInput[]
  readonly clientId: string
}

/** Each rejects with a BridgeFailure that says why; nothing is changed then. */
export interface ThreadActions extends TurnKindActions {
  /** Reads the thread (again) and subscribes to it. Never rejects: the phase tells how it went. */
  open(): Promise<void>
  /** Loads the turns before the first loaded one; does nothing while that is under way or when there are none. */
  loadOlder(): Promise<void>
  /** Loads older turns until that one is there; false when the thread has none of that id. */
  loadTurn(turnId: string): Promise<boolean>
  /** Starts a turn; the overrides hold for it and, unless it is said otherwise, all later ones. Resolves once it is recorded. */
  send(outgoing: Outgoing, overrides?: TurnStartOverrides): Promise<void>
  /** Adds to the turn with that id; refused when it is not the running one or cannot be steered. */
  steer(outgoing: Outgoing, expectedTurnId: string): Promise<void>
  /** Interrupts the running turn; does nothing when there is none. */
  stop(): Promise<void>
  enqueue(outgoing: Outgoing): Promise<QueuedSubmission>
  editQueued(id: string, input: UserInput[]): Promise<void>
  /** False when it was gone already. */
  removeQueued(id: string): Promise<boolean>
  /** The ids of all entries, in the new order. */
  reorderQueue(ids: string[]): Promise<void>
  /** Starts a turn with that entry, or with the first. */
  startQueued(id?: string): Promise<void>
  rename(name: string): Promise<void>
  archive(): Promise<void>
  unarchive(): Promise<void>
  /** Deletes it for good. */
  remove(): Promise<void>
  /** A piece of a command's stored output; offset and length in bytes. */
  readOutput(
    itemId: string,
    offset: number,
    length: number,
  ): Promise<Result<'skein/item/output/read'>>
}

export function createThreadActions(
  bridge: Bridge,
  store: StoreApi<ThreadState>,
  open: () => Promise<void>,
): ThreadActions {
  const { threadId } = store.getState()

  async function loadOlder(limit = TURNS_PER_PAGE): Promise<void> {
    const { olderCursor, isLoadingOlder } = store.getState()
    if (olderCursor === null || isLoadingOlder) return
    store.setState({ isLoadingOlder: true })
    try {
      const page = await bridge.request('thread/turns/list', {
        threadId,
        cursor: olderCursor,
        limit,
        itemsView: 'full',
        sortDirection: 'desc',
      })
      const state = store.getState()
      // Read anew meanwhile: the page would not meet the first turn.
      if (state.olderCursor === olderCursor) store.setState(withOlderTurns(state, page), true)
    } finally {
      store.setState({ isLoadingOlder: false })
    }
  }

  async function loadTurn(turnId: string): Promise<boolean> {
    const isThere = () => store.getState().turns.some(({ id }) => id === turnId)
    while (!isThere()) {
      const { olderCursor, isLoadingOlder } = store.getState()
      if (olderCursor === null) return false
      // Somebody else is at it: what comes of that is heard through the store.
      if (isLoadingOlder) await changed()
      else await loadOlder(TURNS_AT_ONCE)
    }
    return true
  }

  function changed(): Promise<void> {
    return new Promise((resolve) => {
      const stop = store.subscribe(() => {
        stop()
        resolve()
      })
    })
  }

  async function steer({ input, clientId }: Outgoing, expectedTurnId: string): Promise<void> {
    await bridge.request('turn/steer', {
      threadId,
      input,
      expectedTurnId,
      clientUserMessageId: clientId,
    })
    const state = store.getState()
    const turn = activeTurn(state)
    const wasRead = turn?.items.some(
      ({ item }) => item.type === 'userMessage' && item.clientId === clientId,
    )
    if (turn?.id !== expectedTurnId || wasRead) return
    store.setState({ steers: [...state.steers, { clientId, turnId: expectedTurnId, input }] })
  }

  return {
    ...createTurnKindActions(bridge, store.getState),
    open,
    loadOlder: () => loadOlder(),
    loadTurn,
    steer,
    async send({ input, clientId }, overrides = {}) {
      const outgoing = { threadId, input, clientUserMessageId: clientId }
      await bridge.request('turn/start', { ...outgoing, ...overrides })
    },
    async stop() {
      const turn = activeTurn(store.getState())
      if (turn) await bridge.request('turn/interrupt', { threadId, turnId: turn.id })
    },
    async enqueue({ input, clientId }) {
      const outgoing = { threadId, input, clientUserMessageId: clientId }
      return (await bridge.request('thread/queue/add', outgoing)).queuedSubmission
    },
    async editQueued(queuedSubmissionId, input) {
      await bridge.request('thread/queue/update', { threadId, queuedSubmissionId, input })
    },
    async removeQueued(queuedSubmissionId) {
      return (await bridge.request('thread/queue/delete', { threadId, queuedSubmissionId })).deleted
    },
    async reorderQueue(queuedSubmissionIds) {
      await bridge.request('thread/queue/reorder', { threadId, queuedSubmissionIds })
    },
    async startQueued(id) {
      const entry = id === undefined ? {} : { queuedSubmissionId: id }
      await bridge.request('thread/queue/start', { threadId, ...entry })
    },
    async rename(name) {
      await bridge.request('thread/name/set', { threadId, name })
    },
    async archive() {
      await bridge.request('thread/archive', { threadId })
    },
    async unarchive() {
      await bridge.request('thread/unarchive', { threadId })
    },
    async remove() {
      await bridge.request('thread/delete', { threadId })
    },
    readOutput: (itemId, offset, length) =>
      bridge.request('skein/item/output/read', { threadId, itemId, offset, length }),
  }
}
