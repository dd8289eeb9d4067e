// The folders of the threads used last, latest first, each once. The demo's own scratch folders are left out.
import { useMemo } from 'react'
import { isDemo } from '../../state/config-store.ts'
import { useSelector, useStores } from '../../state/stores-context.tsx'

const FOLDERS_MAX = 12

export function useRecentFolders(): readonly string[] {
  const { threadList, config } = useStores()
  const threads = useSelector(threadList, (state) => state.threads)
  const models = useSelector(config, (state) => state.models)
  return useMemo(() => {
    const folders = new Set<string>()
    for (const thread of threads) {
      if (folders.size >= FOLDERS_MAX) break
      if (!isDemo(models, thread.modelProvider)) folders.add(thread.cwd)
    }
    return [...folders]
  }, [threads, models])
}
