// Which threads a search may find, as SQL over the rows of threads.
import type { SearchQuery } from './search.ts'
import type { SearchTerms } from './search-terms.ts'

export const sortColumns = {
  created_at: 'created_ms',
  updated_at: 'updated_ms',
  recency_at: 'recency_ms',
} as const

export interface ThreadRow {
  readonly pk: number
  readonly id: string
  readonly name: string | null
  readonly preview: string
  readonly created_ms: number
  readonly updated_ms: number
  readonly recency_ms: number
}

export interface ThreadFilter {
  /** Ends in conditions: more of them, an order and a limit may follow. */
  readonly sql: string
  readonly values: readonly unknown[]
}

type Condition = readonly [sql: string, value: unknown]

/** `pks` limits it to these threads; without them they are read in the order of the list. */
export function threadFilter(
  query: SearchQuery,
  archived: boolean,
  terms: SearchTerms | null,
  pks: ReadonlySet<number> | undefined,
): ThreadFilter {
  const conditions: Condition[] = terms ? conditionsOf(terms) : []
  if (pks) conditions.push(among('pk', [...pks]))
  if (query.sources.length > 0) conditions.push(among('source', query.sources))
  const key = sortColumns[query.sortKey].slice(0, -'_ms'.length)
  const index = pks ? '' : `INDEXED BY thread_${archived ? 'archived_' : ''}${key}`
  const where = [
    `archived_ms IS ${archived ? 'NOT ' : ''}NULL AND deleted_ms IS NULL AND preview <> ''`,
    ...conditions.map(([sql]) => sql),
  ]
  return {
    sql: `SELECT pk, id, name, preview, created_ms, updated_ms, recency_ms FROM thread ${index}
      WHERE ${where.join(' AND ')}`,
    values: conditions.map(([, value]) => value),
  }
}

function conditionsOf(terms: SearchTerms): Condition[] {
  const { projects, models, statuses, afterMs, beforeMs } = terms
  const conditions: Condition[] = [
    ...projects.map((part): Condition => ['instr(lower(cwd), ?) > 0', part]),
    ...models.map((part): Condition => [`instr(lower(coalesce(model, '')), ?) > 0`, part]),
  ]
  if (afterMs !== null) conditions.push(['updated_ms >= ?', afterMs])
  if (beforeMs !== null) conditions.push(['created_ms < ?', beforeMs])
  if (statuses.length > 0)
    conditions.push(
      among(
        '(SELECT status FROM turn WHERE thread_pk = thread.pk ORDER BY ord DESC LIMIT 1)',
        statuses,
      ),
    )
  return conditions
}

function among(expression: string, members: readonly unknown[]): Condition {
  return [`${expression} IN (SELECT value FROM json_each(?))`, JSON.stringify(members)]
}

/** True when the terms say something beside words. */
export function narrows(terms: SearchTerms): boolean {
  const { projects, models, statuses, afterMs, beforeMs } = terms
  const named = projects.length + models.length + statuses.length
  return named > 0 || afterMs !== null || beforeMs !== null
}
