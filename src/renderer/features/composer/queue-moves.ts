// What can be done with a queued message besides waiting.
import type { QueuedSubmission } from '../../../protocol/index.ts'
import { activeTurn } from '../../state/thread-state.ts'
import type { ThreadStore } from '../../state/thread-store.ts'

/** The ids with the one at `index` moved; null when it is at that end already. */
export function moved(ids: readonly string[], index: number, step: -1 | 1): string[] | null {
  const [id, other] = [ids[index], ids[index + step]]
  if (id === undefined || other === undefined) return null
  return ids.with(index, other).with(index + step, id)
}

/** Queues a deleted message again, where it was among those that are still there. */
export async function putBack(
  store: ThreadStore,
  entry: QueuedSubmission,
  orderBefore: readonly string[],
): Promise<void> {
  const clientId = entry.clientUserMessageId ?? crypto.randomUUID()
  const { id } = await store.actions.enqueue({ input: entry.input, clientId })
  const others = store.getState().queue.map((other) => other.id)
  await store.actions.reorderQueue(orderWith(id, entry.id, orderBefore, others))
}

/** Where `oldId` stood in `orderBefore`, `newId` stands now; entries that came later stay behind. */
export function orderWith(
  newId: string,
  oldId: string,
  orderBefore: readonly string[],
  present: readonly string[],
): string[] {
  const others = present.filter((id) => id !== newId)
  const followers = new Set(orderBefore.slice(orderBefore.indexOf(oldId) + 1))
  const at = others.findIndex((id) => followers.has(id) || !orderBefore.includes(id))
  return others.toSpliced(at === -1 ? others.length : at, 0, newId)
}

/** Starts a turn with it, or says it into the running one. */
export async function sendNow(store: ThreadStore, entry: QueuedSubmission): Promise<void> {
  const turn = activeTurn(store.getState())
  if (!turn) return store.actions.startQueued(entry.id)
  const clientId = entry.clientUserMessageId ?? crypto.randomUUID()
  await store.actions.steer({ input: entry.input, clientId }, turn.id)
  await store.actions.removeQueued(entry.id)
}
