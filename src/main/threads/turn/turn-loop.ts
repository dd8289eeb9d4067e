// A regular turn: ask the model, carry out its calls, ask again with the outputs and with what was steered in,
// until it rests.
import type { ThreadTokenUsage, TokenUsage, TurnError } from '../../../protocol/index.ts'
import { SkeinError } from '../../lib/errors.ts'
import { ModelError, type ModelProviders, type ModelRequest } from '../../model/model-client.ts'
import type { ThreadEvent } from '../../storage/thread-event.ts'
import type { ThreadSettings } from '../settings.ts'
import type { TurnOutcome } from './closing.ts'
import { normaliseHistory } from './history.ts'
import { type Response, type SamplingPorts, sample } from './sampling.ts'
import { fullWindow, tokenUsageAfter, windowOf, zeroUsage } from './token-usage.ts'
import { createToolCalls, type ToolCallPorts } from './tool-calls.ts'
import { createToolLock } from './tool-lock.ts'
import { createTurnDiff } from './turn-diff.ts'
import type { TurnScope } from './turn-scope.ts'

export interface TurnPorts extends ToolCallPorts, Pick<SamplingPorts, 'sleep'> {
  /** The providers as configured now. Throws SkeinError when the configuration cannot be read. */
  providers(): Promise<ModelProviders>
  instructions(scope: TurnScope): string
  /** Usage of the thread so far. */
  tokenUsage(): ThreadTokenUsage | null
}

/** Runs until the turn ended by itself. Rejects with the signal's reason when it was cut, or with a bug. */
export async function runTurn(scope: TurnScope, ports: TurnPorts): Promise<void> {
  const tools = createToolCalls(scope, ports, createToolLock(), createTurnDiff())
  const { values } = scope.snapshot
  let window: number | null = null
  try {
    const provider = (await ports.providers()).get(values.modelProvider)
    const request = (): Promise<ModelRequest> => requestOf(scope.snapshot.values)
    const requestOf = async (values: ThreadSettings): Promise<ModelRequest> => ({
      model: values.model,
      instructions: ports.instructions(scope),
      input: await scope.extensions.samplingInput(normaliseHistory(scope.history())),
      tools: ports.registry.specs(),
      effort: values.effort ?? provider.info(values.model).defaultEffort,
      summary: values.summary,
      serviceTier: values.serviceTier,
      ...(scope.outputSchema !== undefined && { outputSchema: scope.outputSchema }),
      threadId: scope.threadId,
      turnId: scope.turnId,
      cwd: values.cwd,
    })
    const sampling = { provider, clock: ports.clock, sleep: ports.sleep, request }
    window = windowOf(provider.info(values.model))
    for (;;) {
      const response = await sample(scope, tools, sampling)
      await tools.settled()
      const usage = await usageEvents(scope, ports, response, window)
      if (response.wantsMore) {
        await scope.record(usage)
        await scope.takeSteers()
      } else if (await scope.finish({ status: 'completed' }, usage)) return
      else await scope.takeSteers()
    }
  } catch (error) {
    scope.signal.throwIfAborted()
    await failTurn(scope, ports, error, window)
  }
}

/** Extensions hear of the usage before clients do. */
async function usageEvents(
  scope: TurnScope,
  ports: TurnPorts,
  response: Response,
  contextWindow: number | null,
): Promise<readonly ThreadEvent[]> {
  if (!response.usage) return []
  const usage = tokenUsageAfter(ports.tokenUsage(), response.usage, contextWindow)
  const { model } = scope.snapshot.values
  await scope.extensions.tokenUsage({ model, last: response.usage, usage })
  return [usageEvent(scope, response.responseId, response.usage, usage)]
}

function usageEvent(
  scope: TurnScope,
  responseId: string | null,
  usage: TokenUsage,
  threadUsage: ThreadTokenUsage,
): ThreadEvent {
  const { turnId } = scope
  return {
    type: 'tokenUsageRecorded',
    turnId,
    responseId,
    model: scope.snapshot.values.model,
    usage,
    threadUsage,
  }
}

/** Expected failures end the turn with their reason; anything else is a bug and goes up to the actor. */
async function failTurn(
  scope: TurnScope,
  ports: TurnPorts,
  error: unknown,
  window: number | null,
): Promise<void> {
  const failure = turnErrorOf(error)
  if (!failure) throw error
  const last: ThreadEvent[] = []
  if (failure.codexErrorInfo === 'contextWindowExceeded' && window !== null)
    last.push(usageEvent(scope, null, zeroUsage, fullWindow(ports.tokenUsage(), window)))
  const outcome: TurnOutcome = { status: 'failed', error: failure }
  for (let facts: readonly ThreadEvent[] = last; !(await scope.finish(outcome, facts)); facts = [])
    await scope.takeSteers() // their words stay in the history, though this turn will not answer them
}

function turnErrorOf(error: unknown): TurnError | null {
  if (error instanceof ModelError)
    return { message: error.message, codexErrorInfo: error.info, additionalDetails: error.details }
  if (error instanceof SkeinError && error.code !== 'storageDegraded')
    return { message: error.message, codexErrorInfo: 'other', additionalDetails: null }
  return null
}
