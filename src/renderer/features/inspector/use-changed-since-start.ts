// Which settings differ from those of the thread's first turn; asked only while somebody wants to know.
import { useEffect, useState } from 'react'
import { useStores } from '../../state/stores-context.tsx'

/** Null while it is not asked for, or where it cannot be told. */
export function useChangedSinceStart(
  threadId: string,
  snapshotId: string,
  isWanted: boolean,
): ReadonlySet<string> | null {
  const { config } = useStores()
  const [keys, setKeys] = useState<ReadonlySet<string> | null>(null)
  useEffect(() => {
    setKeys(null)
    if (!isWanted) return
    let isCurrent = true
    async function compare(): Promise<ReadonlySet<string> | null> {
      const first = (await config.snapshotSpans(threadId)).at(-1)
      if (!first) return null
      const rows = await config.compare(first.snapshotId, snapshotId)
      return new Set(rows.map(({ key }) => key))
    }
    compare().then(
      (found) => isCurrent && setKeys(found),
      () => isCurrent && setKeys(null),
    )
    return () => {
      isCurrent = false
    }
  }, [config, threadId, snapshotId, isWanted])
  return keys
}
