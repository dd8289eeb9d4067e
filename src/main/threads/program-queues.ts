// The two queues by which a program drives a thread: submissions in, in order and bounded; events out, each once.
// Events are kept from the first call on: a thread that only clients of the wire use has nobody to read them.
import type { RateLimits } from '../../protocol/index.ts'
import { newId } from '../lib/ids.ts'
import type { Logger } from '../lib/logger.ts'
import type { TraceContext } from '../model/model-client.ts'
import { type CoreEvent, eventsOf, type SessionConfigured } from './core-event.ts'
import { createEventQueue } from './event-queue.ts'
import type { OpFailure } from './handle-op.ts'
import { agentDied, createSubmissions, type Submission } from './submissions.ts'
import type { ThreadActor } from './thread-actor.ts'
import type { Op } from './thread-op.ts'
import type { ThreadSignal } from './thread-signal.ts'
import { currentTrace, readableTrace, runInTrace } from './trace-context.ts'

export interface ProgramQueues {
  submit(op: Op): Promise<string>
  submitWithTrace(op: Op, trace: TraceContext | null): Promise<string>
  submitWithId(submission: {
    readonly id: string
    readonly op: Op
    readonly trace?: TraceContext | null
  }): Promise<void>
  nextEvent(): Promise<CoreEvent>
  shutdownAndWait(): Promise<void>
  isRunning(): boolean
}

export interface ProgramQueuesPorts {
  readonly actor: ThreadActor
  readonly logger: Logger
  /** The first event of every thread. */
  readonly configured: SessionConfigured
  /** Resolves with what was refused; must not reject. */
  carryOut(id: string, op: Op): Promise<OpFailure | null>
}

export function createProgramQueues(ports: ProgramQueuesPorts): ProgramQueues {
  const { actor, logger, configured } = ports
  const events = createEventQueue()
  const submissions = createSubmissions(handle)
  /** Traces of turns that run, by turn id. */
  const traces = new Map<string, TraceContext>()
  let stopListening: (() => void) | null = null
  let handling: Submission | null = null
  let shutdownId: string | null = null
  let rateLimits: RateLimits | null = null
  let turnCount = 0
  void actor.ended.then(ended)

  function keepEvents(): void {
    if (stopListening) return
    events.put({ id: '', msg: configured })
    turnCount = actor.state().turnCount
    stopListening = actor.listen(hear)
  }

  function hear(signal: ThreadSignal): void {
    if (signal.type === 'rateLimits') rateLimits = signal.limits
    const turnId = 'turnId' in signal ? signal.turnId : actor.state().turn?.id
    const trace = traces.get(turnId ?? '') ?? null
    const context = { submissionId: handling?.id ?? '', trace, rateLimits, turnCount }
    for (const event of eventsOf(signal, context)) events.put(event)
    if (signal.type !== 'recorded') return
    turnCount = signal.state.turnCount
    if (signal.event.type === 'turnCompleted') traces.delete(signal.event.turnId)
  }

  async function handle(submission: Submission): Promise<void> {
    const { id, op, trace } = submission
    handling = submission
    if (trace) traces.set(id, trace)
    if (op.type === 'shutdown') shutdownId = id
    const failure = await runInTrace(trace, () => ports.carryOut(id, op))
    if (actor.state().turn?.id !== id) traces.delete(id)
    handling = null
    if (failure) fail(id, failure)
  }

  function fail(id: string, { message, info: codexErrorInfo }: OpFailure): void {
    actor.agentStatus.set({ type: 'errored', message })
    events.put({ id, msg: { type: 'error', message, codexErrorInfo } })
  }

  /** The actor is gone, by the operation or from outside. */
  function ended(): void {
    stopListening?.()
    if (shutdownId !== null) events.put({ id: shutdownId, msg: { type: 'shutdown_complete' } })
    submissions.close()
    events.close()
  }

  async function submitWithId(
    submission: Parameters<ProgramQueues['submitWithId']>[0],
  ): Promise<void> {
    const { id, op } = submission
    if (!submissions.isOpen) throw agentDied()
    keepEvents()
    const given = submission.trace ?? null
    const trace = given ? readableTrace(given) : currentTrace()
    if (given && !trace) logger.log('warn', 'a trace context cannot be read and is ignored')
    await submissions.add({ id, op, trace })
  }

  async function submitWithTrace(op: Op, trace: TraceContext | null): Promise<string> {
    const id = newId()
    await submitWithId({ id, op, trace })
    return id
  }

  const submit = (op: Op): Promise<string> => submitWithTrace(op, null)

  return {
    submit,
    submitWithTrace,
    submitWithId,
    nextEvent() {
      keepEvents()
      return events.next()
    },
    async shutdownAndWait() {
      await submit({ type: 'shutdown' }).catch((error: unknown) => {
        if (submissions.isOpen) throw error // else it is gone already, which is what was asked for
      })
      await actor.ended
    },
    isRunning: () => submissions.isOpen,
  }
}
