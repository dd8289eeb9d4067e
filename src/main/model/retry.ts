// How long to wait before trying a model server again.
import type { HttpAnswer } from './http-post.ts'

const FIRST_DELAY_MS = 200
/** Whoever asks for a longer pause than this is told to the person instead of waited for. */
export const RETRY_AFTER_MS_MAX = 60_000

/** Before attempt `attempt` + 1: 200 ms doubled each time, ± 10 %. A delay the server asked for wins. */
export function retryDelayMs(
  attempt: number,
  retryAfterMs: number | null = null,
  random: () => number = Math.random,
): number {
  if (retryAfterMs !== null) return retryAfterMs
  return FIRST_DELAY_MS * 2 ** (attempt - 1) * (0.9 + 0.2 * random())
}

/** The `retry-after` of a response in milliseconds: seconds, or a date; null without a usable one. */
export function retryAfterOf(headers: HttpAnswer['headers'], nowMs: number): number | null {
  const value = headers.get('retry-after')?.trim()
  if (!value) return null
  if (/^\d+(?:\.\d+)?$/.test(value)) return Number(value) * 1000
  const at = Date.parse(value)
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs)
}

/** The delay some servers put into words: "Please try again in 1.5s", "… in 28ms". */
export function retryAfterInWords(message: string): number | null {
  const found = /try again in\s+(\d+(?:\.\d+)?)\s*(ms|seconds?|s\b)/i.exec(message)
  if (!found) return null
  const [, amount, unit] = found
  return Number(amount) * (unit?.toLowerCase() === 'ms' ? 1 : 1000)
}

/** Waits; rejects with the signal's reason as soon as it aborts. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    const abort = (): void => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', abort)
      resolve()
    }, ms)
    signal.addEventListener('abort', abort, { once: true })
  })
}
