// The steps of one thread in order: decide, commit, apply, publish. Neighbouring steps that only record share one
// commit; what is merely said (deltas) keeps its place between them.
import type { Seq, ThreadId } from '../../protocol/index.ts'
import type { Clock } from '../lib/clock.ts'
import { SkeinError } from '../lib/errors.ts'
import type { Journal } from '../storage/journal.ts'
import { isNumbered, type ThreadEvent } from '../storage/thread-event.ts'
import { creationOf } from './decisions.ts'
import { createMailbox, MAILBOX_MAX } from './mailbox.ts'
import type { ThreadSignal } from './thread-signal.ts'
import { apply, statusOf, type ThreadState } from './thread-state.ts'

export interface StepResult {
  /** After the step. */
  readonly state: ThreadState
  /** False when the decision was that nothing is to happen. */
  readonly happened: boolean
}

export type Decide = (state: ThreadState, nowMs: number) => readonly ThreadEvent[]

interface Step {
  readonly kind: 'step'
  readonly decide: Decide
  readonly resolve: (result: StepResult) => void
  readonly reject: (error: unknown) => void
}
interface Said {
  readonly kind: 'said'
  readonly signal: ThreadSignal
}
interface Task {
  readonly kind: 'task'
  readonly run: () => Promise<void>
}

export interface CommitQueue {
  state(): ThreadState
  /**
   * Resolves when what `decide` answered is on disk and published; rejects with its refusal or the journal's
   * error, and then nothing happened.
   */
  step(decide: Decide): Promise<StepResult>
  /** The same, but it shares its commit with what is posted before the event loop comes round. */
  stepSoon(decide: Decide): Promise<StepResult>
  /** Publishes in order with the steps, at once when none is under way. */
  say(signal: ThreadSignal): void
  /** Runs between steps: nothing is committed or published meanwhile. */
  between<T>(run: () => Promise<T>): Promise<T>
  idle(): Promise<void>
}

export interface CommitQueueOptions {
  readonly threadId: ThreadId
  readonly initial: ThreadState
  readonly journal: Journal
  readonly clock: Clock
  readonly publish: (signal: ThreadSignal) => void
  /** Called before events go to the journal, and after each was applied. */
  readonly beforeCommit: (events: readonly ThreadEvent[]) => void
  readonly applied: (event: ThreadEvent, state: ThreadState, before: ThreadState) => void
}

export function createCommitQueue(options: CommitQueueOptions): CommitQueue {
  let state = options.initial
  const mailbox = createMailbox<Step | Said | Task>(handle)

  async function handle(messages: readonly (Step | Said | Task)[]): Promise<number> {
    const first = messages[0]
    if (!first) return 0
    if (first.kind === 'said') options.publish(first.signal)
    if (first.kind === 'task') await first.run()
    if (first.kind !== 'step') return 1
    const end = messages.findIndex((message) => message.kind !== 'step')
    const steps = messages.slice(0, end === -1 ? messages.length : end) as readonly Step[]
    await commitSteps(steps)
    return steps.length
  }

  /** All steps with one commit; each resolves or rejects by itself. */
  async function commitSteps(steps: readonly Step[]): Promise<void> {
    const atMs = options.clock.now()
    const { events, taken } = decideAll(steps, atMs)
    try {
      if (events.length > 0) await commit(events, atMs)
      for (const { step, happened } of taken) step.resolve({ state, happened })
    } catch (error) {
      for (const { step } of taken) step.reject(error)
    }
  }

  /** Each step decides on the state the ones before it lead to; a refusal concerns its own step alone. */
  function decideAll(steps: readonly Step[], atMs: number) {
    const events: ThreadEvent[] = []
    const taken: { step: Step; happened: boolean }[] = []
    let ahead = state
    for (const step of steps) {
      try {
        const decided = withCreation(ahead, step.decide(ahead, atMs))
        for (const event of decided) ahead = apply(ahead, event, atMs)
        events.push(...decided)
        taken.push({ step, happened: decided.length > 0 })
      } catch (error) {
        step.reject(error)
      }
    }
    return { events, taken }
  }

  function withCreation(ahead: ThreadState, decided: readonly ThreadEvent[]) {
    return ahead.stored || decided.length === 0 ? decided : [...creationOf(ahead), ...decided]
  }

  async function commit(events: readonly ThreadEvent[], atMs: number): Promise<void> {
    options.beforeCommit(events)
    await options.journal.commit(options.threadId, state.lastSeq, atMs, events)
    for (const event of events) applyAndPublish(event, atMs)
  }

  /** A change of status is announced just before the fact that caused it; after it when a question was settled. */
  function applyAndPublish(event: ThreadEvent, atMs: number): void {
    const before = state
    state = apply(before, event, atMs)
    options.applied(event, state, before)
    const isLate = event.type === 'approvalDecided'
    if (!isLate) publishStatus(before)
    if (!isNumbered(event)) return
    const seq: Seq = state.lastSeq
    const turn = state.turn ?? before.turn
    options.publish({ type: 'recorded', event, seq, atMs, state, turn })
    if (isLate) publishStatus(before)
  }

  function publishStatus(before: ThreadState): void {
    const status = statusOf(state)
    if (JSON.stringify(status) !== JSON.stringify(statusOf(before)))
      options.publish({ type: 'status', status })
  }

  /** What is merely said has no bound of its own: it comes from the same sources as the steps. */
  function checkRoom(): void {
    if (mailbox.size >= MAILBOX_MAX) throw new SkeinError('overloaded', 'the thread is overloaded')
  }

  function post(message: Step | Task): void {
    checkRoom()
    mailbox.post(message)
  }

  return {
    state: () => state,
    step: (decide) =>
      new Promise((resolve, reject) => post({ kind: 'step', decide, resolve, reject })),
    stepSoon: (decide) =>
      new Promise((resolve, reject) => {
        checkRoom()
        mailbox.postSoon({ kind: 'step', decide, resolve, reject })
      }),
    say(signal) {
      if (mailbox.isIdle) options.publish(signal)
      else mailbox.post({ kind: 'said', signal })
    },
    between: (run) =>
      new Promise((resolve, reject) =>
        post({ kind: 'task', run: () => run().then(resolve, reject) }),
      ),
    idle: mailbox.idle,
  }
}

/** For ephemeral threads: numbers the facts and keeps none of them. */
export function createForgetfulJournal(): Journal {
  return {
    commit: async (_threadId, after, _atMs, events) => after + events.filter(isNumbered).length,
    checkpoint: () => undefined,
    discard: () => undefined,
    flush: async () => undefined,
  }
}
