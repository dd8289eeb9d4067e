// Sums of the tokens that responses used, from their rows.
import type { Database } from 'better-sqlite3'
import { fromPlace, listName, pageOf, readCursor } from './cursors.ts'
import { createPrepared } from './prepared.ts'
import type { Store } from './store.ts'
import type { Reads } from './worker-messages.ts'

type Usage = Awaited<ReturnType<Store['usage']>>
type Sums = Usage['total']

interface SumRow {
  readonly responses: number
  readonly input: number | null
  readonly cached: number | null
  readonly written: number | null
  readonly output: number | null
  readonly reasoning: number | null
  readonly total: number | null
}

const sums = `count(*) AS responses, sum(input) AS input, sum(cached_input) AS cached,
  sum(cache_write) AS written, sum(output) AS output, sum(reasoning) AS reasoning, sum(total) AS total`
const scope = `thread_pk = coalesce((SELECT pk FROM thread WHERE id = @threadId), -1)`

export function createUsageRepository(db: Database): Pick<Reads, 'usage'> {
  const prepared = createPrepared(db)
  return {
    usage({ threadId, sinceMs, cursor, limit }) {
      const where = `${threadId === undefined ? 'TRUE' : scope} AND at_ms >= @sinceMs`
      const values = { threadId: threadId ?? null, sinceMs: sinceMs ?? 0 }
      const [total] = prepared<SumRow>(`SELECT ${sums} FROM token_usage WHERE ${where}`).all(values)
      const byModel = prepared<SumRow & { model: string | null }>(
        `SELECT model, ${sums} FROM token_usage WHERE ${where} GROUP BY model ORDER BY total DESC`,
      ).all(values)
      return {
        total: sumsOf(total),
        byModel: byModel.map((row) => ({ model: row.model, ...sumsOf(row) })),
        ...byTurn(threadId, sinceMs ?? 0, cursor, limit),
      }
    },
  }

  function byTurn(
    threadId: string | undefined,
    sinceMs: number,
    cursor: string | undefined,
    limit: number,
  ): Pick<Usage, 'byTurn' | 'nextCursor'> {
    if (threadId === undefined) return { byTurn: [], nextCursor: null }
    const list = listName('usage', threadId, sinceMs)
    const place = readCursor(list, cursor, 1)
    const rows = prepared<SumRow & { turn_id: string | null; first: number; at_ms: number }>(
      `SELECT turn_id, min(ord) AS first, max(at_ms) AS at_ms, ${sums} FROM token_usage
       WHERE thread_pk = coalesce((SELECT pk FROM thread WHERE id = ?), -1) AND at_ms >= ?
       GROUP BY turn_id HAVING TRUE ${fromPlace('first', place, 'desc')}
       ORDER BY first DESC LIMIT ?`,
    ).all(threadId, sinceMs, ...(place?.key ?? []), limit + 1)
    const { data, nextCursor } = pageOf(
      list,
      rows,
      limit,
      (row) => [row.first],
      (row) => ({ turnId: row.turn_id, atMs: row.at_ms, ...sumsOf(row) }),
    )
    return { byTurn: data, nextCursor }
  }
}

function sumsOf(row: SumRow | undefined): Sums {
  return {
    responses: row?.responses ?? 0,
    totalTokens: row?.total ?? 0,
    inputTokens: row?.input ?? 0,
    cachedInputTokens: row?.cached ?? 0,
    cacheWriteInputTokens: row?.written ?? 0,
    outputTokens: row?.output ?? 0,
    reasoningOutputTokens: row?.reasoning ?? 0,
  }
}
