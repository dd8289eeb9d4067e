// How often a window that crashed may come back by itself.

export const RELOAD_DELAY_MS = 500
const RELOADS_MAX = 3
const RELOADS_WITHIN_MS = 60_000

/** Each call is one crash; true as long as there were at most 3 within the last 60 seconds. */
export function createReloadBudget(now: () => number): () => boolean {
  let reloads: number[] = []
  return () => {
    reloads = reloads.filter((atMs) => atMs > now() - RELOADS_WITHIN_MS)
    if (reloads.length >= RELOADS_MAX) return false
    reloads.push(now())
    return true
  }
}
