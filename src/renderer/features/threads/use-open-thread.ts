// The store of the thread this window shows.
import { useEffect, useState } from 'react'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import type { ThreadStore } from '../../state/thread-store.ts'

/** Undefined while no thread is shown. All callers share one store per thread. */
export function useOpenThread(): ThreadStore | undefined {
  const { ui, threads } = useStores()
  const threadId = useSelector(ui, (state) => state.openThreadId)
  const [store, setStore] = useState<ThreadStore>()
  useEffect(() => {
    setStore(threadId === null ? undefined : threads.open(threadId))
  }, [threads, threadId])
  // Between two threads the old store is not shown as if it were the new one.
  return store?.threadId === threadId ? store : undefined
}
