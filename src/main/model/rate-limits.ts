// What providers tell of their limits, in headers or in the stream, in one form.
import type { RateLimits, RateLimitWindow } from '../../protocol/index.ts'
import type { HttpAnswer } from './http-post.ts'

type Raw = Readonly<Record<string, unknown>>

/** Undefined when the headers say nothing of limits. */
export function rateLimitsOfHeaders(
  headers: HttpAnswer['headers'],
  nowMs: number,
): RateLimits | undefined {
  const primary = planWindow(headers, 'primary') ?? countedWindow(headers, 'requests', nowMs)
  const secondary = planWindow(headers, 'secondary') ?? countedWindow(headers, 'tokens', nowMs)
  return some(primary, secondary, headers.get('x-codex-plan-type'))
}

/** The same as an event of the stream. */
export function rateLimitsOfEvent(event: Raw): RateLimits | undefined {
  const { primary, secondary } = membersOf(event.rate_limits)
  const plan = typeof event.plan_type === 'string' ? event.plan_type : null
  return some(eventWindow(primary), eventWindow(secondary), plan)
}

function some(
  primary: RateLimitWindow | null,
  secondary: RateLimitWindow | null,
  planType: string | null,
): RateLimits | undefined {
  return primary || secondary ? { primary, secondary, planType } : undefined
}

/** A share of what a plan allows in a time. */
function planWindow(
  headers: HttpAnswer['headers'],
  which: 'primary' | 'secondary',
): RateLimitWindow | null {
  const read = (name: string): number | null => numberOf(headers.get(`x-codex-${which}-${name}`))
  const usedPercent = read('used-percent')
  if (usedPercent === null) return null
  return { usedPercent, windowDurationMins: read('window-minutes'), resetsAt: read('reset-at') }
}

/** So many of so many are left. */
function countedWindow(
  headers: HttpAnswer['headers'],
  what: 'requests' | 'tokens',
  nowMs: number,
): RateLimitWindow | null {
  const limit = numberOf(headers.get(`x-ratelimit-limit-${what}`))
  const left = numberOf(headers.get(`x-ratelimit-remaining-${what}`))
  if (limit === null || left === null || limit <= 0) return null
  const resetMs = durationMs(headers.get(`x-ratelimit-reset-${what}`))
  return {
    usedPercent: Math.round((1 - Math.min(left, limit) / limit) * 100),
    windowDurationMins: null,
    resetsAt: resetMs === null ? null : Math.ceil((nowMs + resetMs) / 1000),
  }
}

function eventWindow(value: unknown): RateLimitWindow | null {
  const { used_percent, window_minutes, reset_at } = membersOf(value)
  if (typeof used_percent !== 'number') return null
  return {
    usedPercent: used_percent,
    windowDurationMins: typeof window_minutes === 'number' ? window_minutes : null,
    resetsAt: typeof reset_at === 'number' ? reset_at : null,
  }
}

/** "6m0s", "1.5s", "20ms". */
function durationMs(text: string | null): number | null {
  if (!text) return null
  const units: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 }
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)]
  if (parts.length === 0) return null
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (units[unit ?? ''] ?? 0), 0)
}

function numberOf(text: string | null): number | null {
  const value = Number(text)
  return text === null || text.trim() === '' || !Number.isFinite(value) ? null : value
}

function membersOf(value: unknown): Raw {
  return value !== null && typeof value === 'object' ? (value as Raw) : {}
}
