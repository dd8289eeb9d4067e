// Events of a turn, its usage and its approvals, to their rows.
import type { Database } from 'better-sqlite3'
import { SkeinError } from '../lib/errors.ts'
import { type ProjectionsOf, whole } from './commit-scope.ts'
import { countLines } from './diff-lines.ts'
import { createSnapshotWriter } from './project-thread.ts'
import { usageSums } from './usage-sums.ts'

/** A longer diff of a turn is not kept: its file changes have it in parts. */
const DIFF_CHARS_MAX = 1024 * 1024

/** The turn's key; an event of a turn that was never started is a bug of the caller. */
export function createTurnFinder(db: Database): (threadPk: number, turnId: string) => number {
  const select = db
    .prepare<[number, string], number>('SELECT pk FROM turn WHERE thread_pk = ? AND id = ?')
    .pluck()
  return (threadPk, turnId) => {
    const pk = select.get(threadPk, turnId)
    if (pk === undefined) throw new SkeinError('notFound', `no turn ${turnId} in this thread`)
    return pk
  }
}

export function turnProjections(
  db: Database,
): ProjectionsOf<
  | 'turnStarted'
  | 'turnSettingsChanged'
  | 'planUpdated'
  | 'diffUpdated'
  | 'tokenUsageRecorded'
  | 'approvalRequested'
  | 'approvalDecided'
  | 'turnCompleted'
> {
  const writeSnapshot = createSnapshotWriter(db)
  const findTurn = createTurnFinder(db)
  const insertTurn = db.prepare(
    `INSERT INTO turn(thread_pk, id, root_turn_id, ord, number, kind, status, config_hash, only_this_turn, started_ms)
     SELECT pk, ?, ?, ?, turn_count + 1, ?, 'in_progress', ?, ?, ? FROM thread WHERE pk = ?`,
  )
  const updateConfig = db.prepare('UPDATE turn SET config_hash = ? WHERE pk = ?')
  const moveUp = db.prepare(
    'UPDATE thread SET recency_ms = max(recency_ms, ?), turn_count = turn_count + 1 WHERE pk = ?',
  )
  const updatePlan = db.prepare('UPDATE turn SET plan_json = ? WHERE pk = ?')
  const selectLines = db.prepare<[number], { lines_added: number; lines_removed: number }>(
    'SELECT lines_added, lines_removed FROM turn WHERE pk = ?',
  )
  const updateDiff = db.prepare(
    'UPDATE turn SET diff = ?, lines_added = ?, lines_removed = ? WHERE pk = ?',
  )
  const growLines = db.prepare(
    `UPDATE thread SET lines_added = lines_added + ?, lines_removed = lines_removed + ? WHERE pk = ?`,
  )
  const markUnread = db.prepare(
    `UPDATE thread SET first_unread_number =
         coalesce(first_unread_number, (SELECT number FROM turn WHERE pk = @turnPk)),
       first_unread_turn = coalesce(first_unread_turn, @turnId), read_rev = read_rev + 1
     WHERE pk = @pk`,
  )
  const endTurn = db.prepare(
    `UPDATE turn SET status = ?, end_reason = ?, error_json = ?, ended_ms = ?, duration_ms = ?, end_ord = ?
     WHERE pk = ?`,
  )
  // Text of items that stay open belongs to background commands, which outlive their turn.
  const deletePartials = db.prepare(
    `DELETE FROM item_partial WHERE thread_pk = ? AND turn_id = ? AND item_id NOT IN
       (SELECT id FROM item WHERE turn_pk = ? AND status = 'in_progress')`,
  )
  const insertUsage = db.prepare(
    `INSERT INTO token_usage(thread_pk, ord, turn_id, response_id, model, input, cached_input, cache_write,
       output, reasoning, total, context_window, total_json, at_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const updateUsage = db.prepare('UPDATE thread SET tokens_total = ?, usage_json = ? WHERE pk = ?')
  const insertApproval = db.prepare(
    `INSERT INTO approval(id, thread_pk, turn_id, item_id, kind, request_json, state, created_ms)
     VALUES (?, ?, ?, ?, ?, ?, 'pending', ?)`,
  )
  const decideApproval = db.prepare(
    `UPDATE approval SET state = ?, decision_json = ?, reviewer = ?, decided_ms = ?
     WHERE id = ? AND thread_pk = ? AND state = 'pending'`,
  )

  return {
    turnStarted(scope, { turnId, rootTurnId, kind, snapshot, onlyThisTurn }) {
      writeSnapshot(snapshot, scope.atMs)
      const ord = scope.takeOrd()
      const own = onlyThisTurn.length === 0 ? null : onlyThisTurn.join()
      const root = rootTurnId === turnId ? null : rootTurnId
      insertTurn.run(turnId, root, ord, kind, snapshot.id, own, scope.atMs, scope.threadPk)
      moveUp.run(scope.atMs, scope.threadPk)
      scope.touch()
      return { turnId }
    },
    turnSettingsChanged(scope, { turnId, snapshot }) {
      writeSnapshot(snapshot, scope.atMs)
      updateConfig.run(snapshot.id, findTurn(scope.threadPk, turnId))
      return undefined
    },
    planUpdated(scope, { turnId, explanation, plan }) {
      const json = JSON.stringify({ explanation, plan })
      updatePlan.run(json, findTurn(scope.threadPk, turnId))
      return { turnId }
    },
    diffUpdated(scope, { turnId, diff }) {
      const kept = diff.length <= DIFF_CHARS_MAX ? diff : null
      const turnPk = findTurn(scope.threadPk, turnId)
      const before = selectLines.get(turnPk) ?? { lines_added: 0, lines_removed: 0 }
      const { added, removed } = countLines(diff)
      updateDiff.run(kept, added, removed, turnPk)
      const [moreAdded, moreRemoved] = [added - before.lines_added, removed - before.lines_removed]
      growLines.run(moreAdded, moreRemoved, scope.threadPk)
      return { turnId }
    },
    tokenUsageRecorded(scope, { turnId, responseId, model, usage, threadUsage }) {
      const ord = scope.takeOrd()
      insertUsage.run(
        scope.threadPk,
        ord,
        turnId,
        responseId,
        model,
        whole(usage.inputTokens),
        whole(usage.cachedInputTokens),
        whole(usage.cacheWriteInputTokens),
        whole(usage.outputTokens),
        whole(usage.reasoningOutputTokens),
        whole(usage.totalTokens),
        threadUsage.modelContextWindow === null ? null : whole(threadUsage.modelContextWindow),
        usageSums(threadUsage),
        scope.atMs,
      )
      const total = whole(threadUsage.total.totalTokens)
      updateUsage.run(total, JSON.stringify(threadUsage), scope.threadPk)
      return { turnId, body: { ord } }
    },
    approvalRequested(scope, { approval }) {
      insertApproval.run(
        approval.approvalId,
        scope.threadPk,
        approval.turnId,
        approval.itemId,
        approval.method,
        JSON.stringify(approval.params),
        whole(approval.createdAtMs),
      )
      const { turnId, itemId, approvalId } = approval
      return { turnId, itemId, body: { approvalId } }
    },
    approvalDecided(scope, { approvalId, state, decision, reviewer }) {
      const decided = decision === null ? null : JSON.stringify(decision)
      decideApproval.run(state, decided, reviewer, scope.atMs, approvalId, scope.threadPk)
      return { body: { approvalId } }
    },
    turnCompleted(scope, { turnId, status, reason, error, durationMs }) {
      const turnPk = findTurn(scope.threadPk, turnId)
      const errorJson = error === null ? null : JSON.stringify(error)
      const endOrd = scope.takeOrd()
      endTurn.run(status, reason, errorJson, scope.atMs, whole(durationMs), endOrd, turnPk)
      deletePartials.run(scope.threadPk, turnId, turnPk)
      markUnread.run({ turnPk, turnId, pk: scope.threadPk })
      scope.touch()
      return { turnId }
    },
  }
}
