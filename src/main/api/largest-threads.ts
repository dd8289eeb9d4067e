// The largest threads of a store, looked for piece by piece: nothing waits for more than one of them.
import type { ThreadSize } from '../../protocol/index.ts'
import type { Store } from '../storage/store.ts'

/** The largest first. Costs in proportion to the number of threads and items. */
export async function largestThreads(
  store: Pick<Store, 'sizePage'>,
  limit: number,
): Promise<ThreadSize[]> {
  let largest: ThreadSize[] = []
  for (let after: number | null = 0; after !== null; ) {
    const page: Awaited<ReturnType<Store['sizePage']>> = await store.sizePage(after)
    largest = [...largest, ...page.sizes].sort((a, b) => b.bytes - a.bytes).slice(0, limit)
    after = page.next
  }
  return largest
}
