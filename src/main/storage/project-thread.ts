// Events of a thread as a whole, to its row and its queue.
import type { Database } from 'better-sqlite3'
import type { ProjectionsOf } from './commit-scope.ts'
import type { StoredSnapshot } from './thread-event.ts'

/** Written whenever a row is about to refer to it; stored once. */
export function createSnapshotWriter(
  db: Database,
): (snapshot: StoredSnapshot, atMs: number) => void {
  const insert = db.prepare(
    'INSERT OR IGNORE INTO config_snapshot(hash, json, created_ms) VALUES (?, ?, ?)',
  )
  return (snapshot, atMs) => void insert.run(snapshot.id, snapshot.json, atMs)
}

/** `threadCreated` makes the row itself: see event-log.ts. */
export function threadProjections(
  db: Database,
): ProjectionsOf<
  | 'settingsChanged'
  | 'threadRenamed'
  | 'threadDescribed'
  | 'threadArchived'
  | 'threadUnarchived'
  | 'threadDeleted'
  | 'queueChanged'
  | 'metadataChanged'
> {
  const writeSnapshot = createSnapshotWriter(db)
  const updateSettings = db.prepare(
    `UPDATE thread SET cwd = ?, model_provider = ?, model = ?, reasoning_effort = ?, config_hash = ?
     WHERE pk = ?`,
  )
  const updateName = db.prepare('UPDATE thread SET name = ? WHERE pk = ?')
  const updatePreview = db.prepare(`UPDATE thread SET preview = ? WHERE pk = ? AND preview = ''`)
  const updateArchived = db.prepare('UPDATE thread SET archived_ms = ? WHERE pk = ?')
  const updateDeleted = db.prepare('UPDATE thread SET deleted_ms = ? WHERE pk = ?')
  const updateGit = db.prepare('UPDATE thread SET git_json = ? WHERE pk = ?')
  const updateMemoryMode = db.prepare('UPDATE thread SET memory_mode = ? WHERE pk = ?')
  const deleteGoal = db.prepare('DELETE FROM goal WHERE thread_pk = ?')
  const updateQueued = db.prepare('UPDATE thread SET queued = ? WHERE pk = ?')
  const selectQueueTimes = db.prepare<[number], { id: string; created_ms: number }>(
    'SELECT id, created_ms FROM queued_input WHERE thread_pk = ? AND turn_id IS NULL',
  )
  const deleteQueue = db.prepare('DELETE FROM queued_input WHERE thread_pk = ? AND turn_id IS NULL')
  const insertEntry = db.prepare(
    `INSERT INTO queued_input(id, thread_pk, turn_id, position, json, created_ms)
     VALUES (?, ?, NULL, ?, ?, ?)`,
  )

  return {
    settingsChanged(scope, { columns, snapshot }) {
      writeSnapshot(snapshot, scope.atMs)
      updateSettings.run(
        columns.cwd,
        columns.modelProvider,
        columns.model,
        columns.effort,
        snapshot.id,
        scope.threadPk,
      )
      scope.touch()
      return { body: { snapshotId: snapshot.id } }
    },
    threadDescribed(scope, { preview }) {
      updatePreview.run(preview, scope.threadPk)
      return undefined
    },
    threadRenamed(scope, { name }) {
      updateName.run(name, scope.threadPk)
      return { body: { name } }
    },
    threadArchived(scope) {
      updateArchived.run(scope.atMs, scope.threadPk)
      return {}
    },
    threadUnarchived(scope) {
      updateArchived.run(null, scope.threadPk)
      return {}
    },
    threadDeleted(scope) {
      deleteGoal.run(scope.threadPk)
      updateDeleted.run(scope.atMs, scope.threadPk)
      return {}
    },
    metadataChanged(scope, { gitInfo, memoryMode }) {
      if (gitInfo !== undefined) updateGit.run(gitInfo && JSON.stringify(gitInfo), scope.threadPk)
      if (memoryMode !== undefined) updateMemoryMode.run(memoryMode, scope.threadPk)
      return undefined
    },
    queueChanged(scope, { queue }) {
      const rows = selectQueueTimes.all(scope.threadPk)
      const createdMs = new Map(rows.map((row) => [row.id, row.created_ms]))
      deleteQueue.run(scope.threadPk)
      queue.forEach((entry, position) => {
        const since = createdMs.get(entry.id) ?? scope.atMs
        insertEntry.run(entry.id, scope.threadPk, position, JSON.stringify(entry), since)
      })
      updateQueued.run(queue.length, scope.threadPk)
      return {}
    },
  }
}
