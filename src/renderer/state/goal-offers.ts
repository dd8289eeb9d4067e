// What is offered to a person who writes to a thread with a goal: to pause it, or to set it going again with their
// words. Nothing of it happens by itself.
import { createStore } from 'zustand/vanilla'
import type { GoalStatus, Notification, ThreadItem } from '../../protocol/index.ts'
import type { GoalStore } from './goal-store.ts'
import { textOf } from './message-text.ts'
import type { NotificationPump } from './notification-pump.ts'
import type { ReadonlyStore } from './thread-store.ts'

export type GoalOffer = 'pause' | 'resume'

/** By thread, since its latest message. */
export type GoalOffersState = ReadonlyMap<string, GoalOffer>

export interface GoalOffers extends ReadonlyStore<GoalOffersState> {
  dismiss(threadId: string): void
}

const STOP_WORDS = /^\W*(?:please\s+)?(?:stop|pause)\b/i
const resumable: ReadonlySet<GoalStatus> = new Set(['paused', 'blocked', 'usageLimited'])

/** Reads the goals as they are known when a message is told: `goals` must hear of notifications first. */
export function createGoalOffers(goals: GoalStore, pump: NotificationPump): GoalOffers {
  const store = createStore<GoalOffersState>(() => new Map())

  function put(threadId: string, offer: GoalOffer | null): void {
    const offers = new Map(store.getState())
    if (offer) offers.set(threadId, offer)
    else if (!offers.delete(threadId)) return
    store.setState(offers, true)
  }

  function hearItem(threadId: string, item: ThreadItem): void {
    const status = goals.getState().goals.get(threadId)?.status
    if (item.type === 'userMessage' && status) put(threadId, offerFor(status, textOf(item.content)))
  }

  function hear({ method, params }: Notification): void {
    if (method === 'item/completed') hearItem(params.threadId, params.item)
    if (method === 'thread/goal/cleared') put(params.threadId, null)
    if (method !== 'thread/goal/updated') return
    const { threadId, status } = params.goal
    const offer = store.getState().get(threadId)
    const isMoot = offer === 'pause' ? status !== 'active' : !resumable.has(status)
    if (isMoot) put(threadId, null)
  }

  pump.subscribe((batch) => batch.forEach(hear))

  return {
    getState: store.getState,
    getInitialState: store.getInitialState,
    subscribe: store.subscribe,
    dismiss: (threadId) => put(threadId, null),
  }
}

function offerFor(status: GoalStatus, words: string): GoalOffer | null {
  if (status === 'active') return STOP_WORDS.test(words) ? 'pause' : null
  return resumable.has(status) ? 'resume' : null
}
