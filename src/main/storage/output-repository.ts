// Ranges of long command outputs, wherever they are kept: in the row, in a blob, or in checkpoints while it runs.
import type { Database } from 'better-sqlite3'
import type { BlobStore } from './blobs.ts'
import type { DamageLog } from './damage.ts'
import { type PartialRow, textOf } from './partial-text.ts'
import { loadItem, type StoredItem } from './stored-json.ts'
import { createStory, readAcross } from './story.ts'
import type { Reads } from './worker-messages.ts'

interface OutputRow extends StoredItem {
  readonly thread_pk: number
  readonly status: string
  readonly turn_id: string
}

export function createOutputRepository(
  db: Database,
  blobs: BlobStore,
  damage: DamageLog,
): Pick<Reads, 'readOutput'> {
  const story = createStory(db)
  const selectThread = db
    .prepare<[string], number>('SELECT pk FROM thread WHERE id = ? AND deleted_ms IS NULL')
    .pluck()
  const select = db.prepare<[number, string, number, number], OutputRow>(
    `SELECT item.thread_pk, item.status, turn.id AS turn_id, item.json, item.blob_hash, item.out_hash,
       item.out_size
     FROM item INDEXED BY item_id JOIN turn ON turn.pk = item.turn_pk
     WHERE item.thread_pk = ? AND item.id = ? AND item.kind = 'commandExecution'
       AND item.ord >= ? AND item.ord < ?
     ORDER BY item.ord DESC LIMIT 1`,
  )
  const selectPartial = db.prepare<[number, string, string], PartialRow>(
    `SELECT text, packed FROM item_partial
     WHERE thread_pk = ? AND turn_id = ? AND item_id = ? AND field = 'output' ORDER BY part`,
  )

  function outputOf(row: OutputRow, itemId: string): Buffer {
    if (row.out_hash !== null) return blobs.get(row.out_hash)
    const item = damage.tolerate(row.thread_pk, () => loadItem(blobs, row, false))
    const stored = item?.type === 'commandExecution' ? (item.aggregatedOutput ?? '') : ''
    const parts =
      row.status === 'in_progress' ? selectPartial.all(row.thread_pk, row.turn_id, itemId) : []
    return Buffer.from(stored + parts.map(textOf).join(''))
  }

  return {
    readOutput(threadId, itemId, offset, length) {
      const thread = selectThread.get(threadId)
      const segments = thread === undefined ? [] : story.segments(thread)
      const [row] = readAcross(segments, 'desc', 1, ({ source_pk, from_ord, to_ord }) =>
        select.all(source_pk, itemId, from_ord, to_ord),
      )
      if (!row) return undefined
      const bytes = outputOf(row, itemId)
      const start = characterStart(bytes, Math.min(offset, bytes.length))
      const end = Math.max(start, characterEnd(bytes, Math.min(offset + length, bytes.length)))
      return {
        text: bytes.toString('utf8', start, end),
        offset: start,
        totalBytes: bytes.length,
        omittedBytes: 0,
      }
    },
  }
}

/** The first start of a character at or behind `at`. */
function characterStart(bytes: Buffer, at: number): number {
  let start = at
  while (isContinuation(bytes[start])) start += 1
  return start
}

/** The last end of a character at or before `at`. */
function characterEnd(bytes: Buffer, at: number): number {
  let end = at
  while (end > 0 && isContinuation(bytes[end])) end -= 1
  return end
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80
}
