// Content of imported threads that is stored but not yet in rows: it is unpacked, part by part, when somebody asks
// for the thread, or when nothing else is to be done. So an import of thousands of threads is quick, and each opens
// at once, however long it is.
import type { Database } from 'better-sqlite3'
import { messageOf, SkeinError } from '../lib/errors.ts'
import type { BlobStore } from './blobs.ts'
import { isDiskFailure } from './failures.ts'
import { partOf, partsOf, ROWS, readPart } from './import-part.ts'
import { createImportRowWriter } from './import-rows.ts'
import type { ImportRow, PlacedPart, RowsOfLines } from './imported-thread.ts'
import { decode, encode } from './pack-encoding.ts'
import type { PackFiles } from './pack-files.ts'
import { withoutSync } from './without-sync.ts'

export interface ImportPacks {
  /** For a thread of which nothing is packed. Inside the caller's transaction. */
  put(threadPk: number, parts: readonly PlacedPart[]): void
  /** Others can see what was put. */
  committed(): void
  /** Nothing is packed: nobody need ask. */
  isEmpty(): boolean
  /** Where the part of a thread begins that is in rows; undefined when all of it is. */
  rowsFrom(threadId: string): RowsFrom | undefined
  /**
   * Unpacks for about this long, at least one part: of the thread that is named, else of those that came first,
   * which are the most recent ones. Of a thread the newest comes first. One that cannot be unpacked is left as it
   * is: it is told of once, and thrown to whoever names its thread.
   */
  unpackSome(ms: number, threadId?: string): void
  /** Whether there is something to unpack that was not tried yet. */
  hasAny(): boolean
  /** Removes files that nothing refers to. Only while nobody imports: what they bring is not referred to yet. */
  sweep(): void
}

export interface RowsFrom {
  readonly threadPk: number
  readonly ord: number
}

interface PackRow {
  readonly pk: number
  readonly thread_pk: number
  readonly id: string
  readonly to_ord: number
  readonly form: PlacedPart['form']
  readonly encoding: PlacedPart['encoding']
  /** Empty for what lies in a file. */
  readonly rows: Buffer
  readonly file: string | null
  readonly offset: number
  readonly length: number
  /** Of what comes of that place; the length is null for all of it. */
  readonly partOffset: number
  readonly partLength: number | null
  readonly updated_ms: number
}

export interface PackListener {
  /** There is something to unpack, after there was nothing. */
  arrived(): void
  /** All of the thread is in rows, or as much as can be. */
  unpacked(threadId: string): void
  failed(threadId: string, reason: string): void
}

export function createImportPacks(
  db: Database,
  blobs: BlobStore,
  files: PackFiles,
  rowsOfLines: RowsOfLines,
  { arrived, unpacked, failed }: PackListener,
): ImportPacks {
  const writePart = createImportRowWriter(db, blobs)
  const insertPack = db.prepare(
    `INSERT INTO import_pack(thread_pk, to_ord, form, encoding, rows, file, file_offset, file_length, part_offset,
       part_length, part_share) VALUES (?, ?, ?, ?, x'', ?, ?, ?, ?, ?, ?)`,
  )
  const insertRows = db.prepare(
    'INSERT INTO import_pack(thread_pk, to_ord, encoding, rows) VALUES (?, ?, ?, ?)',
  )
  const columns = `pack.pk, pack.thread_pk, thread.id, pack.to_ord, pack.form, pack.encoding, pack.rows, pack.file,
    pack.file_offset AS offset, pack.file_length AS length, pack.part_offset AS partOffset,
    pack.part_length AS partLength, thread.updated_ms`
  const selectOf = db.prepare<[string], PackRow>(
    `SELECT ${columns} FROM thread JOIN import_pack AS pack ON pack.thread_pk = thread.pk WHERE thread.id = ?
     ORDER BY pack.to_ord DESC LIMIT 1`,
  )
  const selectNext = db.prepare<[], PackRow>(
    `SELECT ${columns} FROM import_pack AS pack JOIN thread ON thread.pk = pack.thread_pk
     WHERE pack.problem IS NULL ORDER BY pack.thread_pk, pack.to_ord DESC LIMIT 1`,
  )
  const selectRowsFrom = db.prepare<[string], RowsFrom>(
    `SELECT thread_pk AS threadPk, to_ord AS ord FROM import_pack
     WHERE thread_pk = (SELECT pk FROM thread WHERE id = ?) ORDER BY to_ord DESC LIMIT 1`,
  )
  const isWaiting = db
    .prepare<[number], number>(
      'SELECT EXISTS (SELECT 1 FROM import_pack WHERE thread_pk = ? AND problem IS NULL)',
    )
    .pluck()
  const deletePack = db.prepare('DELETE FROM import_pack WHERE pk = ?')
  const writeProblem = db.prepare('UPDATE import_pack SET problem = ? WHERE pk = ?')
  const anyPack = db.prepare<[], number>('SELECT EXISTS (SELECT 1 FROM import_pack)').pluck()
  const anyUntried = db
    .prepare<[], number>('SELECT EXISTS (SELECT 1 FROM import_pack WHERE problem IS NULL)')
    .pluck()
  const selectFiles = db
    .prepare<[], string>('SELECT DISTINCT file FROM import_pack WHERE file IS NOT NULL')
    .pluck()
  /** A commit that waits for the disk takes everything before it along. */
  const noteUnpacked = db.prepare(
    `INSERT OR REPLACE INTO meta(key, value) VALUES ('unpacked_ms', ?)`,
  )
  let mayHavePacks = anyPack.get() === 1
  /** All that is left was tried. */
  let isIdle = !mayHavePacks
  /** What was put last came after there was nothing, and was not told of yet. */
  let isNews = false
  let isSwept = false

  /** What was read last: parts of one piece are unpacked one after another. */
  let piece:
    | { readonly file: string; readonly offset: number; readonly content: Buffer }
    | undefined

  function pieceAt({ encoding, rows, file, offset, length }: PackRow): Buffer {
    if (file === null) return decode(encoding, rows)
    if (piece?.file !== file || piece.offset !== offset)
      piece = { file, offset, content: decode(encoding, files.read({ file, offset, length })) }
    return piece.content
  }

  function contentOf(pack: PackRow): Buffer {
    const { partOffset, partLength } = pack
    const content = pieceAt(pack)
    if (partLength === null) return content
    if (partOffset + partLength <= content.length)
      return content.subarray(partOffset, partOffset + partLength)
    throw new SkeinError('corrupt', `${pack.file} does not hold what is looked for in it`)
  }

  const unpack = db.transaction((pack: PackRow) => {
    const content = contentOf(pack)
    deletePack.run(pack.pk)
    if (pack.form === 'lines') unpackLines(pack, rowsOfLines(content))
    else writePart(pack.thread_pk, readPart(content.toString('utf8')), pack.updated_ms)
  })

  /** More than a part of them is packed again, in parts: so the newest come first, and others in between. */
  function unpackLines(
    { thread_pk, to_ord, updated_ms }: PackRow,
    rows: readonly ImportRow[],
  ): void {
    if (rows.length > to_ord) throw new SkeinError('corrupt', 'it has more rows than places')
    if (rows.length <= ROWS) writePart(thread_pk, partOf(rows), updated_ms)
    else
      for (const { toOrd, json } of partsOf(rows)) {
        const { encoding, bytes } = encode(Buffer.from(json))
        insertRows.run(thread_pk, toOrd, encoding, bytes)
      }
  }

  function unpackOrNote(pack: PackRow): void {
    try {
      unpack(pack)
    } catch (thrown) {
      if (isDiskFailure(thrown) || !db.inTransaction) throw thrown
      failed(pack.id, messageOf(thrown))
      writeProblem.run(messageOf(thrown), pack.pk)
    }
  }

  /** Answers with the threads that have no more to unpack. */
  const unpackMany = db.transaction((deadline: number, threadId?: string): readonly string[] => {
    const done: string[] = []
    do {
      const pack = threadId === undefined ? selectNext.get() : selectOf.get(threadId)
      if (!pack) break
      if (threadId === undefined) unpackOrNote(pack)
      else unpack(pack)
      if (isWaiting.get(pack.thread_pk) === 0) done.push(pack.id)
    } while (performance.now() < deadline)
    return done
  })

  return {
    put(threadPk, parts) {
      for (const { toOrd, form, encoding, place, within } of parts)
        insertPack.run(
          threadPk,
          toOrd,
          form,
          encoding,
          place.file,
          place.offset,
          place.length,
          within?.offset ?? 0,
          within?.length ?? null,
          within?.share ?? null,
        )
      isSwept = false
      if (parts.length === 0) return
      isNews ||= isIdle
      isIdle = false
      mayHavePacks = true
    },
    committed() {
      if (isNews) arrived()
      isNews = false
    },
    isEmpty: () => !mayHavePacks,
    rowsFrom: (threadId) => (mayHavePacks ? selectRowsFrom.get(threadId) : undefined),
    unpackSome(ms, threadId) {
      // What a power loss takes is still packed, because a part goes with the commit that brings its rows.
      const done = withoutSync(db, () => unpackMany(performance.now() + ms, threadId))
      for (const id of done) unpacked(id)
      isSwept = false
      isIdle = anyUntried.get() === 0
      mayHavePacks = !isIdle || anyPack.get() === 1
    },
    hasAny: () => !isIdle,
    sweep() {
      if (isSwept) return
      isSwept = true
      piece = undefined
      // Rows that were unpacked of them may not be safe from a power loss yet.
      files.keepOnly(new Set(selectFiles.all()), () => noteUnpacked.run(`${Date.now()}`))
    },
  }
}
