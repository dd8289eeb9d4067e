// Goes through what opening a thread takes before anybody opens one. Code that runs for the first time takes several
// times as long: the first thread would come up a good deal later than all that follow.
import { setTimeout } from 'node:timers/promises'
import type { Goals } from '../extensions/goals/goals.ts'
import { newId } from '../lib/ids.ts'
import type { Store } from '../storage/store.ts'
import { readSnapshot } from '../threads/config-snapshot.ts'
import { ThreadSettings } from '../threads/settings.ts'
import type { ThreadManager } from '../threads/thread-manager.ts'
import type { RequestContext } from './client-connection.ts'
import { resumeHandler } from './handlers/thread-open.ts'
import { threadPageQuery } from './handlers/thread-page-query.ts'
import { dispatch, type Handlers, parseParams, parseRequest } from './router.ts'

export interface RehearsalPorts {
  readonly manager: Pick<ThreadManager, 'loadedIds' | 'find'>
  /** Of threads that nobody hears of. */
  rehearsalManager(pause: () => Promise<void>): ThreadManager
  readonly store: Store
  readonly goals: Pick<Goals, 'peek'>
}

const page = { limit: 20, sortDirection: 'desc', itemsView: 'full' }
const opening = (threadId: string) => ({ threadId, excludeTurns: true, initialTurnsPage: page })

/** An immediate would still come in the round of an answer that was just heard. */
const pause = (): Promise<void> => setTimeout(1)

const ignore = (): void => undefined
const nobody: RequestContext = {
  connection: {
    experimental: true,
    clientName: null,
    clientVersion: null,
    isWindow: false,
    notify: ignore,
    ask: ignore,
    settle: ignore,
  },
  holdUntilReplied: ignore,
}

/** What is asked first, and what stored settings are read by: a schema is made when it parses for the first time. */
const firstParsed = [
  () => parseParams('thread/list', {}),
  () => parseParams('thread/resume', opening('')),
  () => ThreadSettings.safeParse({}),
]

/** While the store is being opened there is nothing else to do in this thread. */
export async function rehearseParsing(): Promise<void> {
  for (const parse of firstParsed) {
    await pause()
    parse()
  }
}

/**
 * With the thread that was used last, as the one most likely to be opened. In small pieces, so that requests come
 * between them; nothing changes and nobody hears of it. Never rejects: who asks for the thread hears what is wrong.
 */
export async function rehearseOpening(ports: RehearsalPorts): Promise<void> {
  const { manager, store } = ports
  try {
    if (manager.loadedIds().length > 0) return // somebody was quicker
    newId() // loads the source of chance, for the first task as well
    await pause()
    const listed = parseParams('thread/list', { sortKey: 'recency_at', limit: 1 })
    const [threadId] = (await store.threadPage(threadPageQuery(listed, manager))).ids
    if (threadId === undefined) return
    await pause()
    const request = parseRequest('thread/resume', opening(threadId))
    await pause()
    const stored = await store.loadThread(threadId)
    if (stored) readSnapshot(stored.snapshot)
    await pause()
    JSON.stringify(await dispatch(handlersOf(ports), request, nobody))
  } catch {
    // A thread that is damaged or gone says so to whoever opens it.
  }
}

/** That of the app, over a manager of its own. */
function handlersOf({ rehearsalManager, store, goals: { peek } }: RehearsalPorts): Handlers {
  const readAhead: Goals['readAhead'] = async (threadId) => (await store.findGoal(threadId)) ?? null
  const handler = resumeHandler({
    manager: rehearsalManager(pause),
    store,
    goals: { peek, readAhead },
    subscriptions: { subscribe: ignore },
    joined: ignore,
  })
  return { 'thread/resume': handler } as Handlers
}
