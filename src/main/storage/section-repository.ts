// Sections of the thread list, and which threads are in them.
import type { Database } from 'better-sqlite3'
import type { ThreadSection } from '../../protocol/index.ts'
import { SkeinError } from '../lib/errors.ts'
import { fromPlace, listName, pageOf, readCursor } from './cursors.ts'
import { createThreadFinder } from './find-thread-pk.ts'
import { createPrepared } from './prepared.ts'
import { createThreadPositions } from './thread-positions.ts'
import type { Changes, Reads } from './worker-messages.ts'

interface SectionRow {
  readonly pk: number
  readonly id: string
  readonly name: string
  readonly appearance_json: string | null
  readonly position: number
}

export function createSectionRepository(db: Database): Pick<Reads, 'sectionsPage'> {
  const prepared = createPrepared(db)
  const list = listName('sections')
  return {
    sectionsPage({ cursor, limit }) {
      const place = readCursor(list, cursor, 2)
      const rows = prepared<SectionRow>(
        `SELECT * FROM section WHERE 1 ${fromPlace('position, pk', place, 'asc')}
         ORDER BY position, pk LIMIT ?`,
      ).all(...(place?.key ?? []), limit + 1)
      return pageOf(list, rows, limit, (row) => [row.position, row.pk], sectionOf)
    },
  }
}

function sectionOf({ id, name, appearance_json }: SectionRow): ThreadSection {
  return { id, name, appearance: appearance_json === null ? null : JSON.parse(appearance_json) }
}

export function createSectionChanges(
  db: Database,
): Pick<
  Changes,
  'createSection' | 'updateSection' | 'deleteSection' | 'moveSection' | 'moveThread'
> {
  const threadPkOf = createThreadFinder(db)
  const positions = createThreadPositions(db)
  const select = db.prepare<[string], SectionRow>('SELECT * FROM section WHERE id = ?')
  const selectAll = db.prepare<[], SectionRow>('SELECT * FROM section ORDER BY position, pk')
  const insert = db.prepare(
    `INSERT INTO section(id, name, appearance_json, position)
     VALUES (?, ?, ?, (SELECT coalesce(max(position) + 1, 0) FROM section))`,
  )
  const update = db.prepare('UPDATE section SET name = ?, appearance_json = ? WHERE pk = ?')
  const remove = db.prepare('DELETE FROM section WHERE pk = ?')
  const place = db.prepare('UPDATE section SET position = ? WHERE pk = ?')
  const leave = db.prepare(
    `UPDATE thread SET section_pk = NULL, section_entered_ms = NULL, position = NULL
     WHERE section_pk = ?`,
  )
  const selectSectionOf = db
    .prepare<[number], number | null>('SELECT section_pk FROM thread WHERE pk = ?')
    .pluck()
  const moveRow = db.prepare(
    `UPDATE thread SET section_pk = @section, position = @position,
       section_entered_ms = CASE WHEN section_pk IS @section THEN section_entered_ms ELSE @atMs END
     WHERE pk = @pk`,
  )
  const leaveNoTime = db.prepare(
    'UPDATE thread SET section_entered_ms = NULL WHERE pk = ? AND section_pk IS NULL',
  )

  function require(id: string): SectionRow {
    const row = select.get(id)
    if (!row) throw new SkeinError('notFound', `section ${id} does not exist`)
    return row
  }

  return {
    createSection({ id, name, appearance }) {
      insert.run(id, name, appearance && JSON.stringify(appearance))
      return sectionOf(require(id))
    },
    updateSection({ id, name, appearance }) {
      const row = require(id)
      const json =
        appearance === undefined ? row.appearance_json : appearance && JSON.stringify(appearance)
      update.run(name, json, row.pk)
      return sectionOf(require(id))
    },
    deleteSection(id) {
      const { pk } = require(id)
      leave.run(pk)
      remove.run(pk)
    },
    moveSection({ id, beforeId }) {
      if (id === beforeId)
        throw new SkeinError('invalidParams', `section ${id} cannot be moved before itself`)
      const moved = require(id)
      const before = beforeId === undefined ? undefined : require(beforeId)
      const others = selectAll.all().filter(({ pk }) => pk !== moved.pk)
      const at = before ? others.findIndex(({ pk }) => pk === before.pk) : others.length
      for (const [index, { pk }] of others.toSpliced(at, 0, moved).entries()) place.run(index, pk)
    },
    moveThread({ threadId, sectionId, beforeThreadId, atMs }) {
      const pk = threadPkOf(threadId)
      const section = sectionId === null ? null : require(sectionId).pk
      if (beforeThreadId === threadId)
        throw new SkeinError('invalidParams', `thread ${threadId} cannot be moved before itself`)
      let position = section === null ? null : positions.atEnd(section)
      if (beforeThreadId !== undefined) {
        const before = threadPkOf(beforeThreadId)
        if ((selectSectionOf.get(before) ?? null) !== section)
          throw new SkeinError(
            'invalidParams',
            `before thread ${beforeThreadId} is not in section ${sectionId}`,
          )
        position = positions.before(before, section)
      }
      moveRow.run({ section, position, atMs, pk })
      leaveNoTime.run(pk)
    },
  }
}
