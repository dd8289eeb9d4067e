// How often each rule decided and when it last did: a small file of counters beside the rules, written behind.
import fs from 'node:fs'
import { z } from 'zod'
import { messageOf } from '../../lib/errors.ts'
import type { Logger } from '../../lib/logger.ts'

const Uses = z.record(z.string(), z.object({ uses: z.number(), lastUsedAtMs: z.number() }))
type Uses = z.output<typeof Uses>

export interface RuleUses {
  of(ruleId: string): { readonly uses: number; readonly lastUsedAtMs: number | null }
  note(ruleIds: readonly string[], nowMs: number): void
}

/** A file that is lost or broken costs the counts, nothing else. */
export function createRuleUses(file: string, logger: Logger): RuleUses {
  let counts: Uses | undefined
  let isWriting = false
  let isStale = false

  const known = (): Uses => {
    counts ??= read(file)
    return counts
  }

  async function writeBehind(): Promise<void> {
    isStale = true
    if (isWriting) return
    isWriting = true
    try {
      while (isStale) {
        isStale = false
        await fs.promises.writeFile(file, `${JSON.stringify(known())}\n`, { mode: 0o600 })
      }
    } catch (error) {
      logger.log('warn', 'the use of rules could not be noted', { error: messageOf(error) })
    } finally {
      isWriting = false
    }
  }

  return {
    of(ruleId) {
      return known()[ruleId] ?? { uses: 0, lastUsedAtMs: null }
    },
    note(ruleIds, nowMs) {
      if (ruleIds.length === 0) return
      for (const id of ruleIds)
        known()[id] = { uses: (known()[id]?.uses ?? 0) + 1, lastUsedAtMs: nowMs }
      void writeBehind()
    },
  }
}

function read(file: string): Uses {
  try {
    return Uses.parse(JSON.parse(fs.readFileSync(file, 'utf8')))
  } catch {
    return {}
  }
}
