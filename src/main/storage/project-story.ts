// Events that change which rows tell a thread's story, and what of them the model sees.
import type { Database } from 'better-sqlite3'
import { SkeinError } from '../lib/errors.ts'
import type { BlobStore } from './blobs.ts'
import { type ProjectionsOf, whole } from './commit-scope.ts'
import type { DamageLog } from './damage.ts'
import { createLineSums } from './diff-lines.ts'
import { createHistoryReader, type HistoryRef } from './model-history.ts'
import { createModelItemWriter } from './model-item-writer.ts'
import { createStory } from './story.ts'

export function storyProjections(
  db: Database,
  blobs: BlobStore,
  damage: DamageLog,
): ProjectionsOf<'threadReverted' | 'historyReplaced'> {
  const story = createStory(db)
  const readHistory = createHistoryReader(db, blobs, damage)
  const writeModelItem = createModelItemWriter(db, blobs)
  const updateThread = db.prepare(
    `UPDATE thread SET preview = CASE WHEN @turnCount = 0 THEN '' ELSE preview END, turn_count = @turnCount,
       tokens_total = @total, usage_json = @usage, read_rev = read_rev + 1,
       first_unread_turn = iif(first_unread_number > @turnCount, NULL, first_unread_turn),
       first_unread_number = iif(first_unread_number > @turnCount, NULL, first_unread_number)
     WHERE pk = @pk`,
  )
  const sumLines = createLineSums(db)
  const insertCompaction = db.prepare(
    'INSERT INTO compaction(thread_pk, ord, kept_json) VALUES (?, ?, ?)',
  )

  return {
    threadReverted(scope, { beforeTurnId, turnCount, tokenUsage }) {
      const turn = story.findTurn(scope.threadPk, beforeTurnId)
      if (!turn) throw new SkeinError('notFound', `no turn ${beforeTurnId} in this thread`)
      story.cut(scope.threadPk, turn.ord, scope.takeOrd())
      sumLines(scope.threadPk)
      const total = whole(tokenUsage?.total.totalTokens ?? 0)
      const usage = tokenUsage && JSON.stringify(tokenUsage)
      updateThread.run({ turnCount, total, usage, pk: scope.threadPk })
      scope.touch()
      return { turnId: beforeTurnId }
    },
    historyReplaced(scope, { turnId, history }) {
      const before = readHistory(story.segments(scope.threadPk))
      const refs = history.map((entry): HistoryRef => {
        if ('item' in entry) return [scope.threadPk, writeModelItem(scope, turnId, entry.item)]
        const kept = before[entry.kept]
        if (!kept) throw new Error('a kept item must be one of the history')
        return kept.ref
      })
      insertCompaction.run(scope.threadPk, scope.takeOrd(), JSON.stringify(refs))
      scope.touch()
      return undefined
    },
  }
}
