// A page of threads of the store, read back from the text it is answered in.

import type { Store, ThreadPageQuery } from '../src/main/storage/store.ts'
import type { Result, Thread } from '../src/protocol/index.ts'

export async function listThreads(
  store: Pick<Store, 'threadPage'>,
  query: ThreadPageQuery,
): Promise<Result<'thread/list'>> {
  const { threads, readStates, nextCursor, backwardsCursor } = await store.threadPage(query)
  const data = threads.map((json): Thread => JSON.parse(json))
  return { data, nextCursor, backwardsCursor, readStates: JSON.parse(readStates) }
}
