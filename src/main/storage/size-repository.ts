// What threads take on disk: their rows, and the content that they refer to, which others may share.
import type { Database } from 'better-sqlite3'
import type { ThreadSize } from '../../protocol/index.ts'
import type { Reads } from './worker-messages.ts'

/** Items of the threads looked at in one piece; others are served between. */
const ITEMS_PER_PIECE = 2_000
const THREADS_PER_PIECE = 50

interface SizeRow {
  readonly pk: number
  readonly threadId: string
  readonly title: string
  readonly items: number
}

export function createSizeRepository(db: Database): Pick<Reads, 'threadSizes' | 'sizePage'> {
  const columns = 'pk, id AS threadId, coalesce(name, preview) AS title, item_count AS items'
  const selectById = db.prepare<[string], SizeRow>(
    `SELECT ${columns} FROM thread WHERE id = ? AND deleted_ms IS NULL`,
  )
  const selectAfter = db.prepare<[number], SizeRow>(
    `SELECT ${columns} FROM thread WHERE pk > ? AND deleted_ms IS NULL ORDER BY pk LIMIT ${THREADS_PER_PIECE}`,
  )
  const rows = (table: string, bytes: string): string =>
    `coalesce((SELECT sum(${bytes}) FROM ${table} WHERE thread_pk = @pk), 0)`
  const hashes = (table: string, column: string): string =>
    `SELECT ${column} FROM ${table} WHERE thread_pk = @pk AND ${column} IS NOT NULL`
  // The length of a text stands before it: the text itself is not read.
  const selectBytes = db
    .prepare<[{ pk: number }], number>(
      `SELECT ${rows('item', 'coalesce(octet_length(json), 0)')}
         + ${rows('model_item', 'coalesce(octet_length(json), 0)')}
         + ${rows('event', 'octet_length(json)')} + ${rows('import_pack', 'octet_length(rows) + file_length')}
         + coalesce((SELECT sum(stored_size) FROM blob WHERE hash IN (${hashes('item', 'blob_hash')}
           UNION ${hashes('item', 'out_hash')} UNION ${hashes('model_item', 'blob_hash')})), 0)`,
    )
    .pluck()

  function sizeOf({ pk, threadId, title }: SizeRow): ThreadSize {
    return { threadId, title, bytes: selectBytes.get({ pk }) ?? 0 }
  }

  return {
    threadSizes: (threadIds) =>
      threadIds.flatMap((id) => {
        const row = selectById.get(id)
        return row ? [sizeOf(row)] : []
      }),
    sizePage(after) {
      const sizes: ThreadSize[] = []
      let items = 0
      for (const row of selectAfter.all(after)) {
        sizes.push(sizeOf(row))
        items += row.items
        if (items >= ITEMS_PER_PIECE) return { sizes, next: row.pk }
        if (sizes.length === THREADS_PER_PIECE) return { sizes, next: row.pk }
      }
      return { sizes, next: null }
    },
  }
}
