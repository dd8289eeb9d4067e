// Carries what can be read of a damaged database into a new one: table by table, thread by thread, row by row where
// it must be. What a damaged page held is left out and counted; all around it comes along.
import type { Database } from 'better-sqlite3'
import Sqlite from 'better-sqlite3'
import { isCorruption } from './failures.ts'

export interface Salvage {
  readonly threads: number
  readonly turns: number
  readonly items: number
  /** Of these some part is missing. */
  readonly incomplete: number
  /** Rows that were seen to be there and could not be read, or made no sense without what was lost. */
  readonly lostRows: number
}

type Row = Readonly<Record<string, unknown>>

/** Their rows are numbered. A parent comes before its children. */
const numbered = [
  'section',
  'project',
  'thread',
  'turn',
  'goal',
  'goal_log',
  'approval',
  'queued_input',
  'attachment',
  'draft',
  'import_pack',
]
/** Their rows lie in the order of a key of words. */
const keyed = { meta: 'key', config_snapshot: 'hash', blob: 'hash', import_source: 'path' }
/** Their rows lie together by thread, in the order of these columns. */
const threaded = {
  thread_segment: 'from_ord',
  item: 'ord',
  item_partial: 'turn_id, item_id, field, part',
  model_item: 'ord',
  compaction: 'ord',
  event: 'seq',
  token_usage: 'ord',
}
/** Single rows that are looked for between two damaged places. */
const PROBES_MAX = 200_000

/** Into a database of the newest schema that holds nothing yet. Foreign keys hold again when it returns. */
export function salvage(from: Database, into: Database): Salvage {
  let lostRows = 0
  const hurt = new Set<unknown>()
  into.pragma('foreign_keys = OFF')

  /** Undefined where the old database has no such table, or nobody can tell. */
  function writerOf(table: string): { columns: string; put(row: Row): void } | undefined {
    const known = columnsOf(into, table)
    const columns = columnsOf(from, table).filter((column) => known.includes(column))
    if (columns.length === 0) return undefined
    const places = columns.map((column) => `@${column}`).join(', ')
    const insert = into.prepare(
      `INSERT OR IGNORE INTO ${table}(${columns.join(', ')}) VALUES (${places})`,
    )
    return {
      columns: columns.join(', '),
      put(row) {
        try {
          insert.run(row)
        } catch (thrown) {
          // A row whose values cannot be: it was hit, though its page could be read.
          if (!isConstraint(thrown)) throw thrown
          lose(row)
        }
      },
    }
  }

  function lose(row: Row): void {
    lostRows += 1
    hurt.add(row.thread_pk ?? row.pk)
  }

  function copyNumbered(table: string): void {
    const writer = writerOf(table)
    if (!writer) return
    const select = `SELECT rowid AS rowid_, ${writer.columns} FROM ${table} NOT INDEXED`
    const put = ({ rowid_, ...row }: Row): number => {
      writer.put(row)
      return Number(rowid_)
    }
    const up = readUntilDamage(from, `${select} ORDER BY rowid`, [], put)
    if (up.isWhole) return
    const down = readUntilDamage(
      from,
      `${select} WHERE rowid > ? ORDER BY rowid DESC`,
      [up.last ?? 0],
      put,
    )
    if (down.isWhole) return
    const first = (up.last ?? 0) + 1
    const end = Math.min(down.last ?? first + PROBES_MAX, first + PROBES_MAX)
    for (let rowid = first; rowid < end; rowid += 1)
      readUntilDamage(from, `${select} WHERE rowid = ?`, [rowid], put)
  }

  function copyKeyed(table: string, key: string): void {
    const writer = writerOf(table)
    if (!writer) return
    const select = `SELECT ${writer.columns} FROM ${table}`
    const up = readUntilDamage(from, `${select} ORDER BY ${key}`, [], writer.put)
    if (!up.isWhole) readUntilDamage(from, `${select} ORDER BY ${key} DESC`, [], writer.put)
  }

  function copyThreaded(table: string, order: string, threads: readonly number[]): void {
    const writer = writerOf(table)
    if (!writer) return
    const select = `SELECT ${writer.columns} FROM ${table} WHERE thread_pk = ?`
    const backwards = order.replaceAll(/\w+/g, '$& DESC')
    for (const thread of threads) {
      const up = readUntilDamage(from, `${select} ORDER BY ${order}`, [thread], writer.put)
      if (up.isWhole) continue
      hurt.add(thread)
      readUntilDamage(from, `${select} ORDER BY ${backwards}`, [thread], writer.put)
    }
  }

  /** Settings and content that a row names and that were not met on the way: each may lie on a page of its own. */
  function fetchNamed(table: 'config_snapshot' | 'blob', named: string): void {
    const writer = writerOf(table)
    const missing = into
      .prepare<[], string>(`${named} EXCEPT SELECT hash FROM ${table}`)
      .pluck()
      .all()
    if (!writer) return
    const select = `SELECT ${writer.columns} FROM ${table} WHERE hash = ?`
    for (const hash of missing) readUntilDamage(from, select, [hash], writer.put)
  }

  /** Rows that name what is lost say nothing any more; their threads have a gap. */
  function drop(table: string, condition: string): void {
    const gone = into
      .prepare<[], number>(`DELETE FROM ${table} WHERE ${condition} RETURNING thread_pk`)
      .pluck()
      .all()
    lostRows += gone.length
    for (const thread of gone) hurt.add(thread)
  }

  function settleReferences(): void {
    fetchNamed('config_snapshot', 'SELECT config_hash FROM thread')
    fetchNamed('blob', 'SELECT blob_hash FROM item WHERE blob_hash IS NOT NULL')
    into.exec(`
      INSERT INTO config_snapshot(hash, json, created_ms)
        SELECT DISTINCT config_hash, '{}', created_ms FROM thread
        WHERE config_hash NOT IN (SELECT hash FROM config_snapshot) GROUP BY config_hash;
      UPDATE thread SET section_pk = NULL WHERE section_pk NOT IN (SELECT pk FROM section);
      UPDATE thread SET project_pk = NULL WHERE project_pk NOT IN (SELECT pk FROM project);
      UPDATE turn SET config_hash = NULL WHERE config_hash NOT IN (SELECT hash FROM config_snapshot);
      UPDATE item SET out_hash = NULL WHERE out_hash NOT IN (SELECT hash FROM blob)`)
    const ofThreads = [
      'turn',
      'goal',
      'goal_log',
      'approval',
      'queued_input',
      'attachment',
      'draft',
    ]
    for (const table of [...ofThreads, 'import_pack'])
      drop(table, 'thread_pk NOT IN (SELECT pk FROM thread)')
    drop('thread_segment', 'source_pk NOT IN (SELECT pk FROM thread)')
    drop('item', 'turn_pk NOT IN (SELECT pk FROM turn)')
    for (const table of ['item', 'model_item'])
      drop(table, 'blob_hash IS NOT NULL AND blob_hash NOT IN (SELECT hash FROM blob)')
  }

  into.transaction(() => {
    for (const [table, key] of Object.entries(keyed)) copyKeyed(table, key)
    for (const table of numbered) copyNumbered(table)
    const threads = into.prepare<[], number>('SELECT pk FROM thread').pluck().all()
    for (const [table, order] of Object.entries(threaded)) copyThreaded(table, order, threads)
    settleReferences()
    const mark = into.prepare('UPDATE thread SET damaged = 1 WHERE pk = ?')
    for (const thread of hurt) if (typeof thread === 'number') mark.run(thread)
    // What comes next must not take the place of what is known to have been there.
    into.exec(`
      UPDATE thread SET
        next_ord = max(next_ord, coalesce((SELECT max(ord) + 1 FROM item WHERE thread_pk = pk), 0),
          coalesce((SELECT max(ord) + 1 FROM model_item WHERE thread_pk = pk), 0)),
        next_seq = max(next_seq, coalesce((SELECT max(seq) + 1 FROM event WHERE thread_pk = pk), 1))`)
  })()
  into.pragma('foreign_keys = ON')

  function countOf(rows: string): number {
    return into.prepare<[], number>(`SELECT count(*) FROM ${rows}`).pluck().get() ?? 0
  }
  return {
    threads: countOf('thread WHERE deleted_ms IS NULL'),
    turns: countOf('turn'),
    items: countOf('item'),
    incomplete: countOf('thread WHERE damaged = 1 AND deleted_ms IS NULL'),
    lostRows,
  }

  /** Hands over rows until the end or a page that cannot be read; `last` is what `put` gave for the last one. */
  function readUntilDamage<T>(
    db: Database,
    sql: string,
    values: readonly unknown[],
    put: (row: Row) => T,
  ): { isWhole: boolean; last: T | undefined } {
    let last: T | undefined
    try {
      for (const row of db.prepare<unknown[], Row>(sql).iterate(...values)) last = put(row)
      return { isWhole: true, last }
    } catch (thrown) {
      if (!isCorruption(thrown)) throw thrown
      lostRows += 1
      return { isWhole: false, last }
    }
  }
}

function columnsOf(db: Database, table: string): readonly string[] {
  try {
    return db.prepare<[string], string>('SELECT name FROM pragma_table_info(?)').pluck().all(table)
  } catch (thrown) {
    if (isCorruption(thrown)) return []
    throw thrown
  }
}

function isConstraint(thrown: unknown): boolean {
  return thrown instanceof Sqlite.SqliteError && thrown.code.startsWith('SQLITE_CONSTRAINT')
}
