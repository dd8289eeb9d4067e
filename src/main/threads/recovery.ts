// After a crash: closes the turns that were running, keeps all they had, and runs nothing by itself.
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import { isToolCall } from '../model/model-item.ts'
import type { OpenTurn, Store } from '../storage/store.ts'
import type { ThreadEvent } from '../storage/thread-event.ts'
import { cutTurnEvents } from './turn/closing.ts'

/** The repair of one turn: pure, the same rules as for a turn that a person stopped. */
export function recoveryEvents(turn: OpenTurn): readonly ThreadEvent[] {
  return cutTurnEvents(
    {
      turnId: turn.turnId,
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

/** Repairs every open turn, one commit each; a thread that cannot be repaired does not stop the others. */
export async function recoverOpenTurns(
  store: Store,
  clock: Clock,
  logger: Logger,
): Promise<number> {
  const open = await store.openTurns()
  await Promise.all(
    open.map((turn) =>
      store.journal
        .commit(turn.threadId, turn.lastSeq, clock.now(), recoveryEvents(turn))
        .catch((error: unknown) =>
          logger.log('error', 'a turn could not be closed after a crash', {
            threadId: turn.threadId,
            error: String(error),
          }),
        ),
    ),
  )
  return open.length
}
