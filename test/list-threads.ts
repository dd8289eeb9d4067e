// A page of threads of the store, read back from the text it is answered as.

import type { Store, ThreadPageQuery } from '../src/main/storage/store.ts'
import type { Result } from '../src/protocol/index.ts'

export async function listThreads(
  store: Pick<Store, 'threadPage'>,
  query: ThreadPageQuery,
): Promise<Result<'thread/list'>> {
  return JSON.parse((await store.threadPage(query)).json)
}
