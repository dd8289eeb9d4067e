// Goes through what opening a thread takes before anybody opens one. Code that runs for the first time takes several
// times as long: the first thread would come up a good deal later than all that follow.
import { setImmediate as nextRound } from 'node:timers/promises'
import type { Goals } from '../extensions/goals/goals.ts'
import type { Store } from '../storage/store.ts'
import type { ThreadManager } from '../threads/thread-manager.ts'
import type { RequestContext } from './client-connection.ts'
import { joinThread, readAhead } from './handlers/join-thread.ts'
import { threadPageQuery } from './handlers/thread-page-query.ts'
import { parseParams } from './router.ts'

export interface RehearsalPorts {
  readonly manager: Pick<ThreadManager, 'rehearse' | 'loadedIds' | 'find'>
  readonly store: Store
  readonly goals: Pick<Goals, 'peek'>
}

const page = { limit: 20, sortDirection: 'desc', itemsView: 'full' }
const opening = (threadId: string) => ({ threadId, excludeTurns: true, initialTurnsPage: page })

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

/**
 * With the thread that was used last, as the one most likely to be opened. In small pieces, so that requests come
 * between them; nothing changes and nobody hears of it. Never rejects: who asks for the thread hears what is wrong.
 */
export async function rehearseOpening({ manager, store, goals }: RehearsalPorts): Promise<void> {
  try {
    if (manager.loadedIds().length > 0) return // somebody was quicker
    const listed = parseParams('thread/list', { sortKey: 'recency_at', limit: 1 })
    const [threadId] = (await store.threadPage(threadPageQuery(listed, manager))).ids
    if (threadId === undefined) return
    await nextRound()
    const params = parseParams('thread/resume', opening(threadId))
    await nextRound()
    const ahead = readAhead(store, threadId, params.initialTurnsPage)
    const thread = await manager.rehearse(threadId)
    await nextRound()
    const ports = { store, goals, subscriptions: { subscribe: ignore }, joined: ignore }
    JSON.stringify(await joinThread(ports, thread, params, nobody, ahead))
  } catch {
    // A thread that is damaged or gone says so to whoever opens it.
  }
}
