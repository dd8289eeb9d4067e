// What clients keep with a thread, and what a person has typed and not sent.
import type { Database } from 'better-sqlite3'
import type { ThreadAttachment } from '../../protocol/index.ts'
import { toUnixSeconds } from '../lib/clock.ts'
import { SkeinError } from '../lib/errors.ts'
import type { StoredDraft } from './arrangement-store.ts'
import { fromPlace, listName, pageOf, readCursor } from './cursors.ts'
import { createThreadFinder } from './find-thread-pk.ts'
import { createPrepared } from './prepared.ts'
import type { Changes, Reads } from './worker-messages.ts'

interface AttachmentRow {
  readonly pk: number
  readonly id: string
  readonly kind: string
  readonly identity_key: string
  readonly payload_json: string
  readonly created_ms: number
}

interface DraftRow {
  readonly json: string | null
  readonly rev: number
}

/** The draft of the page where threads begin has no thread to lie with. */
const START_DRAFT = 'start_draft'

export function createAttachmentRepository(
  db: Database,
): Pick<Reads, 'attachmentsPage' | 'readDraft'> {
  const prepared = createPrepared(db)
  const threadPkOf = createThreadFinder(db)
  const draftOf = draftReader(db)
  return {
    attachmentsPage({ threadId, cursor, limit }) {
      const list = listName('attachments', threadId)
      const place = readCursor(list, cursor, 1)
      const rows = prepared<AttachmentRow>(
        `SELECT * FROM attachment WHERE thread_pk = ? ${fromPlace('pk', place, 'asc')}
         ORDER BY pk LIMIT ?`,
      ).all(threadPkOf(threadId), ...(place?.key ?? []), limit + 1)
      return pageOf(list, rows, limit, (row) => [row.pk], attachmentOf)
    },
    readDraft: (threadId) => draftOf(threadId === null ? null : threadPkOf(threadId)),
  }
}

function attachmentOf(row: AttachmentRow): ThreadAttachment {
  return {
    id: row.id,
    attachmentType: row.kind,
    identityKey: row.identity_key,
    payload: JSON.parse(row.payload_json),
    createdAt: toUnixSeconds(row.created_ms),
  }
}

function draftReader(db: Database): (threadPk: number | null) => StoredDraft {
  const select = db.prepare<[number], DraftRow>('SELECT json, rev FROM draft WHERE thread_pk = ?')
  const selectStart = db.prepare<[string], string>('SELECT value FROM meta WHERE key = ?').pluck()
  return (threadPk) => {
    if (threadPk === null) {
      const kept = selectStart.get(START_DRAFT)
      return kept === undefined ? { draft: null, rev: 0 } : JSON.parse(kept)
    }
    const row = select.get(threadPk)
    const draft = row?.json ? JSON.parse(row.json) : null
    return { draft, rev: row?.rev ?? 0 }
  }
}

export function createAttachmentChanges(
  db: Database,
): Pick<Changes, 'addAttachment' | 'removeAttachment' | 'writeDraft'> {
  const threadPkOf = createThreadFinder(db)
  const draftOf = draftReader(db)
  const select = db.prepare<[number, string, string], AttachmentRow>(
    'SELECT * FROM attachment WHERE thread_pk = ? AND kind = ? AND identity_key = ?',
  )
  const insert = db.prepare(
    `INSERT INTO attachment(thread_pk, id, kind, identity_key, payload_json, created_ms)
     VALUES (?, ?, ?, ?, ?, ?)`,
  )
  const remove = db.prepare('DELETE FROM attachment WHERE pk = ?')
  const insertDraft = db.prepare(
    'INSERT OR REPLACE INTO draft(thread_pk, json, updated_ms, rev) VALUES (?, ?, ?, ?)',
  )
  const insertMeta = db.prepare('INSERT OR REPLACE INTO meta(key, value) VALUES (?, ?)')

  return {
    addAttachment({ threadId, id, attachmentType, identityKey, payload, atMs }) {
      const pk = threadPkOf(threadId)
      const present = select.get(pk, attachmentType, identityKey)
      if (present) return { attachment: attachmentOf(present), isNew: false }
      insert.run(pk, id, attachmentType, identityKey, JSON.stringify(payload), atMs)
      const createdAt = toUnixSeconds(atMs)
      return { attachment: { id, attachmentType, identityKey, payload, createdAt }, isNew: true }
    },
    removeAttachment({ threadId, attachmentType, identityKey }) {
      const present = select.get(threadPkOf(threadId), attachmentType, identityKey)
      if (!present) return null
      remove.run(present.pk)
      return present.id
    },
    writeDraft({ threadId, draft, expectedRev, atMs }) {
      const pk = threadId === null ? null : threadPkOf(threadId)
      const before = draftOf(pk)
      if (expectedRev !== undefined && expectedRev !== before.rev)
        throw new SkeinError('conflict', 'the draft was changed meanwhile', {
          skein_error_code: 'draft_changed',
          ...before,
        })
      const after: StoredDraft = { draft, rev: before.rev + 1 }
      if (pk === null) insertMeta.run(START_DRAFT, JSON.stringify(after))
      else insertDraft.run(pk, draft === null ? null : JSON.stringify(draft), atMs, after.rev)
      return after
    },
  }
}
