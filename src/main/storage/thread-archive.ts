// A thread as a file of its own that loses nothing: every row of every table that speaks of it, and its big content.
// A fork's file stands for itself: what it shares with others is written as its own.
import { existsSync } from 'node:fs'
import type { Database } from 'better-sqlite3'
import { messageOf, SkeinError } from '../lib/errors.ts'
import { ARCHIVE_MARK } from './archive-mark.ts'
import type { BlobStore } from './blobs.ts'
import { createDurableFile } from './durable-file.ts'
import { isDiskFailure } from './failures.ts'
import { linesOfFile } from './lines-of-file.ts'

/** The first form had no last line: what was cut off of it could not be seen. */
const FORM = 2
/** Rows written at a time; others are served between. */
const ROWS_MAX = 500

export interface ArchiveResult {
  readonly turns: number
  readonly items: number
  readonly bytes: number
}

type Row = Record<string, unknown>

/** Tables of a thread that are not its story: derived, or of this machine alone. */
const left = new Set(['event', 'import_pack', 'thread_segment', 'item_partial'])

interface Part {
  readonly pk: number
  readonly from: number
  readonly to: number
}

export interface ThreadArchive {
  /** Resolves when the file is on disk under its name. `path` must not exist. */
  write(threadId: string, path: string): Promise<ArchiveResult>
  /**
   * Throws SkeinError `corrupt` for a file that is no such thing, or damaged, `unsupported` for one of a newer Skein,
   * `conflict` when the thread is here already; then nothing is changed.
   */
  read(path: string): { readonly threadId: string; readonly items: number }
}

export function createThreadArchive(db: Database, blobs: BlobStore): ThreadArchive {
  const columnsOf = (table: string): string[] =>
    db.prepare<[string], string>('SELECT name FROM pragma_table_info(?)').pluck().all(table)

  const insertSnapshot = db.prepare(
    'INSERT OR IGNORE INTO config_snapshot(hash, json, created_ms) VALUES (@hash, @json, @nowMs)',
  )

  function tablesOfThreads(): string[] {
    const all = db
      .prepare<[], string>(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`)
      .pluck()
      .all()
    const own = all.filter((name) => !left.has(name) && columnsOf(name).includes('thread_pk'))
    // Turns first: others refer to them.
    return ['turn', ...own.filter((name) => name !== 'turn')]
  }

  function partsOf(pk: number, ownFrom: number, nextOrd: number): Part[] {
    const shared = db
      .prepare<[number], Part>(
        `SELECT source_pk AS pk, from_ord AS "from", to_ord AS "to" FROM thread_segment
         WHERE thread_pk = ? ORDER BY from_ord`,
      )
      .all(pk)
    return [...shared, { pk, from: ownFrom, to: nextOrd }]
  }

  function* rowsOf(table: string, pk: number, parts: readonly Part[]): Generator<Row> {
    if (!columnsOf(table).includes('ord')) {
      yield* db.prepare<[number], Row>(`SELECT * FROM ${table} WHERE thread_pk = ?`).all(pk)
      return
    }
    const select = db.prepare<[number, number, number], Row>(
      `SELECT * FROM ${table} WHERE thread_pk = ? AND ord >= ? AND ord < ? ORDER BY ord LIMIT ${ROWS_MAX}`,
    )
    for (const part of parts)
      for (let from = part.from; ; ) {
        const rows = select.all(part.pk, from, part.to)
        yield* rows
        const last = rows.at(-1)
        if (rows.length < ROWS_MAX || !last) break
        from = Number(last.ord) + 1
      }
  }

  function* linesOf(thread: Row): Generator<Row> {
    const pk = Number(thread.pk)
    const sent = new Set<unknown>()
    yield { [ARCHIVE_MARK]: FORM, row: { ...thread, own_from: 0 } }
    yield* contentsOf(thread, sent)
    const parts = partsOf(pk, Number(thread.own_from ?? 0), Number(thread.next_ord))
    for (const table of tablesOfThreads())
      for (const row of rowsOf(table, pk, parts)) {
        yield* contentsOf(row, sent)
        yield { table, row: table === 'compaction' ? { ...row, ...keptBy(row, 0) } : row }
      }
  }

  /** What a row refers to by its hash, unless it was written before. */
  function* contentsOf(row: Row, sent: Set<unknown>): Generator<Row> {
    for (const [name, value] of Object.entries(row)) {
      if (!name.endsWith('_hash') || typeof value !== 'string' || sent.has(value)) continue
      sent.add(value)
      yield contentOf(name, value)
    }
  }

  function contentOf(column: string, hash: string): Row {
    if (column !== 'config_hash') return { blob: hash, data: blobs.get(hash).toString('base64') }
    const json = db.prepare('SELECT json FROM config_snapshot WHERE hash = ?').pluck().get(hash)
    return { snapshot: hash, json }
  }

  async function write(threadId: string, path: string): Promise<ArchiveResult> {
    const thread = db
      .prepare<[string], Row>('SELECT * FROM thread WHERE id = ? AND deleted_ms IS NULL')
      .get(threadId)
    if (!thread) throw new SkeinError('notFound', `thread not found: ${threadId}`)
    if (existsSync(path)) throw new SkeinError('conflict', `there is something at ${path} already`)
    const counts = new Map<unknown, number>()
    const file = createDurableFile(path)
    try {
      let lines = 0
      for (const line of linesOf(thread)) {
        file.write(`${JSON.stringify(line)}\n`)
        counts.set(line.table, (counts.get(line.table) ?? 0) + 1)
        lines += 1
        if (lines % ROWS_MAX === 0) await new Promise((resolve) => setImmediate(resolve))
      }
      file.write(`${JSON.stringify({ end: lines })}\n`)
      const bytes = file.finish()
      return { turns: counts.get('turn') ?? 0, items: counts.get('item') ?? 0, bytes }
    } catch (thrown) {
      file.discard()
      throw thrown
    }
  }

  function insert(table: string, row: Row): number {
    const known = columnsOf(table).filter((name) => Object.hasOwn(row, name))
    const marks = known.map(() => '?').join(', ')
    const statement = db.prepare(`INSERT INTO ${table}(${known.join(', ')}) VALUES (${marks})`)
    return Number(statement.run(...known.map((name) => row[name])).lastInsertRowid)
  }

  function takeRow(table: string, row: Row, threadPk: number, turns: Map<unknown, number>): void {
    const { pk, turn_pk, ...values } = row
    const placed = { ...values, thread_pk: threadPk }
    if (table === 'compaction') Object.assign(placed, keptBy(row, threadPk))
    if (turn_pk !== undefined) Object.assign(placed, { turn_pk: turns.get(turn_pk) ?? null })
    const inserted = insert(table, placed)
    if (table === 'turn') turns.set(pk, inserted)
  }

  function makeRoom(threadId: string): void {
    const present = db
      .prepare<[string], { pk: number; deleted_ms: number | null }>(
        'SELECT pk, deleted_ms FROM thread WHERE id = ?',
      )
      .get(threadId)
    if (present?.deleted_ms === null)
      throw new SkeinError('conflict', 'the thread is here already', { threadId })
    if (present) db.prepare('DELETE FROM thread WHERE pk = ?').run(present.pk)
  }

  const read = db.transaction((path: string) => {
    const lines = linesOfFile(path)
    try {
      return takeLines(lines)
    } catch (thrown) {
      if (thrown instanceof SkeinError || isDiskFailure(thrown)) throw thrown
      throw new SkeinError('corrupt', `the file is damaged: ${messageOf(thrown)}`, {}, thrown)
    } finally {
      lines.return(undefined)
    }
  })

  /** One at a time: what a row refers to comes before it. */
  function takeLines(lines: Generator<string>): { threadId: string; items: number } {
    const head = parse(lines.next().value ?? '{}')
    checkForm(head[ARCHIVE_MARK])
    const thread = withoutKeys(record(head.row) ?? {})
    const threadId = String(thread.id)
    makeRoom(threadId)
    const known = new Set<unknown>(tablesOfThreads())
    const turns = new Map<unknown, number>()
    let threadPk: number | undefined
    let items = 0
    for (const line of linesToEnd(lines, head)) {
      takeContent(line)
      // A table of a newer Skein has no place here; everything else has.
      if (!known.has(line.table)) continue
      threadPk ??= insert('thread', { ...thread, deleted_ms: null })
      takeRow(String(line.table), record(line.row) ?? {}, threadPk, turns)
      if (line.table === 'item') items += 1
    }
    closeWhatRan(threadPk ?? insert('thread', { ...thread, deleted_ms: null }))
    return { threadId, items }
  }

  /** It ran where it was written; here it is over. */
  function closeWhatRan(threadPk: number): void {
    db.prepare(
      `UPDATE turn SET status = 'interrupted', end_reason = 'process_exit',
         ended_ms = (SELECT updated_ms FROM thread WHERE pk = thread_pk)
       WHERE thread_pk = ? AND status = 'in_progress'`,
    ).run(threadPk)
    db.prepare(
      `UPDATE item SET status = 'interrupted' WHERE thread_pk = ? AND status = 'in_progress'`,
    ).run(threadPk)
    db.prepare(
      `UPDATE approval SET state = 'expired' WHERE thread_pk = ? AND state = 'pending'`,
    ).run(threadPk)
  }

  function takeContent({ blob, data, snapshot, json }: Row): void {
    const nowMs = Date.now()
    if (typeof blob === 'string') {
      const hash = blobs.put(Buffer.from(String(data), 'base64'), 'application/octet-stream', nowMs)
      if (hash !== blob) throw new Error(`content ${blob} is not what it was`)
    }
    if (typeof snapshot === 'string')
      insertSnapshot.run({ hash: snapshot, json: String(json), nowMs })
  }

  return { write, read }
}

function checkForm(form: unknown): void {
  if (form === FORM || form === 1) return
  if (typeof form === 'number' && form > FORM)
    throw new SkeinError('unsupported', 'the file was written by a newer Skein')
  throw new SkeinError('corrupt', 'the file is not a thread exported by Skein')
}

/** Those behind the first. The last one says how many there are: it shows a file that was cut off. */
function* linesToEnd(lines: Iterable<string>, head: Row): Generator<Row> {
  let count = 1
  let end: unknown
  for (const text of lines) {
    const line = parse(text)
    end = line.end
    if (end !== undefined) continue
    count += 1
    yield line
  }
  if (head[ARCHIVE_MARK] !== 1 && end !== count) throw new Error('its end is missing')
}

/** Throws an Error for what is no object. */
function parse(line: string): Row {
  const parsed = record(JSON.parse(line))
  if (!parsed) throw new Error('a line says nothing')
  return parsed
}

function record(value: unknown): Row | undefined {
  return typeof value === 'object' && value !== null ? (value as Row) : undefined
}

/** Rows of other tables have other keys here: a thread comes without its place in sections and projects. */
function withoutKeys(row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !/^(?:pk|.*_pk)$/.test(name)))
}

/** What a summing-up keeps is named by thread and place; in a file all of it is the thread's own. */
function keptBy({ kept_json }: Row, threadPk: number): Row {
  const refs = JSON.parse(String(kept_json)) as readonly (readonly [number, number])[]
  return { kept_json: JSON.stringify(refs.map(([, ord]) => [threadPk, ord])) }
}
