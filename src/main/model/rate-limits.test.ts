import { expect, it } from 'vitest'
import { rateLimitsOfEvent, rateLimitsOfHeaders } from './rate-limits.ts'

it('reads shares of a plan from headers', () => {
  const headers = new Headers({
    'x-codex-primary-used-percent': '42.5',
    'x-codex-primary-window-minutes': '300',
    'x-codex-primary-reset-at': '1900000000',
  })
  expect(rateLimitsOfHeaders(headers, 0)).toEqual({
    primary: { usedPercent: 42.5, windowDurationMins: 300, resetsAt: 1_900_000_000 },
    secondary: null,
    planType: null,
  })
})

it('reads what is left of a number of requests and tokens', () => {
  const headers = new Headers({
    'x-ratelimit-limit-requests': '100',
    'x-ratelimit-remaining-requests': '75',
    'x-ratelimit-reset-requests': '1m30s',
    'x-ratelimit-limit-tokens': '1000',
    'x-ratelimit-remaining-tokens': '0',
  })
  expect(rateLimitsOfHeaders(headers, 10_000)).toEqual({
    primary: { usedPercent: 25, windowDurationMins: null, resetsAt: 100 },
    secondary: { usedPercent: 100, windowDurationMins: null, resetsAt: null },
    planType: null,
  })
})

it('reads them from an event of the stream', () => {
  const rate_limits = { primary: { used_percent: 3, window_minutes: 300, reset_at: 9 } }
  expect(rateLimitsOfEvent({ plan_type: 'team', rate_limits })).toEqual({
    primary: { usedPercent: 3, windowDurationMins: 300, resetsAt: 9 },
    secondary: null,
    planType: 'team',
  })
})

it('says nothing where nothing is said', () => {
  expect(rateLimitsOfHeaders(new Headers({ 'x-ratelimit-limit-requests': '' }), 0)).toBeUndefined()
  expect(rateLimitsOfEvent({})).toBeUndefined()
})
