// Projects, and which threads belong to them.
import type { Database } from 'better-sqlite3'
import type { Project } from '../../protocol/index.ts'
import { toUnixSeconds } from '../lib/clock.ts'
import { SkeinError } from '../lib/errors.ts'
import type { ProjectFields } from './arrangement-store.ts'
import { fromPlace, listName, pageOf, readCursor } from './cursors.ts'
import { createThreadFinder } from './find-thread-pk.ts'
import { createPrepared } from './prepared.ts'
import type { Changes, Reads } from './worker-messages.ts'

interface ProjectRow {
  readonly pk: number
  readonly id: string
  readonly name: string
  readonly roots_json: string
  readonly metadata_json: string
  readonly position: number
  readonly created_ms: number
  readonly updated_ms: number
  readonly recency_ms: number | null
}

// By the index of a project's threads the first that is not in the archive is the most recent one.
const columns = `project.*, (SELECT recency_ms FROM thread INDEXED BY thread_project
  WHERE project_pk = project.pk AND archived_ms IS NULL AND deleted_ms IS NULL AND preview <> ''
  ORDER BY recency_ms DESC, thread.pk DESC LIMIT 1) AS recency_ms`

export function createProjectRepository(db: Database): Pick<Reads, 'projectsPage' | 'findProject'> {
  const prepared = createPrepared(db)
  const find = projectFinder(db)
  return {
    findProject(id) {
      const row = find(id)
      return row && projectOf(row)
    },
    projectsPage({ cursor, limit, sortKey, sortDirection }) {
      const list = listName('projects', sortKey, sortDirection)
      if (sortKey === 'position') {
        const place = readCursor(list, cursor, 2)
        const rows = prepared<ProjectRow>(
          `SELECT ${columns} FROM project
           WHERE 1 ${fromPlace('project.position, project.pk', place, sortDirection)}
           ORDER BY project.position ${sortDirection}, project.pk ${sortDirection} LIMIT ?`,
        ).all(...(place?.key ?? []), limit + 1)
        return pageOf(list, rows, limit, (row) => [row.position, row.pk], projectOf)
      }
      // Projects are few: what a person made by hand. Their recency is that of their threads, which no index orders.
      const place = readCursor(list, cursor, 1)
      const from = Number(place?.key[0] ?? 0)
      const rows = prepared<ProjectRow>(
        `SELECT ${columns} FROM project ORDER BY recency_ms IS NULL, recency_ms ${sortDirection},
           position LIMIT 10000`,
      ).all()
      const numbered = rows.map((row, number) => ({ row, number })).slice(from, from + limit + 1)
      return pageOf(
        list,
        numbered,
        limit,
        ({ number }) => [number + 1],
        ({ row }) => projectOf(row),
      )
    },
  }
}

function projectFinder(db: Database): (id: string) => ProjectRow | undefined {
  const select = db.prepare<[string], ProjectRow>(
    `SELECT ${columns} FROM project WHERE project.id = ?`,
  )
  return (id) => select.get(id)
}

function projectOf(row: ProjectRow): Project {
  return {
    id: row.id,
    name: row.name,
    roots: JSON.parse(row.roots_json),
    metadata: JSON.parse(row.metadata_json),
    position: row.position,
    createdAt: toUnixSeconds(row.created_ms),
    updatedAt: toUnixSeconds(row.updated_ms),
    recencyAt: row.recency_ms === null ? null : toUnixSeconds(row.recency_ms),
  }
}

export function createProjectChanges(
  db: Database,
): Pick<
  Changes,
  'createProject' | 'updateProject' | 'moveProject' | 'deleteProject' | 'assignProject'
> {
  const threadPkOf = createThreadFinder(db)
  const find = projectFinder(db)
  const selectByKey = db
    .prepare<[string], string>('SELECT id FROM project WHERE idempotency_key = ?')
    .pluck()
  const selectOrder = db.prepare<[], string>('SELECT id FROM project ORDER BY position, pk').pluck()
  const insert = db.prepare(
    `INSERT INTO project(id, name, roots_json, metadata_json, idempotency_key, position, created_ms, updated_ms)
     VALUES (?, ?, ?, ?, ?, (SELECT coalesce(max(position) + 1, 0) FROM project), ?, ?)`,
  )
  const update = db.prepare(
    'UPDATE project SET name = ?, roots_json = ?, metadata_json = ?, updated_ms = ? WHERE pk = ?',
  )
  const place = db.prepare('UPDATE project SET position = ? WHERE id = ?')
  const leave = db.prepare('UPDATE thread SET project_pk = NULL WHERE project_pk = ?')
  const remove = db.prepare('DELETE FROM project WHERE pk = ?')
  const assign = db.prepare('UPDATE thread SET project_pk = ? WHERE pk = ?')

  function require(id: string, words = 'project not found'): ProjectRow {
    const row = find(id)
    if (!row) throw new SkeinError('notFound', `${words}: ${id}`)
    return row
  }

  function putInOrder(ids: readonly string[]): void {
    for (const [position, id] of ids.entries()) place.run(position, id)
  }

  return {
    createProject({ id, name, roots, metadata, idempotencyKey, atMs }) {
      const known = selectByKey.get(idempotencyKey)
      if (known !== undefined) return { project: projectOf(require(known)), isNew: false }
      const [rootsJson, metadataJson] = [JSON.stringify(roots), JSON.stringify(metadata)]
      insert.run(id, name, rootsJson, metadataJson, idempotencyKey, atMs, atMs)
      return { project: projectOf(require(id)), isNew: true }
    },
    updateProject({ id, atMs, ...changes }) {
      const row = require(id)
      const before: ProjectFields = projectOf(row)
      const { name, roots, metadata } = { ...before, ...withoutAbsent(changes) }
      update.run(name, JSON.stringify(roots), JSON.stringify(metadata), atMs, row.pk)
      return projectOf(require(id))
    },
    moveProject({ id, beforeId }) {
      if (id === beforeId)
        throw new SkeinError('invalidParams', `project ${id} cannot be moved before itself`)
      require(id)
      if (beforeId !== undefined) require(beforeId, 'before project not found')
      const others = selectOrder.all().filter((other) => other !== id)
      const at = beforeId === undefined ? others.length : others.indexOf(beforeId)
      putInOrder(others.toSpliced(at, 0, id))
    },
    deleteProject(id) {
      const { pk } = require(id)
      leave.run(pk)
      remove.run(pk)
      putInOrder(selectOrder.all())
    },
    assignProject({ threadId, projectId }) {
      const pk = threadPkOf(threadId)
      assign.run(projectId === null ? null : require(projectId).pk, pk)
    },
  }
}

function withoutAbsent<T extends object>(changes: T): Partial<T> {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined)
  return Object.fromEntries(given) as Partial<T>
}
