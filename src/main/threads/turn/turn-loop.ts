// A regular turn: ask the model, carry out its calls, ask again with the outputs and with what was steered in,
// until it rests.
import type { ThreadTokenUsage } from '../../../protocol/index.ts'
import { orAbort } from '../../lib/or-abort.ts'
import type { ModelProvider, ModelProviders, ModelRequest } from '../../model/model-client.ts'
import type { ModelItem } from '../../model/model-item.ts'
import type { ThreadEvent } from '../../storage/thread-event.ts'
import type { ThreadSettings } from '../settings.ts'
import { currentTrace } from '../trace-context.ts'
import { createAutoCompaction } from './auto-compaction.ts'
import type { CompactionPorts } from './compaction.ts'
import { normaliseHistory } from './history.ts'
import { type Response, type SamplingPorts, sample } from './sampling.ts'
import { tokenUsageAfter, usageEvent, windowOf } from './token-usage.ts'
import { createToolCalls, type ToolCallPorts } from './tool-calls.ts'
import { createToolLock } from './tool-lock.ts'
import { createTurnDiff } from './turn-diff.ts'
import { failTurn } from './turn-failure.ts'
import type { TurnScope } from './turn-scope.ts'
import { toolsOfTurn } from './turn-tools.ts'

export interface TurnPorts extends ToolCallPorts, Pick<SamplingPorts, 'sleep'> {
  /** As configured when the turn began. */
  readonly providers: ModelProviders
  instructions(scope: TurnScope): string
  /** Whether the provider may search for the model. */
  readonly webSearch: 'disabled' | 'cached' | 'live'
  /** Whether calls are shown while the model writes them. */
  readonly showsWriting: boolean
  /** Usage of the thread so far. */
  tokenUsage(): ThreadTokenUsage | null
  /** What the configuration says of summing up. */
  readonly compaction: { readonly prompt: string | null; readonly limit: number | null }
}

export function compactionPorts(
  scope: TurnScope,
  ports: TurnPorts,
  provider: ModelProvider,
): CompactionPorts & { readonly limit: number | null } {
  const { clock, sleep, tokenUsage, compaction } = ports
  const instructions = ports.instructions(scope)
  return { provider, clock, sleep, tokenUsage, instructions, ...compaction }
}

/** Runs until the turn ended by itself. Rejects with the signal's reason when it was cut, or with a bug. */
export async function runTurn(scope: TurnScope, ports: TurnPorts): Promise<void> {
  const registry = toolsOfTurn(ports.registry, () => scope.snapshot.values)
  const { values } = scope.snapshot
  const diff = createTurnDiff(values.cwd)
  const tools = createToolCalls(scope, { ...ports, registry }, createToolLock(), diff)
  let window: number | null = null
  try {
    const { webSearch } = ports
    const provider = ports.providers.get(values.modelProvider)
    const request = (): Promise<ModelRequest> => requestOf(scope.snapshot.values)
    const requestOf = async (values: ThreadSettings): Promise<ModelRequest> => ({
      model: values.model,
      instructions: ports.instructions(scope),
      input: await scope.extensions.samplingInput(normaliseHistory(scope.history())),
      tools: registry.specs(),
      ...(webSearch !== 'disabled' && { webSearch }),
      effort: values.effort ?? provider.info(values.model).defaultEffort,
      summary: values.summary,
      serviceTier: values.serviceTier,
      ...(scope.outputSchema !== undefined && { outputSchema: scope.outputSchema }),
      ...(Object.keys(scope.metadata).length > 0 && { metadata: scope.metadata }),
      ...(scope.lineage && { lineage: scope.lineage }),
      threadId: scope.threadId,
      turnId: scope.turnId,
      trace: currentTrace(),
      cwd: values.cwd,
    })
    const sampling = {
      provider,
      clock: ports.clock,
      previews: ports.showsWriting ? registry : undefined,
      sleep: ports.sleep,
      request,
    }
    window = windowOf(provider.info(values.model))
    const room = createAutoCompaction(scope, compactionPorts(scope, ports, provider))
    await room.atStart()
    for (;;) {
      const known = scope.history().length
      const response = await sample(scope, tools, sampling)
      const settled = tools.settled()
      try {
        await orAbort(settled, scope.signal)
      } catch (error) {
        // The turn is being cut while its calls run: what the response cost was spent all the same, however long
        // they take to end.
        await scope.recordCut(await usageEvents(scope, ports, response, window))
        await settled
        throw error
      }
      const usage = await usageEvents(scope, ports, response, window)
      if (response.wantsMore) {
        await scope.record(usage)
        await scope.recorded()
        await scope.takeSteers()
        await room.between(scope.history().slice(known).filter(isUncounted))
      } else if (await scope.finish({ status: 'completed' }, usage)) return
      else await scope.takeSteers()
    }
  } catch (error) {
    scope.signal.throwIfAborted()
    await failTurn(scope, ports.tokenUsage, error, window)
  }
}

/** What came into the history after the response that counted everything before it. */
function isUncounted(item: ModelItem): boolean {
  return item.type.endsWith('_output') || item.role === 'user'
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
  await scope.extensions.tokenUsage({ model, of: 'answer', last: response.usage, usage })
  return [usageEvent(scope, response.responseId, response.usage, usage)]
}
