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

interface DeletedRow {
  readonly pk: number
  readonly deletedMs: number
  readonly items: number
}

type SizeReads = Pick<Reads, 'threadSizes' | 'sizePage' | 'trashPage'>

export function createSizeRepository(db: Database): SizeReads {
  const columns = 'pk, id AS threadId, coalesce(name, preview) AS title, item_count AS items'
  const selectById = db.prepare<[string], SizeRow>(
    `SELECT ${columns} FROM thread WHERE id = ? AND deleted_ms IS NULL`,
  )
  const selectAfter = db.prepare<[number], SizeRow>(
    `SELECT ${columns} FROM thread WHERE pk > ? AND deleted_ms IS NULL ORDER BY pk LIMIT ${THREADS_PER_PIECE}`,
  )
  const selectDeleted = db.prepare<[number], DeletedRow>(
    `SELECT pk, deleted_ms AS deletedMs, item_count AS items FROM thread
     WHERE pk > ? AND deleted_ms IS NOT NULL ORDER BY pk LIMIT ${THREADS_PER_PIECE}`,
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
         + ${rows('event', 'octet_length(json)')} + ${rows('import_pack', 'octet_length(rows) + coalesce(part_share, file_length)')}
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
      const { rows, next } = pieceOf(selectAfter.all(after))
      return { sizes: rows.map(sizeOf), next }
    },
    trashPage(after) {
      const { rows, next } = pieceOf(selectDeleted.all(after))
      const deleted = rows.map(({ pk, deletedMs }) => ({
        deletedMs,
        bytes: selectBytes.get({ pk }) ?? 0,
      }))
      return { deleted, next }
    },
  }
}

/** As many of the rows as are looked at at once, and the place to go on from. */
function pieceOf<R extends { readonly pk: number; readonly items: number }>(
  rows: readonly R[],
): { readonly rows: readonly R[]; readonly next: number | null } {
  let items = 0
  const end = rows.findIndex((row) => {
    items += row.items
    return items >= ITEMS_PER_PIECE
  })
  const taken = end === -1 ? rows : rows.slice(0, end + 1)
  const isLast = taken.length === rows.length && rows.length < THREADS_PER_PIECE
  return { rows: taken, next: isLast ? null : (taken.at(-1)?.pk ?? null) }
}
