// Says before a deletion how much room the threads take, of how much in all, and when they give it back.
import { useEffect, useState } from 'react'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import { bytesText } from '../store/bytes-text.ts'

export function WhatItTakes({ threadIds }: { threadIds: readonly string[] }) {
  const { connection, tasks } = useStores()
  const bytes = useSelector(connection, (state) => state.health?.bytes)
  const [own, setOwn] = useState<number | null>(null)
  const ids = threadIds.join()
  useEffect(() => void connection.load(), [connection])
  useEffect(() => {
    let isCurrent = true
    tasks.sizes(ids.split(',')).then(
      (sizes) => isCurrent && setOwn(sizes.reduce((sum, size) => sum + size.bytes, 0)),
      // The deletion does not depend on it.
      () => undefined,
    )
    return () => {
      isCurrent = false
    }
  }, [tasks, ids])
  if (!bytes) return null
  const all = bytesText(bytes.database + bytes.wal + bytes.search + bytes.blobs)
  return (
    <p>
      {own === null
        ? `All threads together take ${all} on disk.`
        : `${threadIds.length === 1 ? 'It takes' : 'They take'} ${bytesText(own)} of the ${all} on disk.`}{' '}
      What is deleted is out of sight at once and leaves the disk after as long as Settings &gt;
      Storage says.
    </p>
  )
}
