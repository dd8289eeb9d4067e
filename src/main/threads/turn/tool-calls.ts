// One tool call of the model, from its arguments to its output: prepared, judged, asked about, run, recorded.
import type { ThreadItem } from '../../../protocol/index.ts'
import { messageOf } from '../../lib/errors.ts'
import { newId } from '../../lib/ids.ts'
import type { Logger } from '../../lib/logger.ts'
import { orAbort } from '../../lib/or-abort.ts'
import {
  developerMessage,
  type ToolCallItem,
  type ToolOutputBody,
  toolOutput,
} from '../../model/model-item.ts'
import type { ThreadEvent } from '../../storage/thread-event.ts'
import { type ToolRegistry, withFlatName } from '../../tools/registry.ts'
import {
  type Ask,
  type PreparedCall,
  type ToolAction,
  type ToolContext,
  ToolFailure,
  type ToolOutcome,
} from '../../tools/tool.ts'
import type { ToolEnd } from '../extensions/extension.ts'
import { currentTrace } from '../trace-context.ts'
import { createJudge, type JudgePorts, type Verdict } from './judge.ts'
import type { ToolLock } from './tool-lock.ts'
import type { TurnDiff } from './turn-diff.ts'
import type { TurnScope } from './turn-scope.ts'

export interface ToolCallPorts extends JudgePorts {
  readonly registry: ToolRegistry
  readonly logger: Logger
  /** Environment of commands, stripped of secrets. */
  commandEnvironment(): Readonly<Record<string, string>>
}

export interface ToolCalls {
  /**
   * Takes the call up: its card and the call itself are recorded before anything happens. Resolves as soon as
   * that is done, with whether there is a card; the work goes on, `settled` waits for it.
   */
  begin(call: ToolCallItem): Promise<boolean>
  /** Resolves when every call taken up has its output; rejects with the signal's reason when the turn is cut. */
  settled(): Promise<void>
}

export function createToolCalls(
  scope: TurnScope,
  ports: ToolCallPorts,
  lock: ToolLock,
  diff: TurnDiff,
): ToolCalls {
  const { values } = scope.snapshot
  const judge = createJudge(scope, ports)
  let working: Promise<void>[] = []
  /** Each id gets one output. */
  const inFlight = new Set<string>()

  async function contextOf(call: ToolCallItem): Promise<ToolContext> {
    return {
      threadId: scope.threadId,
      turnId: scope.turnId,
      callId: call.call_id,
      cwd: values.cwd,
      workspaceRoots: values.workspaceRoots,
      profile: judge.profile(),
      approvalPolicy: values.approvalPolicy,
      mode: values.mode,
      trace: currentTrace(),
      env: ports.commandEnvironment(),
    }
  }

  async function begin(call: ToolCallItem): Promise<boolean> {
    if (inFlight.has(call.call_id)) {
      ports.logger.log('warn', 'a call repeats the id of one that still runs: it is ignored')
      return true // that of the other one
    }
    inFlight.add(call.call_id)
    try {
      return await take(call)
    } catch (error) {
      inFlight.delete(call.call_id)
      throw error
    }
  }

  async function take(asWritten: ToolCallItem): Promise<boolean> {
    const call = withFlatName(ports.registry, asWritten)
    const startedAtMs = ports.clock.now()
    const recordedCall: ThreadEvent = {
      type: 'modelItemsRecorded',
      turnId: scope.turnId,
      items: [asWritten],
    }
    let prepared: PreparedCall
    try {
      prepared = await ports.registry.prepare(call, await contextOf(call))
    } catch (error) {
      await scope.record([recordedCall, ...failureEvents(call, error, startedAtMs)])
      await scope.extensions.toolFinished(call, 'declined') // it never ran
      return error instanceof ToolFailure && error.item !== null
    }
    const item = await cardOf(prepared, startedAtMs)
    await scope.record([recordedCall, ...(item ? [started(item)] : [])])
    await scope.extensions.toolStarted(call)
    const work = carryOut(call, prepared, item)
    work.catch(() => undefined) // reported by settled()
    working.push(work)
    return item !== null
  }

  /** A command that waits for a person has no process yet: until it has one, it is a wish of the agent. */
  async function cardOf(prepared: PreparedCall, startedAtMs: number): Promise<ThreadItem | null> {
    const { item, action } = prepared
    if (item?.type !== 'commandExecution' || !(await judge.wouldAsk(action)))
      return item && { ...item, startedAtMs }
    return { ...item, source: 'agent', processId: null, startedAtMs }
  }

  function failureEvents(call: ToolCallItem, error: unknown, atMs: number): readonly ThreadEvent[] {
    if (!(error instanceof ToolFailure))
      ports.logger.log('error', 'a tool call could not be prepared', {
        tool: call.name,
        error: messageOf(error),
      })
    const { item, begun } = error instanceof ToolFailure ? error : { item: null, begun: null }
    return [
      ...(begun ? [started({ ...begun, startedAtMs: atMs })] : []),
      ...(item ? [completed({ ...item, startedAtMs: atMs, completedAtMs: atMs })] : []),
      outputEvent(call, messageOf(error)),
    ]
  }

  async function carryOut(
    call: ToolCallItem,
    prepared: PreparedCall,
    item: ThreadItem | null,
  ): Promise<void> {
    const refusal = (await prepared.consent?.(askFor(call, item))) ?? null
    if (refusal !== null) return decline(call, prepared, refusal)
    const verdict = await judge.judge(prepared.action, item)
    if (verdict.type === 'refused') return refuse(call, prepared, verdict)
    return execute(call, prepared, item, verdict)
  }

  /** For questions that a tool asks by itself. */
  function askFor(call: ToolCallItem, item: ThreadItem | null): Ask {
    return (method, params) =>
      scope.ask({
        approvalId: newId(),
        turnId: scope.turnId,
        itemId: item?.id ?? call.call_id,
        createdAtMs: ports.clock.now(),
        method,
        params,
      })
  }

  /** A cancelled turn is about to be cut: then there is nothing to go on to. */
  async function refuse(
    call: ToolCallItem,
    prepared: PreparedCall,
    { text, stops, isUnclear }: Extract<Verdict, { type: 'refused' }>,
  ): Promise<void> {
    const hasFailed = isUnclear === true && prepared.action.type === 'command'
    await decline(call, prepared, text, hasFailed ? 'failed' : 'declined')
    if (stops) await aborted(scope.signal)
  }

  async function decline(
    call: ToolCallItem,
    prepared: PreparedCall,
    text: string,
    status: 'declined' | 'failed' = 'declined',
  ): Promise<void> {
    const output = prepared.refused?.(text) ?? text
    await finish(call, { output, item: prepared.stopped(status) })
  }

  async function execute(
    call: ToolCallItem,
    prepared: PreparedCall,
    item: ThreadItem | null,
    { bypassSandbox, note }: Extract<Verdict, { type: 'run' }>,
  ): Promise<void> {
    const outcome = await lock.run(ports.registry.isParallel(call.name), () =>
      run(call, prepared, item, bypassSandbox),
    )
    if (outcome.sandboxDenied && !bypassSandbox && (await mayRetry(prepared.action, item)))
      return execute(call, prepared, item, { type: 'run', bypassSandbox: true })
    if (outcome.granted) judge.grant(outcome.granted.permissions, outcome.granted.lasts)
    await finish(call, outcome, note)
  }

  async function run(
    call: ToolCallItem,
    prepared: PreparedCall,
    item: ThreadItem | null,
    bypassSandbox: boolean,
  ): Promise<ToolOutcome> {
    scope.signal.throwIfAborted()
    const itemId = item?.id ?? call.call_id
    try {
      return await prepared.run({
        signal: scope.signal,
        waitPause: scope.waitPause,
        bypassSandbox,
        progress: {
          outputDelta: (text) => scope.delta('commandExecution', itemId, { kind: 'output', text }),
          terminalInteraction: (interaction) =>
            scope.signalNow({
              type: 'terminalInteraction',
              turnId: scope.turnId,
              ...interaction,
            }),
          message: (message) =>
            scope.signalNow({ type: 'toolProgress', turnId: scope.turnId, itemId, message }),
        },
        ask: askFor(call, item),
        completeLater: (late) => scope.completeLater(withTimes(late, item, ports.clock.now())),
      })
    } catch (error) {
      scope.signal.throwIfAborted()
      if (!(error instanceof ToolFailure))
        ports.logger.log('error', 'a tool failed', { tool: call.name, error: messageOf(error) })
      return { output: messageOf(error), item: prepared.stopped('failed') }
    }
  }

  /** A patch that the sandbox stopped may be tried without it, if a person says so. */
  async function mayRetry(action: ToolAction, item: ThreadItem | null): Promise<boolean> {
    if (action.type !== 'fileChange' || values.approvalPolicy !== 'on-request') return false
    const verdict = await judge.ask(action, item, {
      type: 'ask',
      reason: 'retry without sandbox?',
      availableDecisions: ['accept', 'decline', 'cancel'],
      proposedAmendment: null,
      bypassSandboxWhenAccepted: true,
    })
    if (verdict.type === 'refused' && verdict.stops) await aborted(scope.signal)
    return verdict.type === 'run'
  }

  async function finish(call: ToolCallItem, outcome: ToolOutcome, note?: string): Promise<void> {
    const atMs = ports.clock.now()
    const events: ThreadEvent[] = []
    if (outcome.item) events.push(completed(withTimes(outcome.item, null, atMs)))
    events.push(outputEvent(call, outcome.output))
    if (note !== undefined)
      events.push({
        type: 'modelItemsRecorded',
        turnId: scope.turnId,
        items: [developerMessage(note)],
      })
    if (outcome.plan) events.push({ type: 'planUpdated', turnId: scope.turnId, ...outcome.plan })
    if (outcome.fileEdits && outcome.fileEdits.length > 0) {
      diff.add(outcome.fileEdits)
      events.push({ type: 'diffUpdated', turnId: scope.turnId, diff: diff.unified() })
    }
    await scope.record(events)
    await scope.extensions.toolFinished(call, endOf(outcome.item))
  }

  function started(item: ThreadItem): ThreadEvent {
    return { type: 'itemStarted', turnId: scope.turnId, item }
  }

  function completed(item: ThreadItem): ThreadEvent {
    return { type: 'itemCompleted', turnId: scope.turnId, item }
  }

  function outputEvent(call: ToolCallItem, output: ToolOutputBody): ThreadEvent {
    return { type: 'modelItemsRecorded', turnId: scope.turnId, items: [toolOutput(call, output)] }
  }

  return {
    begin,
    async settled() {
      const all = working
      working = []
      await Promise.all(all)
      inFlight.clear()
    },
  }
}

function withTimes(item: ThreadItem, started: ThreadItem | null, nowMs: number): ThreadItem {
  return {
    ...item,
    startedAtMs: item.startedAtMs ?? started?.startedAtMs ?? nowMs,
    completedAtMs: item.completedAtMs ?? nowMs,
  }
}

/** A call without a card has no end but this one. */
function endOf(item: ThreadItem | null): ToolEnd {
  if (!item || !('status' in item)) return 'completed'
  return item.status === 'failed' || item.status === 'declined' ? item.status : 'completed'
}

/** Never resolves; rejects when the turn is cut, which the actor is about to do. */
function aborted(signal: AbortSignal): Promise<never> {
  return orAbort(new Promise<never>(() => undefined), signal)
}
