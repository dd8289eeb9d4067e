// The running turn's hold on its thread: every fact goes through the commit queue, everything else is said at once.
import type { ServerRequestMethod } from '../../../protocol/index.ts'
import { messageOf } from '../../lib/errors.ts'
import type { Logger } from '../../lib/logger.ts'
import type { ModelItem } from '../../model/model-item.ts'
import type { StoredApproval, ThreadEvent } from '../../storage/thread-event.ts'
import type { CommitQueue } from '../commit-queue.ts'
import type { ConfigSnapshot } from '../config-snapshot.ts'
import { decideFinish, decideRecord, decideTakeSteers } from '../decisions.ts'
import { type ActiveTurn, lastMessageOf } from '../thread-state.ts'
import type { ApprovalWaiters, ClientAnswer } from './approval-waiters.ts'
import type { OpenItems } from './open-items.ts'
import { createRecordings } from './recordings.ts'
import type { RunningTurn } from './running-turn.ts'
import type { TurnScope } from './turn-scope.ts'

export interface TurnScopePorts
  extends Pick<TurnScope, 'history' | 'grants' | 'grant' | 'waitPause'> {
  initialContext(snapshot: ConfigSnapshot): Promise<readonly ModelItem[]>
  readonly queue: CommitQueue
  readonly openItems: OpenItems
  readonly waiters: ApprovalWaiters
  readonly logger: Logger
}

export function createTurnScope(
  own: RunningTurn,
  turn: ActiveTurn,
  ports: TurnScopePorts,
): TurnScope {
  const { queue, openItems, waiters, logger, history, grants, grant, waitPause, initialContext } =
    ports
  const { id: threadId } = queue.state()
  const { signal } = own.abort
  const { extensions } = own
  const recordings = createRecordings()
  let changing: Promise<unknown> = Promise.resolve()

  async function ask<M extends ServerRequestMethod>(
    approval: StoredApproval<M>,
  ): Promise<ClientAnswer<M>> {
    signal.throwIfAborted()
    const decided = waiters.wait<M>(approval.approvalId, signal)
    decided.catch(() => undefined) // an abort while the question is being recorded is reported by the step below
    await queue.step((state) =>
      decideRecord(state, approval.turnId, [{ type: 'approvalRequested', approval }]),
    )
    return decided
  }

  /** Extensions may change items before they are shown; the order of the facts stays. */
  async function changed(events: readonly ThreadEvent[]): Promise<readonly ThreadEvent[]> {
    const earlier = changing
    const now = earlier.then(() =>
      Promise.all(
        events.map(async (event) =>
          event.type === 'itemCompleted'
            ? { ...event, item: await extensions.item(event.item) }
            : event,
        ),
      ),
    )
    changing = now
    return now
  }

  async function record(events: readonly ThreadEvent[]): Promise<void> {
    signal.throwIfAborted()
    const facts = extensions.changesItems ? await changed(events) : events
    await queue.step((state) => decideRecord(state, turn.id, facts))
  }

  return {
    threadId,
    turnId: turn.id,
    get snapshot() {
      const now = queue.state().turn
      return now?.id === turn.id ? now.snapshot : turn.snapshot
    },
    previous: own.previous,
    task: own.doing,
    historyStart: own.historyStart,
    inputStart: own.inputStart,
    initialContext: () => initialContext(turn.snapshot),
    outputSchema: own.outputSchema,
    get metadata() {
      return own.metadata
    },
    lineage: own.lineage,
    signal,
    extensions,
    waitPause,
    history,
    record,
    recordSoon(events) {
      signal.throwIfAborted()
      // What extensions change is known when it is recorded, and that is waited for.
      if (extensions.changesItems) return recordings.add(record(events))
      const recorded = queue.stepSoon((state) => decideRecord(state, turn.id, events))
      recordings.add(recorded, events)
    },
    recorded: recordings.done,
    openStreamed(item) {
      openItems.open(item)
      queue.say({ type: 'streamStarted', turnId: turn.id, item, atMs: item.startedAtMs ?? 0 })
    },
    delta(type, itemId, delta) {
      openItems.append(turn.id, type, itemId, delta)
      // A command that outlives its turn goes on quietly: nothing of a turn follows its end.
      if (!signal.aborted && queue.state().turn?.id === turn.id)
        queue.say({ type: 'delta', turnId: turn.id, itemId, delta })
    },
    dropStreamed: openItems.dropStreamed,
    signalNow: queue.say,
    ask,
    async takeSteers() {
      const step = await queue.step((state, nowMs) => {
        const decided = decideTakeSteers(state, turn.id, own.steers, nowMs)
        if (decided.length > 0) own.steers = []
        return decided
      })
      return step.happened
    },
    async finish(outcome, last) {
      signal.throwIfAborted()
      if (own.steers.length > 0) {
        await queue.step((state) => decideRecord(state, turn.id, last))
        await recordings.done()
        return false
      }
      own.closing = true
      const end = { lastMessage: recordings.lastMessage ?? lastMessageOf(queue.state()) }
      if (outcome.status === 'failed')
        await extensions.failing({
          ...end,
          error: outcome.error,
          limitEndsAtMs: outcome.limitEndsAtMs ?? null,
        })
      const added = await extensions.stopping(end)
      const step = await queue.step((state, nowMs) => {
        recordings.check()
        return [
          ...decideRecord(state, turn.id, [...last, ...added]),
          ...decideFinish(state, turn.id, outcome, nowMs),
        ]
      })
      return step.state.turn?.id !== turn.id
    },
    async recordCut(events) {
      await queue.step((state) =>
        state.turn?.id === turn.id ? decideRecord(state, turn.id, events) : [],
      )
    },
    async recordLater(events) {
      signal.throwIfAborted()
      await queue.step(() => events)
    },
    completeLater(item) {
      void queue
        .step(() => [{ type: 'itemCompleted', turnId: turn.id, item }])
        .catch((error: unknown) =>
          logger.log('error', 'a background command could not be recorded', {
            threadId,
            error: messageOf(error),
          }),
        )
    },
    grants,
    grant,
  }
}
