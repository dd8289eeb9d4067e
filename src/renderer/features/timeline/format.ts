// Times and counts of a timeline in words.
import { duration } from '../../ui/relative-time.ts'

/** Of something that runs: whole seconds, so that the figures do not flicker. */
export function formatElapsed(elapsedMs: number): string {
  const seconds = Math.max(0, Math.floor(elapsedMs / 1000))
  return seconds < 60 ? `${seconds} s` : duration(seconds * 1000)
}

const numbers = new Intl.NumberFormat('en')
const clock = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hour12: false })

export function formatNumber(value: number): string {
  return numbers.format(value)
}

/** "1 file", "3 files". */
export function formatCount(count: number, one: string, many = `${one}s`): string {
  return `${formatNumber(count)} ${count === 1 ? one : many}`
}

/** "10:42". */
export function formatClock(atMs: number): string {
  return clock.format(atMs)
}
