// Adapter: plays the demo's scripts as if a model were speaking, offline and the same each time.
import type { TokenUsage } from '../../../protocol/index.ts'
import type { ModelClient, ModelEvent, ModelRequest } from '../model-client.ts'
import { sleep } from '../retry.ts'
import { type Act, say } from './act.ts'
import { eventsOf, type NextId } from './render.ts'
import { elementId, type Place, type Scene, sceneOf } from './scene.ts'
import { acknowledgement, chooseScript, epilogue, scriptOf } from './scripts.ts'

export interface DemoClientOptions {
  /** True: nothing waits, for tests. */
  readonly isInstant: boolean
}

/** How long a model seems to read before it says anything. */
const FIRST_TOKEN_MS = 250

export function createDemoClient({ isInstant }: DemoClientOptions): ModelClient {
  return {
    async *stream(request, signal) {
      signal.throwIfAborted()
      const performance = choosePerformance(sceneOf(request, isInstant))
      if (!isInstant) await sleep(FIRST_TOKEN_MS, signal)
      yield* play(performance, request, isInstant, signal)
    },
  }
}

/** What one response consists of, and which place of the repertoire it is. */
interface Performance extends Place {
  readonly acts: readonly Act[]
}

function choosePerformance(scene: Scene): Performance {
  const script = scene.last?.script ?? (scene.goalTurns === null ? chooseScript(scene) : 'goal')
  const step = scene.last ? scene.last.step + 1 : 0
  const heard = scene.steered.length > 0 ? [say(acknowledgement(scene.steered))] : []
  const written = scriptOf(script)[step]
  const acts = [...heard, ...(written?.(scene) ?? [])]
  return { script, step, acts: acts.length > 0 ? acts : epilogue }
}

async function* play(
  performance: Performance,
  request: ModelRequest,
  isInstant: boolean,
  signal: AbortSignal,
): AsyncGenerator<ModelEvent> {
  let elements = 0
  const nextId: NextId = (kind) => elementId(kind, request.turnId, performance, ++elements)
  let deltas = 0
  for (const act of performance.acts) {
    for (const event of eventsOf(act, nextId, request.tools)) {
      if ('delta' in event && !isInstant) await sleep(pauseBefore(act, deltas++), signal)
      signal.throwIfAborted()
      yield event
    }
    if (act.type === 'break') throw act.error
  }
  signal.throwIfAborted()
  const { script, step } = performance
  yield {
    type: 'completed',
    responseId: `resp_demo_${request.turnId}_${script}_${step}`,
    usage: usageOf(request, performance.acts),
    endTurn: performance.acts.some((act) => act.type === 'goOn') ? false : null,
  }
}

/** 5 to 15 ms, uneven as with a real model but the same each time; the lines of a patch are longer than a token. */
function pauseBefore(act: Act, index: number): number {
  if (act.type === 'patch') return MS_PER_LINE
  if (act.type === 'say' && act.msPerToken !== undefined) return act.msPerToken
  return 5 + ((index * 7) % 11)
}

const MS_PER_LINE = 40

const CHARS_PER_TOKEN = 4
/** Providers cache in blocks; all but the newest part of a history is read from there. */
const CACHE_BLOCK_TOKENS = 128

/** Counts a model would have had with these texts, roughly. */
function usageOf(request: ModelRequest, acts: readonly Act[]): TokenUsage {
  const { instructions, tools, input } = request
  const inputTokens = tokensIn(JSON.stringify([instructions, tools, input]))
  const newest = tokensIn(JSON.stringify(input.slice(-2)))
  const cachedBlocks = Math.floor(Math.max(0, inputTokens - newest) / CACHE_BLOCK_TOKENS)
  const thoughts = acts.filter((act) => act.type === 'think')
  const outputTokens = tokensIn(JSON.stringify(acts))
  return {
    totalTokens: inputTokens + outputTokens,
    inputTokens,
    cachedInputTokens: cachedBlocks * CACHE_BLOCK_TOKENS,
    cacheWriteInputTokens: 0,
    outputTokens,
    reasoningOutputTokens: thoughts.length > 0 ? tokensIn(JSON.stringify(thoughts)) : 0,
  }
}

function tokensIn(text: string): number {
  return Math.ceil(text.length / CHARS_PER_TOKEN)
}
