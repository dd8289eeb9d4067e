// The turn that runs in a thread: started with input, joined and steered by more, cut, or ended by its loop.
// At most one at a time; everything it does to the thread goes through the thread's commit queue.
import type { ServerRequestAnswer, UserInput } from '../../../protocol/index.ts'
import { emptyGrants, type SessionGrants } from '../../approvals/session-grants.ts'
import { messageOf, SkeinError } from '../../lib/errors.ts'
import { newId } from '../../lib/ids.ts'
import type { Logger } from '../../lib/logger.ts'
import type { ThreadEvent } from '../../storage/thread-event.ts'
import type { WaitPause } from '../../tools/tool.ts'
import type { CommitQueue } from '../commit-queue.ts'
import type { ConfigSnapshot } from '../config-snapshot.ts'
import {
  checkInterrupt,
  checkSteerable,
  decideAnswer,
  decideRecord,
  decideSettings,
  decideStartTurn,
  decisionOf,
} from '../decisions.ts'
import type { OwnTurn } from '../extensions/extension.ts'
import type { ThreadExtensions } from '../extensions/thread-extensions.ts'
import type { ActiveTurn } from '../thread-state.ts'
import { createApprovalWaiters } from './approval-waiters.ts'
import type { CutReason } from './closing.ts'
import { createTurnScope, type TurnScopePorts } from './create-turn-scope.ts'
import { createKnownHistory, type KnownHistoryPorts } from './known-history.ts'
import type { OpenItems } from './open-items.ts'
import { openRunningTurn, type RunningTurn } from './running-turn.ts'
import { createSteering } from './steering.ts'
import { createTurnEnds } from './turn-ends.ts'
import { checkQueued, isOwn, startOf, type TurnInput, taskInput } from './turn-input.ts'
import type { TurnScope } from './turn-scope.ts'
import type { ReplacingTask, ShellTask } from './turn-task.ts'
import { modelMessage } from './user-input.ts'

export interface TurnRunnerPorts extends KnownHistoryPorts {
  readonly logger: Logger
  readonly waitPause: WaitPause
  /** What is said before a turn under these settings begins. */
  warningsOf(settings: ConfigSnapshot): readonly string[]
  /** Runs the turn; resolves when it finished, rejects when it was cut or on a failure. */
  runTurn(scope: TurnScope): Promise<void>
  /** Runs a person's command beside the turn's own work; resolves when its card and output are recorded. */
  runBeside(scope: TurnScope, task: ShellTask): Promise<void>
}

type Changes = Pick<TurnInput, 'settings' | 'turnSettings'>

export function createTurnRunner(
  queue: CommitQueue,
  openItems: OpenItems,
  extensions: ThreadExtensions,
  ports: TurnRunnerPorts,
) {
  const { id: threadId } = queue.state()
  const waiters = createApprovalWaiters()
  const known = createKnownHistory(queue.state(), ports)
  const ends = createTurnEnds(queue, openItems, ports.logger)
  const { steer, inject, steerable, startedOrEnded } = createSteering(queue, {
    running: () => running,
    contextNow: contextBefore({ settings: (current) => current }),
    told: known.tell,
  })
  let running: RunningTurn | null = null
  /** The thread is leaving memory: a turn that began now would run where nobody sees it. */
  let closed = false
  let grants: SessionGrants = emptyGrants
  const scopePorts: TurnScopePorts = {
    waitPause: ports.waitPause,
    queue,
    openItems,
    waiters,
    logger: ports.logger,
    history: known.items,
    initialContext: (snapshot) => ports.contextFor([], null, snapshot, extensions.context),
    grants: () => grants,
    grant(change) {
      grants = change(grants)
    },
  }

  /** The turn that takes the input: a new one, or the running one, which the input joins. */
  async function startTurn(op: TurnInput): Promise<ActiveTurn> {
    if (running?.aborting || running?.closing)
      await Promise.race([running.ended, running.endRefused])
    if (running) return join(running, op)
    return (await begin(op)) ?? startTurn(op) // another input was first: join its turn
  }

  /** Queued input that nobody waits for starts a turn of its own, or stays in the queue. */
  async function startAlone(op: TurnInput): Promise<ActiveTurn | null> {
    return running ? null : begin(op)
  }

  /** A turn of an extension: only while nobody else has anything to do. */
  async function startIfIdle({ kind, items }: OwnTurn): Promise<ActiveTurn | null> {
    if (running || queue.state().queue.length > 0) return null
    return begin({ input: [], clientId: null, settings: (current) => current, kind, items })
  }

  /** A turn of its own for something else than an answer; a running one ends first. */
  async function replace(task: ReplacingTask): Promise<ActiveTurn> {
    for (;;) {
      await stop('replaced')
      const turn = await begin(taskInput(task))
      if (turn) return turn
    }
  }

  /** Runs a command of the person beside the turn that is under way, or in a turn of its own. */
  async function runShell(task: ShellTask): Promise<void> {
    for (;;) {
      const own = running
      const turn = queue.state().turn
      if (own && turn?.id === own.id && !own.closing && !own.aborting) {
        const scope = createTurnScope(own, turn, scopePorts)
        const beside = ports.runBeside(scope, task).catch((error: unknown) => {
          if (!own.abort.signal.aborted)
            ports.logger.log('error', 'a shell command failed', {
              threadId,
              error: messageOf(error),
            })
        })
        own.beside = Promise.all([own.beside, beside])
        return
      }
      if (own) await startedOrEnded(own)
      else if (await begin(taskInput(task))) return
    }
  }

  /** Null when another turn was first. */
  async function begin(op: TurnInput): Promise<ActiveTurn | null> {
    const model = await modelMessage(op.input)
    const turnId = op.turnId ?? newId()
    const recorded = await queue
      .between(contextBefore(op))
      .then((context) => {
        warn(op)
        return queue.step((state, nowMs) => {
          if (closed) throw new SkeinError('notFound', `thread not found: ${threadId}`)
          checkQueued(state, op)
          if (state.turn || (isOwn(op) && state.queue.length > 0)) return []
          const start = startOf(op, turnId, model, [...context, ...(op.items ?? [])], state)
          const decided = decideStartTurn(state, start, nowMs)
          const historyStart = known.items().length
          running = openRunningTurn({
            id: turnId,
            doing: op.task ?? { type: 'regular' },
            outputSchema: op.outputSchema,
            metadata: op.metadata ?? {},
            lineage: op.lineage,
            previous: known.told(),
            historyStart,
            inputStart: historyStart + context.length,
            extensions: extensions.turn(turnId),
          })
          return decided
        })
      })
      .catch((error: unknown) => {
        closeUnstarted(turnId)
        throw error
      })
    if (!recorded.happened) return null
    const turn = recorded.state.turn
    if (!turn || turn.id !== turnId) throw new Error('a started turn must be the active one')
    if (!op.task) known.tell(turn.snapshot)
    runTask(turn, op.input)
    return turn
  }

  /** Under which settings a turn would begin now. */
  function settingsOf({ settings, turnSettings }: Changes): ConfigSnapshot {
    const lasting = settings(queue.state().snapshot)
    return turnSettings?.(lasting) ?? lasting
  }

  /** Before anybody hears of the turn. A command of the person asks no model. */
  function warn(op: TurnInput): void {
    if (op.task?.type === 'shell') return
    for (const message of ports.warningsOf(settingsOf(op))) queue.say({ type: 'warning', message })
  }

  /** What the model must be told before the input of such a turn. */
  function contextBefore(op: Changes & Pick<TurnInput, 'task'>) {
    return async () => known.contextBefore(op.task ? null : settingsOf(op), extensions.context)
  }

  /** The commit that should have started it failed. */
  function closeUnstarted(turnId: string): void {
    if (running?.id !== turnId || queue.state().turn?.id === turnId) return
    running.markEnded()
    running = null
  }

  async function join(turn: RunningTurn, op: TurnInput): Promise<ActiveTurn> {
    checkJoin(turn, op)
    checkSteerable(queue.state().turn)
    await queue.step((state) => decideSettings(state, op.settings(state.snapshot)))
    const active = steerable()
    if (active?.id !== turn.id) return startTurn(op)
    try {
      if (op.input.length > 0) await steer(op.input, turn.id, op.clientId, op)
      else if (op.items && op.items.length > 0) await inject(op.items, false)
    } catch (refused) {
      if (steerable()?.id === turn.id) throw refused
      return startTurn(op) // the turn ended meanwhile: the words begin the next one
    }
    return active
  }

  function runTask(turn: ActiveTurn, input: readonly UserInput[]): void {
    const own = running
    if (!own || own.id !== turn.id) return
    own.task = prepared(own, turn, input)
      .then(() => ports.runTurn(createTurnScope(own, turn, scopePorts)))
      .catch((error: unknown) => {
        if (own.abort.signal.aborted) return undefined
        return ends.fail(own, error)
      })
  }

  /** What extensions do and add before the model is asked. */
  async function prepared(
    own: RunningTurn,
    turn: ActiveTurn,
    input: readonly UserInput[],
  ): Promise<void> {
    const { signal } = own.abort
    const { kind, snapshot } = turn
    const { tokenUsage } = queue.state()
    await own.extensions.started({ kind, snapshot, tokenUsage })
    const items = await own.extensions.input(input, signal)
    signal.throwIfAborted()
    if (items.length === 0) return
    await queue.step((state) =>
      decideRecord(state, turn.id, [{ type: 'modelItemsRecorded', turnId: turn.id, items }]),
    )
  }

  async function interrupt(turnId: string): Promise<void> {
    const open = running && !running.closing ? running : null
    checkInterrupt(open ? queue.state().turn : null, turnId)
    if (open) await Promise.race([ends.cut(open, 'user'), open.endRefused])
  }

  /** False when it was settled already. An approval that is cancelled also stops the turn. */
  async function respond(approvalId: string, answer: ServerRequestAnswer): Promise<boolean> {
    const step = await queue.step((state, nowMs) => decideAnswer(state, approvalId, answer, nowMs))
    if (!step.happened) return false
    waiters.settle(approvalId, answer)
    if (decisionOf(answer) === 'cancel' && running && !running.closing)
      await ends.cut(running, 'user')
    return true
  }

  /** Ends the running turn, if there is one; a full disk leaves its end to the next start. */
  async function stop(reason: CutReason): Promise<void> {
    if (!running) return
    if (running.closing) {
      await Promise.race([running.ended, running.endRefused.catch(() => undefined)])
      return
    }
    await Promise.race([ends.cut(running, reason), running.endRefused.catch(() => undefined)])
  }

  return {
    startTurn,
    startAlone,
    startIfIdle,
    replace,
    runShell,
    inject,
    steer,
    interrupt,
    respond,
    isRunning: () => running !== null,
    /** Cards of the running turn that are not completed, with their text so far. */
    openItems: ends.openItems,
    /** Must hear of every recorded fact. */
    applied(event: ThreadEvent): void {
      known.applied(event)
      if (event.type === 'approvalDecided' && event.reviewer === null)
        waiters.settle(event.approvalId, null)
      if (event.type !== 'turnCompleted') return
      running?.markEnded()
      running = null
    },
    stop,
    /** From now on no turn begins. */
    close(): void {
      closed = true
    },
  }
}

/** Throws SkeinError for input that asks for something the running turn cannot have any more. */
function checkJoin(turn: RunningTurn, { turnSettings, mayJoin, outputSchema }: TurnInput): void {
  if (turnSettings && !mayJoin)
    throw new SkeinError(
      'conflict',
      'a turn is running already: settings for one turn alone need a turn of their own',
      { skein_error_code: 'turn_running' },
    )
  if (outputSchema !== undefined && !sameJson(outputSchema, turn.outputSchema))
    throw new SkeinError('upstream', 'failed to submit turn input: ActiveTurnOutputSchemaMismatch')
}

function sameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
