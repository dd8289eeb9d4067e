// Content of imported threads that is stored but not yet in rows: it is unpacked when somebody asks for the thread,
// or when nothing else is to be done. So an import of thousands of threads is quick, and each opens at once.
import zlib from 'node:zlib'
import type { Database } from 'better-sqlite3'
import { messageOf, SkeinError } from '../lib/errors.ts'
import type { BlobStore } from './blobs.ts'
import { whole } from './commit-scope.ts'
import { isDiskFailure } from './failures.ts'
import type { ImportedThread, ImportRow } from './imported-thread.ts'
import { storeItem, storeJson } from './stored-json.ts'
import { withoutSync } from './without-sync.ts'

export interface ImportPacks {
  put(threadPk: number, rows: ImportedThread['rows']): void
  /** Afterwards the rows of this thread are there. Costs nothing where nothing is packed. */
  unpack(threadId: string): void
  /**
   * Unpacks for about this long, in the order they came: the most recent first. False when none is left. One that
   * cannot be unpacked is left as it is, and says so when somebody asks for it.
   */
  unpackSome(ms: number): boolean
  /** Whether there is something to unpack that was not tried yet. */
  hasAny(): boolean
}

interface PackRow {
  readonly thread_pk: number
  readonly id: string
  readonly encoding: 'raw' | 'zstd'
  readonly rows: Buffer
  readonly updated_ms: number
}

type Row<K extends ImportRow['k']> = Extract<ImportRow, { k: K }>

export interface PackListener {
  /** There is something to unpack, after there was nothing. */
  arrived(): void
  /** The thread is not waiting any more. */
  unpacked(threadId: string): void
  failed(threadId: string, reason: string): void
}

export function createImportPacks(
  db: Database,
  blobs: BlobStore,
  { arrived, unpacked, failed }: PackListener,
): ImportPacks {
  const insertPack = db.prepare(
    'INSERT OR REPLACE INTO import_pack(thread_pk, encoding, rows) VALUES (?, ?, ?)',
  )
  const columns = 'pack.thread_pk, thread.id, pack.encoding, pack.rows, thread.updated_ms'
  const selectOf = db.prepare<[string], PackRow>(
    `SELECT ${columns} FROM thread JOIN import_pack AS pack ON pack.thread_pk = thread.pk WHERE thread.id = ?`,
  )
  const selectNext = db.prepare<[], PackRow>(
    `SELECT ${columns} FROM import_pack AS pack JOIN thread ON thread.pk = pack.thread_pk
     WHERE pack.problem IS NULL ORDER BY pack.thread_pk LIMIT 1`,
  )
  const deletePack = db.prepare('DELETE FROM import_pack WHERE thread_pk = ?')
  const writeProblem = db.prepare('UPDATE import_pack SET problem = ? WHERE thread_pk = ?')
  const anyPack = db.prepare<[], number>('SELECT EXISTS (SELECT 1 FROM import_pack)').pluck()
  const insertTurn = db.prepare(
    `INSERT INTO turn(thread_pk, id, ord, end_ord, number, kind, status, end_reason, error_json, config_hash,
       root_turn_id, started_ms, ended_ms, duration_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const insertItem = db.prepare(
    `INSERT INTO item(thread_pk, ord, id, turn_pk, kind, status, json, blob_hash, out_hash, out_size,
       started_ms, ended_ms) VALUES (?, ?, ?, ?, ?, 'completed', ?, ?, ?, ?, ?, ?)`,
  )
  const insertModelItem = db.prepare(
    `INSERT INTO model_item(thread_pk, ord, turn_pk, kind, role, call_id, json, blob_hash)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const insertUsage = db.prepare(
    `INSERT INTO token_usage(thread_pk, ord, turn_id, response_id, model, input, cached_input, cache_write,
       output, reasoning, total, context_window, at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const setNextOrd = db.prepare('UPDATE thread SET next_ord = max(next_ord, ?) WHERE pk = ?')
  let mayHavePacks = anyPack.get() === 1
  /** All that is left was tried. */
  let isIdle = !mayHavePacks

  function writeRows(threadPk: number, rows: readonly ImportRow[], atMs: number): void {
    const turns: { pk: number | bigint; id: string }[] = []
    const ends = endsOf(rows)
    const turnPk = (turn: number | null) => (turn === null ? null : (turns[turn]?.pk ?? null))

    function writeTurn(row: Row<'turn'>, ord: number): void {
      const number = turns.length + 1
      const { lastInsertRowid } = insertTurn.run(
        threadPk,
        row.id,
        ord,
        ends.get(turns.length) ?? null,
        number,
        row.kind,
        row.status,
        row.reason,
        row.error && JSON.stringify(row.error),
        row.snapshotId,
        row.rootTurnId,
        row.startedMs,
        row.endedMs,
        row.durationMs,
      )
      turns.push({ pk: lastInsertRowid, id: row.id })
    }

    function writeItem({ turn, item }: Row<'item'>, ord: number): void {
      const stored = storeItem(blobs, item, atMs)
      insertItem.run(
        threadPk,
        ord,
        item.id,
        turnPk(turn),
        item.type,
        stored.json,
        stored.blob_hash,
        stored.out_hash,
        stored.out_size,
        wholeOrNull(item.startedAtMs),
        wholeOrNull(item.completedAtMs),
      )
    }

    function writeModelItem({ turn, item }: Row<'model'>, ord: number): void {
      const stored = storeJson(blobs, JSON.stringify(item), atMs)
      const role = textOrNull(item.role)
      const callId = textOrNull(item.call_id)
      const pk = turnPk(turn)
      insertModelItem.run(threadPk, ord, pk, item.type, role, callId, stored.json, stored.blob_hash)
    }

    function writeUsage({ turn, usage, ...row }: Row<'usage'>, ord: number): void {
      insertUsage.run(
        threadPk,
        ord,
        turn === null ? null : (turns[turn]?.id ?? null),
        row.responseId,
        row.model,
        whole(usage.inputTokens),
        whole(usage.cachedInputTokens),
        whole(usage.cacheWriteInputTokens),
        whole(usage.outputTokens),
        whole(usage.reasoningOutputTokens),
        whole(usage.totalTokens),
        row.contextWindow,
        row.atMs,
      )
    }

    for (const [ord, row] of rows.entries()) {
      if (row.k === 'turn') writeTurn(row, ord)
      else if (row.k === 'item') writeItem(row, ord)
      else if (row.k === 'model') writeModelItem(row, ord)
      else if (row.k === 'usage') writeUsage(row, ord)
    }
    setNextOrd.run(rows.length, threadPk)
  }

  const writePack = db.transaction((pack: PackRow) => {
    writeRows(pack.thread_pk, readPack(pack), pack.updated_ms)
    deletePack.run(pack.thread_pk)
  })

  function unpackOrNote(pack: PackRow): void {
    try {
      writePack(pack)
    } catch (thrown) {
      if (isDiskFailure(thrown) || !db.inTransaction) throw thrown
      failed(pack.id, messageOf(thrown))
      writeProblem.run(messageOf(thrown), pack.thread_pk)
    }
  }

  /** Answers with the threads it came to. */
  const writeSome = db.transaction((deadline: number): readonly string[] => {
    const ids: string[] = []
    do {
      const pack = selectNext.get()
      if (!pack) break
      unpackOrNote(pack)
      ids.push(pack.id)
    } while (performance.now() < deadline)
    return ids
  })

  return {
    put(threadPk, { encoding, bytes }) {
      insertPack.run(threadPk, encoding, bytes)
      if (isIdle) arrived()
      isIdle = false
      mayHavePacks = true
    },
    unpack(threadId) {
      if (!mayHavePacks) return
      const pack = selectOf.get(threadId)
      if (!pack) return
      writePack(pack)
      unpacked(pack.id)
    },
    unpackSome(ms) {
      if (isIdle) return false
      // What a power loss takes is still packed, because a pack goes with the commit that brings its rows.
      const ids = withoutSync(db, () => writeSome(performance.now() + ms))
      for (const id of ids) unpacked(id)
      isIdle = selectNext.get() === undefined
      mayHavePacks = !isIdle || anyPack.get() === 1
      return !isIdle
    },
    hasAny: () => !isIdle,
  }
}

function readPack({ encoding, rows }: PackRow): readonly ImportRow[] {
  const bytes = encoding === 'raw' ? rows : inflate(rows)
  return JSON.parse(bytes.toString('utf8')) as readonly ImportRow[]
}

function inflate(bytes: Buffer): Buffer {
  if (typeof zlib.zstdDecompressSync !== 'function')
    throw new SkeinError('unsupported', 'this runtime cannot read what a newer one imported')
  return zlib.zstdDecompressSync(bytes)
}

/** Where each turn ends, by its place among the turns. */
function endsOf(rows: readonly ImportRow[]): ReadonlyMap<number, number> {
  return new Map(rows.flatMap((row, ord) => (row.k === 'end' ? [[row.turn, ord] as const] : [])))
}

function wholeOrNull(value: number | null | undefined): number | null {
  return value === null || value === undefined ? null : whole(value)
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
