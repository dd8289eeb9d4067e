// The small signs: a badge with a word or number, a spinner, keys, a time that reads as "5 min ago".
import { type ReactNode, useEffect, useState } from 'react'
import { relativeTime } from './relative-time.ts'
import './small.css'

export interface BadgeProps {
  tone?: 'neutral' | 'accent' | 'warning'
  children: ReactNode
}

export function Badge({ tone = 'neutral', children }: BadgeProps) {
  return <span className={tone === 'neutral' ? 'badge' : `badge badge-${tone}`}>{children}</span>
}

/** Something is under way. Give the words beside it; this is only the picture. */
export function Spinner() {
  return <span className="spinner" aria-hidden />
}

export function KeyHint({ children }: { children: ReactNode }) {
  return <kbd className="key-hint">{children}</kbd>
}

const MINUTE_MS = 60_000

/** Milliseconds since 1970; the absolute time is in the tooltip of the browser. */
export function RelativeTime({ atMs }: { atMs: number }) {
  const nowMs = useNow(MINUTE_MS)
  const at = new Date(atMs)
  return (
    <time dateTime={at.toISOString()} title={at.toLocaleString()}>
      {relativeTime(atMs, nowMs)}
    </time>
  )
}

/** The time, told anew each so many milliseconds; after `untilMs` no more, for what is over costs nothing. */
export function useNow(intervalMs: number, untilMs = Number.POSITIVE_INFINITY): number {
  const [nowMs, setNowMs] = useState(Date.now)
  const isOver = nowMs >= untilMs
  useEffect(() => {
    if (isOver) return
    const tell = () => setNowMs(Date.now())
    tell() // it may have stood still
    const timer = setInterval(tell, intervalMs)
    return () => clearInterval(timer)
  }, [intervalMs, isOver])
  return nowMs
}
