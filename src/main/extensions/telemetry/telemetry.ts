// Counts what threads do, for tests and diagnosis on this machine; nothing is sent anywhere and no text is kept.
import { featureDefaults } from '../../config/features.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Extension, OfThread } from '../../threads/extensions/extension.ts'
import { extensionKey } from '../../threads/extensions/extension-data.ts'
import {
  createSessionTelemetry,
  type SessionTelemetry,
  sessionTelemetry,
} from '../../threads/extensions/session-telemetry.ts'

interface TurnCounts {
  readonly startedAtMs: number
  readonly tokens: Map<string, number>
  readonly callsSince: Map<string, number>
  calls: number
  firstTokenAtMs: number | null
  firstMessageAtMs: number | null
}

const turnCounts = extensionKey<TurnCounts>('telemetry of a turn')

export function createTelemetry(clock: Clock, appVersion: string): Extension {
  function recorder({ thread, session, control }: OfThread): SessionTelemetry {
    return thread.getOrInit(sessionTelemetry, () => {
      const { originator, snapshot } = control.state()
      const { model, modelProvider, source } = snapshot.values
      return createSessionTelemetry({
        thread_id: control.threadId,
        session_id: session.levelId,
        model,
        provider: modelProvider,
        source,
        originator: originator ?? '',
        app_version: appVersion,
      })
    })
  }

  return {
    name: 'telemetry',
    onThreadStart(input) {
      recorder(input).counter('codex.thread.started')
      for (const [feature, byDefault] of featureDefaults) {
        const value = input.enabled(feature)
        if (value !== byDefault)
          recorder(input).counter('codex.feature.state', 1, { feature, value: String(value) })
      }
    },
    onTurnStart({ turn }) {
      turn.insert(turnCounts, {
        startedAtMs: clock.now(),
        tokens: new Map(),
        callsSince: new Map(),
        calls: 0,
        firstTokenAtMs: null,
        firstMessageAtMs: null,
      })
    },
    onToolStart({ turn, call }) {
      turn.get(turnCounts)?.callsSince.set(call.call_id, clock.now())
    },
    onToolFinish(input) {
      const { turn, call, end } = input
      const counts = turn.get(turnCounts)
      const since = counts?.callsSince.get(call.call_id)
      if (!counts || since === undefined) return // it never started
      counts.calls++
      const tags = { tool: call.name, success: String(end === 'completed') }
      recorder(input).counter('codex.tool.call', 1, tags)
      recorder(input).histogram('codex.tool.call.duration_ms', clock.now() - since, tags)
    },
    onTokenUsage({ turn, last }) {
      const tokens = turn.get(turnCounts)?.tokens
      const byType = {
        total: last.totalTokens,
        input: last.inputTokens,
        cached_input: last.cachedInputTokens,
        output: last.outputTokens,
        reasoning_output: last.reasoningOutputTokens,
      }
      for (const [type, count] of Object.entries(byType))
        tokens?.set(type, (tokens.get(type) ?? 0) + count)
    },
    onModelAnswer(input) {
      const { startedAtMs, firstTokenAtMs, firstMessageAtMs, endedAtMs, events, succeeded } = input
      const tags = { success: String(succeeded) }
      recorder(input).counter('codex.api_request', 1, tags)
      recorder(input).histogram('codex.api_request.duration_ms', endedAtMs - startedAtMs, tags)
      recorder(input).counter('codex.sse_event', events)
      const counts = input.turn.get(turnCounts)
      if (!counts) return
      counts.firstTokenAtMs ??= firstTokenAtMs
      counts.firstMessageAtMs ??= firstMessageAtMs
    },
    onCompaction(input) {
      const tags = { type: 'local', manual: String(input.manual) }
      recorder(input).counter('codex.task.compact', 1, tags)
    },
    onTurnStop(input) {
      const counts = input.turn.get(turnCounts)
      if (!counts) return
      const took = clock.now() - counts.startedAtMs
      recorder(input).histogram('codex.turn.e2e_duration_ms', took)
      for (const [token_type, tokens] of counts.tokens)
        recorder(input).counter('codex.turn.token_usage', tokens, { token_type })
      recorder(input).histogram('codex.turn.tool.call', counts.calls)
      const { startedAtMs, firstTokenAtMs, firstMessageAtMs } = counts
      const since = (name: string, atMs: number | null): void => {
        if (atMs !== null) recorder(input).histogram(name, atMs - startedAtMs)
      }
      since('codex.turn.ttft.duration_ms', firstTokenAtMs)
      since('codex.turn.ttfm.duration_ms', firstMessageAtMs)
    },
    onThreadStop(input) {
      recorder(input).counter('codex.conversation.turn.count', input.control.state().turnCount)
    },
  }
}
