// Keeps the index in step with the threads, a little at a time: what is done is written down per thread, so that it
// goes on where it stopped.
import type { Database } from 'better-sqlite3'
import type { ThreadId } from '../../../protocol/index.ts'
import type { BlobStore } from '../blobs.ts'
import { loadItem, type StoredItem } from '../stored-json.ts'
import { type IndexedText, textsOf } from './indexed-text.ts'
import { rowOf, TITLE_ORD } from './places.ts'

/** Rows read in one piece of work; other questions wait that long at most. */
const ROWS_PER_STEP = 256

export interface Indexer {
  /** Finds out what changed since the index was last written; returns how many threads that are. */
  compare(): number
  /** The thread is next. */
  touch(threadId: ThreadId): void
  /** Works on what is left for about this long, titles first: by them all threads are found soon. False: nothing is left. */
  step(ms: number): boolean
  /** Brings all touched threads up to date. */
  catchUp(): void
  left(): number
}

interface ThreadRow {
  readonly pk: number
  readonly id: string
  readonly next_seq: number
  readonly name: string | null
  readonly preview: string
  readonly deleted_ms: number | null
}

interface IndexedRow {
  readonly thread_pk: number
  readonly thread_id: string
  readonly next_seq: number
  /** Everything before it is final. */
  readonly next_ord: number
  /** Rows up to here are in the index. */
  readonly last_ord: number
}

interface ItemRow extends StoredItem {
  readonly ord: number
  readonly kind: string
  readonly status: string
}

export function createIndexer(threads: Database, index: Database, blobs: BlobStore): Indexer {
  const columns = 'pk, id, next_seq, name, preview, deleted_ms'
  const selectThread = threads.prepare<[number], ThreadRow>(
    `SELECT ${columns} FROM thread WHERE pk = ?`,
  )
  const isPacked = threads
    .prepare<[number], number>(
      'SELECT EXISTS (SELECT 1 FROM import_pack WHERE thread_pk = ? AND problem IS NULL)',
    )
    .pluck()
  const selectPk = threads.prepare<[string], number>('SELECT pk FROM thread WHERE id = ?').pluck()
  const selectAll = threads.prepare<[], Pick<ThreadRow, 'pk' | 'id' | 'next_seq' | 'deleted_ms'>>(
    'SELECT pk, id, next_seq, deleted_ms FROM thread ORDER BY pk DESC',
  )
  // Kinds without words are not read at all.
  const selectItems = threads.prepare<[number, number, number], ItemRow>(
    `SELECT ord, kind, status, json, blob_hash, out_hash, out_size FROM item
     WHERE thread_pk = ? AND ord >= ? AND kind <> 'reasoning' ORDER BY ord LIMIT ?`,
  )
  const selectErrors = threads.prepare<
    [number, number, number],
    { ord: number; error_json: string }
  >(
    `SELECT ord, error_json FROM turn
     WHERE thread_pk = ? AND ord >= ? AND ord < ? AND error_json IS NOT NULL`,
  )
  /** A fork goes on telling what its source told. */
  const selectHeir = threads
    .prepare<[number], number>(
      'SELECT 1 FROM thread_segment WHERE source_pk = ? AND thread_pk <> source_pk LIMIT 1',
    )
    .pluck()
  const selectIndexed = index.prepare<[number], IndexedRow>(
    'SELECT * FROM indexed WHERE thread_pk = ?',
  )
  const selectAllIndexed = index.prepare<[], IndexedRow>('SELECT * FROM indexed')
  const writeIndexed = index.prepare('INSERT OR REPLACE INTO indexed VALUES (?, ?, ?, ?, ?)')
  const forgetIndexed = index.prepare('DELETE FROM indexed WHERE thread_pk = ?')
  const insert = index.prepare(
    `INSERT INTO doc(rowid, title, user, agent, command, output, file, error)
     VALUES (@row, @title, @user, @agent, @command, @output, @file, @error)`,
  )
  // A range of rows would be looked for through the whole index; the sizes it keeps of each row are in order.
  const selectRows = index
    .prepare<[number, number], number>('SELECT id FROM doc_docsize WHERE id BETWEEN ? AND ?')
    .pluck()
  const removeRow = index.prepare('DELETE FROM doc WHERE rowid = ?')
  /** Newest last: they are taken from the end. */
  let waiting: number[] = []
  const touched = new Set<number>()
  /** Threads of which nothing is in the index, like `waiting`. */
  let untitled: number[] = []
  /** Their titles are in the index, and were not changed since. */
  const titled = new Set<number>()

  function remove(first: number, last: number): void {
    for (const row of selectRows.all(first, last)) removeRow.run(row)
  }

  function put(row: number, texts: IndexedText): void {
    insert.run({
      row,
      title: texts.title ?? null,
      user: texts.user ?? null,
      agent: texts.agent ?? null,
      command: texts.command ?? null,
      output: texts.output ?? null,
      file: texts.file ?? null,
      error: texts.error ?? null,
    })
  }

  function forget(pk: number): void {
    remove(rowOf(pk, TITLE_ORD), rowOf(pk + 1, TITLE_ORD) - 1)
    forgetIndexed.run(pk)
  }

  function textOf(row: ItemRow): IndexedText | undefined {
    if (row.status === 'in_progress') return undefined
    try {
      return textsOf(loadItem(blobs, row, row.kind === 'commandExecution'))
    } catch {
      return undefined // damaged rows are told of where they are shown
    }
  }

  /** What is known of the thread, unless it is another one by now: another database, or a restored one. */
  function knownOf(thread: ThreadRow): IndexedRow | undefined {
    const known = selectIndexed.get(thread.pk)
    if (!known) return undefined
    if (known.thread_id === thread.id && known.next_seq <= thread.next_seq) return known
    forget(thread.pk)
    return undefined
  }

  function putErrors(pk: number, from: number, before: number): number {
    let last = -1
    for (const { ord, error_json } of selectErrors.all(pk, from, before)) {
      put(rowOf(pk, ord), { error: messageIn(error_json) })
      last = Math.max(last, ord)
    }
    return last
  }

  function putTitle({ pk, name, preview }: ThreadRow): void {
    const row = rowOf(pk, TITLE_ORD)
    remove(row, row)
    put(row, { title: [name, preview].join('\n') })
  }

  function putItems(pk: number, rows: readonly ItemRow[]): void {
    for (const row of rows) {
      const texts = textOf(row)
      if (texts) put(rowOf(pk, row.ord), texts)
    }
  }

  /** One piece of a thread. True: it is up to date. */
  function indexPiece(pk: number): boolean {
    const thread = selectThread.get(pk)
    if (thread && (thread.deleted_ms === null || selectHeir.get(pk) !== undefined))
      return indexRows(thread)
    forget(pk)
    return true
  }

  function indexRows(thread: ThreadRow): boolean {
    const { pk } = thread
    const { next_ord: from, last_ord: reached } = knownOf(thread) ?? { next_ord: 0, last_ord: -1 }
    if (!titled.delete(pk)) putTitle(thread)
    if (isPacked.get(pk) === 1) {
      // Its rows do not come in order: they are looked at once all of them are there.
      writeIndexed.run(pk, thread.id, 0, from, reached)
      return true
    }
    if (reached >= from) remove(rowOf(pk, from), rowOf(pk, reached))
    const rows = selectItems.all(pk, from, ROWS_PER_STEP)
    const isWhole = rows.length < ROWS_PER_STEP
    putItems(pk, rows)
    const lastItem = rows.at(-1)?.ord ?? from - 1
    const lastError = putErrors(pk, from, isWhole ? Number.MAX_SAFE_INTEGER : lastItem)
    const lastOrd = Math.max(lastItem, lastError)
    const open = rows.find(({ status }) => status === 'in_progress')?.ord
    // A piece that begins with an open item would come back to it for ever.
    const isDone = isWhole || open === from
    // An imported thread whose rows are not there yet has its title in the index, and is looked at again.
    const nextSeq = isDone ? thread.next_seq : 0
    writeIndexed.run(pk, thread.id, nextSeq, open ?? lastOrd + 1, Math.max(lastOrd, reached))
    return isDone
  }

  /** False: there is none. */
  function indexTitle(pk: number | undefined): boolean {
    if (pk === undefined) return false
    const thread = selectThread.get(pk)
    if (!thread || thread.deleted_ms !== null || touched.has(pk)) return true
    putTitle(thread)
    titled.add(pk)
    return true
  }

  /** A piece of the next thread. False: there is none. */
  function indexNext(): boolean {
    if (indexTitle(untitled.pop())) return true
    const [next] = touched
    const pk = next ?? waiting.at(-1)
    if (pk === undefined) return false
    if (indexPiece(pk) && !touched.delete(pk)) waiting.pop()
    return true
  }

  const pieces = index.transaction((deadline: number): boolean => {
    while (indexNext()) if (performance.now() >= deadline) return true
    return false
  })
  const touchedPieces = index.transaction((): void => {
    for (const pk of touched) {
      while (!indexPiece(pk));
      touched.delete(pk)
    }
  })

  return {
    compare() {
      const known = new Map(selectAllIndexed.all().map((row) => [row.thread_pk, row]))
      waiting = []
      untitled = []
      titled.clear()
      for (const { pk, id, next_seq, deleted_ms } of selectAll.iterate()) {
        const row = known.get(pk)
        known.delete(pk)
        const isKnown = row?.thread_id === id && row.next_seq === next_seq
        if (deleted_ms === null || row ? !isKnown : selectHeir.get(pk) !== undefined)
          waiting.push(pk)
        if (!row && deleted_ms === null) untitled.push(pk)
      }
      waiting.push(...known.keys()) // purged since
      waiting.reverse()
      untitled.reverse()
      return waiting.length
    },
    touch(threadId) {
      const pk = selectPk.get(threadId)
      if (pk === undefined) return
      touched.add(pk)
      titled.delete(pk)
    },
    step: (ms) =>
      waiting.length + touched.size + untitled.length > 0 && pieces(performance.now() + ms),
    catchUp() {
      if (touched.size > 0) touchedPieces()
    },
    left: () => waiting.length + touched.size,
  }
}

function messageIn(errorJson: string): string {
  try {
    const error = JSON.parse(errorJson) as { message?: unknown }
    return typeof error.message === 'string' ? error.message : ''
  } catch {
    return ''
  }
}
