// The time something has been running, told each second.
import { useNow } from '../../ui/small.tsx'
import { formatElapsed } from './format.ts'

export function RunningTime({ sinceMs }: { sinceMs: number }) {
  const nowMs = useNow(1000)
  return <span className="card-time">{formatElapsed(nowMs - sinceMs)}</span>
}
