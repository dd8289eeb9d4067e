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

/** The time, told anew each so many milliseconds. */
export function useNow(intervalMs: number): number {
  const [nowMs, setNowMs] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), intervalMs)
    return () => clearInterval(timer)
  }, [intervalMs])
  return nowMs
}
