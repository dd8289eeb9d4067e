// The latest calls of one server's tools, for people who look after it. In memory alone.
import type { McpCallRecord } from '../../protocol/index.ts'

const CALLS_KEPT = 50
const ERROR_CHARS_MAX = 500

export function createCallLog() {
  /** The latest last. */
  const records: McpCallRecord[] = []
  let count = 0

  return {
    count: () => count,
    /** Newest first. */
    latest: (): readonly McpCallRecord[] => records.toReversed(),
    /** Returns the function that says how it ended. */
    begin(tool: string, caller: McpCallRecord['caller']) {
      const startedAt = performance.now()
      const open: McpCallRecord = {
        tool,
        caller,
        startedAtMs: Date.now(),
        durationMs: null,
        outcome: 'running',
        error: null,
      }
      count += 1
      records.push(open)
      records.splice(0, records.length - CALLS_KEPT)
      let mine = open
      return (outcome: McpCallRecord['outcome'], error: string | null = null): void => {
        const at = records.indexOf(mine)
        mine = {
          ...mine,
          durationMs: Math.round(performance.now() - startedAt),
          outcome,
          error: error?.slice(0, ERROR_CHARS_MAX) ?? null,
        }
        if (at !== -1) records[at] = mine
      }
    },
  }
}
