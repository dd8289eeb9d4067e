// The model providers of this profile and of the threads listed: their names by id.
import { useMemo } from 'react'
import { useSelector, useStores } from '../../state/stores-context.tsx'

export function useProviderNames(): ReadonlyMap<string, string> {
  const { threadList, providers } = useStores()
  const threads = useSelector(threadList, (state) => state.threads)
  const known = useSelector(providers, (state) => state.providers)
  return useMemo(() => {
    const names = new Map(threads.map(({ modelProvider }) => [modelProvider, modelProvider]))
    for (const { id, name } of known ?? []) names.set(id, name)
    return names
  }, [threads, known])
}
