// After a crash: closes the turns that were running, keeps all they had, and runs nothing by itself.
import type { Seq, ThreadId } from '../../protocol/index.ts'
import type { Clock } from '../lib/clock.ts'
import { messageOf } from '../lib/errors.ts'
import type { Logger } from '../lib/logger.ts'
import { isToolCall } from '../model/model-item.ts'
import type { OpenTurn, Store } from '../storage/store.ts'
import type { ThreadEvent } from '../storage/thread-event.ts'
import { cutTurnEvents, stopped } from './turn/closing.ts'

/** The repair of one turn: pure, the same rules as for a turn that a person stopped. */
export function recoveryEvents(turn: OpenTurn): readonly ThreadEvent[] {
  return cutTurnEvents(
    {
      turnId: turn.turnId,
      kind: turn.kind,
      startedAtMs: turn.startedMs,
      openItems: turn.openItems,
      openCalls: turn.unansweredCalls
        .filter(isToolCall)
        .map((call) => ({ call, atMs: turn.lastKnownMs })),
      approvals: turn.pendingApprovals,
      steers: turn.pendingSteers,
    },
    'process_exit',
    turn.lastKnownMs,
  )
}

/**
 * Repairs every open turn, then the cards of background commands that died with the process; one commit each, in
 * order per thread. A thread that cannot be repaired does not stop the others.
 */
export async function recover(store: Store, clock: Clock, logger: Logger): Promise<void> {
  const nowMs = clock.now()
  const lastSeqs = new Map<ThreadId, Seq>()
  async function commit(threadId: ThreadId, lastSeq: Seq, events: readonly ThreadEvent[]) {
    try {
      const after = lastSeqs.get(threadId) ?? lastSeq
      lastSeqs.set(threadId, await store.journal.commit(threadId, after, nowMs, events))
    } catch (error) {
      const fields = { threadId, error: messageOf(error) }
      logger.log('error', 'a thread could not be repaired after a crash', fields)
    }
  }
  const [turns, strays] = await Promise.all([store.openTurns(), store.strayItems()])
  await Promise.all(turns.map((turn) => commit(turn.threadId, turn.lastSeq, recoveryEvents(turn))))
  for (const { threadId, lastSeq, turnId, item } of strays)
    await commit(threadId, lastSeq, [
      { type: 'itemCompleted', turnId, item: stopped(item, 'failed', nowMs) },
    ])
}
