// Says before a deletion how much room the store takes, and when what is deleted gives its own back.
import { useEffect } from 'react'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import { bytesText } from '../store/bytes-text.ts'

export function WhatItTakes() {
  const { connection } = useStores()
  const bytes = useSelector(connection, (state) => state.health?.bytes)
  useEffect(() => void connection.load(), [connection])
  if (!bytes) return null
  return (
    <p>
      All threads together take {bytesText(bytes.database + bytes.wal + bytes.search + bytes.blobs)}{' '}
      on disk. What is deleted is out of sight at once and leaves the disk after 30 days.
    </p>
  )
}
