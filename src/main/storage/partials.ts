// Text of items that still stream: appended in parts, so that a checkpoint costs what it adds and no more.
import type { Database } from 'better-sqlite3'
import type { ThreadId } from '../../protocol/index.ts'
import { isDiskFailure } from './failures.ts'
import type { PartialKey } from './journal.ts'
import { packText } from './partial-text.ts'

/** Kept of each field, in UTF-16 units; what comes later is dropped. */
export const PARTIAL_CHARS_MAX = 1024 * 1024

export interface Checkpoint {
  readonly threadId: ThreadId
  readonly key: PartialKey
  readonly appended: string
  readonly atMs: number
}

/**
 * Remembers what is not committed yet: text that could not be written (disk full) goes out with a later
 * transaction instead of leaving a hole.
 */
export interface Partials {
  /** Takes the text over; nothing is written yet. */
  append(checkpoint: Checkpoint): void
  /** Inside a transaction: writes what was appended, now or before a transaction that failed. */
  writePending(): void
  hasPending(): boolean
  /** The transaction is on disk. */
  committed(): void
  rolledBack(): void
  /** The item, or every item of the turn, is done with; its rows are deleted by whoever says so. */
  forget(threadId: ThreadId, turnId: string, itemId?: string): void
  /** The items never were: their rows go too. Inside a transaction. */
  discard(threadId: ThreadId, itemIds: readonly string[]): void
}

interface Field {
  readonly threadPk: number
  readonly key: PartialKey
  atMs: number
  nextPart: number
  chars: number
  /** Not committed yet; the first `inFlight` units are in the open transaction, as `partsInFlight` rows. */
  pending: string
  inFlight: number
  partsInFlight: number
}

export function createPartials(db: Database): Partials {
  const fieldsOf = new Map<string, Map<string, Field>>()
  const selectThread = db
    .prepare<[string], number>('SELECT pk FROM thread WHERE id = ? AND deleted_ms IS NULL')
    .pluck()
  const selectKept = db.prepare<[number, string, string, string], { next: number; chars: number }>(
    `SELECT coalesce(max(part) + 1, 0) AS next, coalesce(sum(coalesce(chars, length(text))), 0) AS chars FROM item_partial
     WHERE thread_pk = ? AND turn_id = ? AND item_id = ? AND field = ?`,
  )
  const insert = db.prepare(
    `INSERT INTO item_partial(thread_pk, turn_id, item_id, field, part, kind, text, packed, chars, updated_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const remove = db.prepare(
    `DELETE FROM item_partial WHERE thread_pk = (SELECT pk FROM thread WHERE id = ?)
       AND item_id = ?`,
  )

  const itemKey = (threadId: string, turnId: string, itemId: string): string =>
    JSON.stringify([threadId, turnId, itemId])

  function fieldFor(threadId: ThreadId, key: PartialKey): Field | undefined {
    const item = itemKey(threadId, key.turnId, key.itemId)
    const known = fieldsOf.get(item)?.get(key.field)
    if (known) return known
    const threadPk = selectThread.get(threadId)
    if (threadPk === undefined) return undefined
    const kept = selectKept.get(threadPk, key.turnId, key.itemId, key.field)
    const field: Field = {
      threadPk,
      key,
      atMs: 0,
      nextPart: kept?.next ?? 0,
      chars: kept?.chars ?? 0,
      pending: '',
      inFlight: 0,
      partsInFlight: 0,
    }
    const fields = fieldsOf.get(item) ?? new Map<string, Field>()
    fieldsOf.set(item, fields.set(key.field, field))
    return field
  }

  function write(field: Field): void {
    const text = wholeCharacters(field.pending.slice(field.inFlight))
    if (text === '') return
    const { threadPk, key, atMs } = field
    const part = field.nextPart + field.partsInFlight
    const { text: plain, packed, chars } = packText(text)
    const { turnId, itemId, kind } = key
    insert.run(threadPk, turnId, itemId, key.field, part, kind, plain, packed, chars, atMs)
    field.inFlight += text.length
    field.partsInFlight += 1
  }

  function* all(): Iterable<Field> {
    for (const fields of fieldsOf.values()) yield* fields.values()
  }

  const forget: Partials['forget'] = (threadId, turnId, itemId) => {
    if (itemId !== undefined) {
      fieldsOf.delete(itemKey(threadId, turnId, itemId))
      return
    }
    const ofTurn = `${JSON.stringify([threadId, turnId]).slice(0, -1)},`
    for (const item of fieldsOf.keys()) if (item.startsWith(ofTurn)) fieldsOf.delete(item)
  }

  return {
    append({ threadId, key, appended, atMs }) {
      const field = fieldFor(threadId, key)
      if (!field) return
      const room = PARTIAL_CHARS_MAX - field.chars - field.pending.length
      if (room <= 0) return
      field.pending += appended.slice(0, room)
      field.atMs = Math.round(atMs)
    },
    writePending() {
      for (const fields of fieldsOf.values())
        for (const [name, field] of fields)
          try {
            write(field)
          } catch (thrown) {
            if (isDiskFailure(thrown)) throw thrown
            // Its thread is gone: text that nobody can ask for must not stop everything else.
            fields.delete(name)
          }
    },
    hasPending() {
      for (const field of all())
        if (wholeCharacters(field.pending.slice(field.inFlight)) !== '') return true
      return false
    },
    committed() {
      for (const field of all()) {
        field.pending = field.pending.slice(field.inFlight)
        field.chars += field.inFlight
        field.nextPart += field.partsInFlight
        field.inFlight = 0
        field.partsInFlight = 0
      }
    },
    rolledBack() {
      for (const field of all()) {
        field.inFlight = 0
        field.partsInFlight = 0
      }
    },
    forget,
    discard(threadId, itemIds) {
      for (const itemId of itemIds) remove.run(threadId, itemId)
      for (const item of fieldsOf.keys()) {
        const [ofThread, , itemId] = JSON.parse(item) as [string, string, string]
        if (ofThread === threadId && itemIds.includes(itemId)) fieldsOf.delete(item)
      }
    },
  }
}

/** Without the first half of a pair at its end: UTF-8 has no halves, so it waits for the other one. */
function wholeCharacters(text: string): string {
  return /[\uD800-\uDBFF]$/.test(text) ? text.slice(0, -1) : text
}
