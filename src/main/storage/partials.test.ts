import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PartialKey } from './journal.ts'
import { migrate } from './migrate.ts'
import { type PartialRow, textOf } from './partial-text.ts'
import { createPartials, PARTIAL_CHARS_MAX, type Partials } from './partials.ts'

const key: PartialKey = { turnId: 'u1', itemId: 'm1', kind: 'agentMessage', field: 'text' }

const threadRow = `INSERT INTO thread(pk, id, origin, cwd, source, cli_version, history_mode, model_provider,
  config_hash, created_ms, updated_ms, recency_ms) VALUES (1, 't', 'native', '', '', '', 'legacy', '', 's', 0, 0, 0)`

let db: Sqlite.Database
let partials: Partials

beforeEach(() => {
  db = new Sqlite(':memory:')
  migrate(db, { home: '', appVersion: '0', nowMs: 0 })
  db.exec(`INSERT INTO config_snapshot VALUES ('s', '{}', 0);
    ${threadRow}`)
  partials = createPartials(db)
})
afterEach(() => db.close())

function append(appended: string, of: PartialKey = key): void {
  partials.append({ threadId: 't', key: of, appended, atMs: 1 })
}

function stored(itemId = 'm1'): string[] {
  return db
    .prepare<[string], PartialRow>(
      'SELECT text, packed FROM item_partial WHERE item_id = ? ORDER BY field, part',
    )
    .all(itemId)
    .map(textOf)
}

function transaction(work: () => void): void {
  db.exec('BEGIN')
  partials.writePending()
  work()
  partials.writePending()
  db.exec('COMMIT')
  partials.committed()
}

function failedTransaction(work: () => void): void {
  db.exec('BEGIN')
  partials.writePending()
  work()
  partials.writePending()
  db.exec('ROLLBACK')
  partials.rolledBack()
}

describe('partial text', () => {
  it('grows by a row for each transaction and rewrites none', () => {
    transaction(() => append('one '))
    transaction(() => {
      append('two ')
      append('three')
    })
    expect(stored()).toEqual(['one ', 'two three'])
  })

  it('that could not be written goes out with the next transaction, without a hole', () => {
    transaction(() => append('one '))
    failedTransaction(() => append('two '))
    failedTransaction(() => append('three '))
    expect(partials.hasPending()).toBe(true)
    transaction(() => append('four'))
    expect(stored().join('')).toBe('one two three four')
    expect(partials.hasPending()).toBe(false)
  })

  it('is written by the next transaction even when nothing is added to it', () => {
    failedTransaction(() => append('one'))
    transaction(() => undefined)
    expect(stored()).toEqual(['one'])
  })

  it('keeps the two halves of a character together', () => {
    transaction(() => append('smile \ud83d'))
    expect(stored()).toEqual(['smile '])
    expect(partials.hasPending()).toBe(false)
    transaction(() => append('\ude00!'))
    expect(stored().join('')).toBe('smile 😀!')
  })

  it('is kept up to its limit and no further', () => {
    transaction(() => append('x'.repeat(PARTIAL_CHARS_MAX - 1)))
    transaction(() => append('yz'))
    transaction(() => append('more'))
    expect(stored().join('')).toBe(`${'x'.repeat(PARTIAL_CHARS_MAX - 1)}y`)
  })

  it('goes on where an earlier process stopped', () => {
    transaction(() => append('one '))
    partials = createPartials(db)
    transaction(() => append('two'))
    expect(stored()).toEqual(['one ', 'two'])
  })

  it('of dropped items is deleted, and what comes under the same id starts anew', () => {
    const other = { ...key, itemId: 'm2' }
    transaction(() => {
      append('broken')
      append('kept', other)
    })
    transaction(() => partials.discard('t', ['m1']))
    transaction(() => append('again'))
    expect(stored()).toEqual(['again'])
    expect(stored('m2')).toEqual(['kept'])
  })

  it('of a turn that ended is forgotten, written or not', () => {
    failedTransaction(() => append('late'))
    partials.forget('t', 'u1')
    transaction(() => undefined)
    expect(stored()).toEqual([])
  })

  it('of a thread that went away in between is dropped, and stops nothing else', () => {
    const other = { ...key, itemId: 'm2' }
    append('lost')
    db.exec('DELETE FROM thread')
    db.exec(threadRow)
    db.pragma('foreign_keys = ON')
    db.exec('UPDATE thread SET pk = 2')
    transaction(() => append('kept', other))
    expect([stored(), stored('m2')]).toEqual([[], ['kept']])
    expect(partials.hasPending()).toBe(false)
  })

  it('of a thread nobody knows is dropped', () => {
    transaction(() => partials.append({ threadId: 'unknown', key, appended: 'x', atMs: 1 }))
    expect(stored()).toEqual([])
  })
})
