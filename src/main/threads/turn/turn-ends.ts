// How a running turn ends other than by its loop: it is cut, or it fails. Its end is recorded once, also on a full disk.
import type { ThreadItem } from '../../../protocol/index.ts'
import { messageOf, SkeinError } from '../../lib/errors.ts'
import type { Logger } from '../../lib/logger.ts'
import type { CommitQueue, Decide } from '../commit-queue.ts'
import { decideCut, decideFinish } from '../decisions.ts'
import { lastMessageOf, type ThreadState } from '../thread-state.ts'
import type { CutReason, TurnOutcome } from './closing.ts'
import type { OpenItems } from './open-items.ts'
import type { RunningTurn } from './running-turn.ts'
import { settleWithin } from './settle-within.ts'

/** A task of a cut turn may end by itself for this long before the turn is closed without it. */
const ABORT_GRACE_MS = 100
/** Pause between attempts to record the end of a turn while the disk refuses. */
const DEGRADED_RETRY_MS = 1000

export function createTurnEnds(queue: CommitQueue, openItems: OpenItems, logger: Logger) {
  const { id: threadId } = queue.state()

  /** A bug or a refusing disk ended the loop: the turn ends as failed, with the reason in plain words. */
  async function fail(own: RunningTurn, error: unknown): Promise<void> {
    const expected = error instanceof SkeinError
    if (!expected)
      logger.log('error', 'turn ended by an internal error', {
        threadId,
        error: describe(error),
      })
    const message = expected ? error.message : `Internal error: ${messageOf(error)}`
    const outcome: TurnOutcome = {
      status: 'failed',
      error: { message, codexErrorInfo: 'other', additionalDetails: null },
    }
    if (!own.closing) {
      own.closing = true
      const end = { lastMessage: lastMessageOf(queue.state()) }
      await own.extensions.failing({ ...end, error: outcome.error, limitEndsAtMs: null })
      await own.extensions.stopping(end)
    }
    await recordEnd(own, (state, nowMs) => decideFinish(state, own.id, outcome, nowMs))
  }

  /** A turn must not stay open because the disk is full: its end is recorded as soon as that is possible. */
  async function recordEnd(own: RunningTurn, decide: Decide): Promise<void> {
    for (;;) {
      try {
        await queue.step(decide)
        return
      } catch (refused) {
        if (!(refused instanceof SkeinError) || refused.code !== 'storageDegraded') throw refused
        own.markEndRefused(refused)
        await new Promise((resolve) => setTimeout(resolve, DEGRADED_RETRY_MS).unref())
      }
    }
  }

  /** Stops the task, then closes the turn with everything it had so far. */
  function cut(turn: RunningTurn, reason: CutReason): Promise<void> {
    turn.aborting ??= (async () => {
      turn.abort.abort(new DOMException('the turn was interrupted', 'AbortError'))
      await settleWithin(Promise.all([turn.task, turn.beside]), ABORT_GRACE_MS)
      await turn.extensions.cutting(reason)
      openItems.save()
      await recordEnd(turn, (state, nowMs) =>
        decideCut(
          state,
          { turnId: turn.id, openItems: openItemsOf(state), steers: turn.steers },
          reason,
          nowMs,
        ),
      )
      openItems.dropStreamed()
      await turn.extensions.aborted(reason)
    })()
    return turn.aborting
  }

  /** Open cards with their text so far: recorded ones, then those that only stream. */
  function openItemsOf(state: ThreadState): readonly ThreadItem[] {
    const recorded = [...(state.turn?.openItems.values() ?? [])].map(openItems.withText)
    return [...recorded, ...openItems.streamed()]
  }

  return {
    fail,
    cut,
    /** Cards of the running turn that are not completed, with their text so far. */
    openItems: () => openItemsOf(queue.state()),
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
