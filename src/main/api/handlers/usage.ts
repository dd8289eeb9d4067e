// What threads have used: tokens, and their cost where prices are configured.
import type { TokenUsage } from '../../../protocol/index.ts'
import type { Store } from '../../storage/store.ts'
import type { Handlers } from '../router.ts'
import { limitOf } from './paging.ts'

export interface UsagePorts {
  readonly store: Store
  /** In millionths of a dollar; null: no price is known. */
  costOf(model: string, usage: TokenUsage): Promise<number | null>
}

export function usageHandlers({ store, costOf }: UsagePorts): Pick<Handlers, 'skein/usage/read'> {
  return {
    async 'skein/usage/read'({ threadId, sinceMs, cursor, limit }) {
      const read = await store.usage({ threadId, sinceMs, cursor, limit: limitOf(limit) })
      const { total, byTurn, nextCursor } = read
      const byModel = await Promise.all(
        read.byModel.map(async (used) => ({
          ...used,
          costMicros: used.model === null ? null : await costOf(used.model, used),
        })),
      )
      const costMicros = sumOf(byModel.filter(({ totalTokens }) => totalTokens > 0))
      return { total, byModel, byTurn: [...byTurn], nextCursor, costMicros }
    },
  }
}

/** One price that is not known makes the whole unknown: a sum without it would be a lie. */
function sumOf(parts: readonly { readonly costMicros: number | null }[]): number | null {
  let sum = 0
  for (const { costMicros } of parts) {
    if (costMicros === null) return null
    sum += costMicros
  }
  return parts.length === 0 ? null : sum
}
