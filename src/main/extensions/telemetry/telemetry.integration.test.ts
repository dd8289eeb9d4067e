import { expect, it } from 'vitest'
import { createFakeClock } from '../../../../test/fake-clock.ts'
import { call, say } from '../../../../test/fake-model.ts'
import { openThread } from '../../../../test/thread-harness.ts'
import { featureDefaults } from '../../config/features.ts'
import { ModelError } from '../../model/model-client.ts'
import { createTelemetry } from './telemetry.ts'

it('counts turns, calls and tokens of a thread, and keeps no word of it', async () => {
  const clock = createFakeClock(1000)
  const harness = await openThread({ extensions: [createTelemetry(clock, '1.2.3')] })
  const on = new Set([...featureDefaults].flatMap(([name, value]) => (value ? [name] : [])))
  await harness.actor.extensions.started({
    config: harness.actor.state().snapshot,
    enabled: (feature) => on.has(feature) || feature === 'memories',
  })
  harness.model.script([[call('echo', { text: 'secret words' }), call('nothing', {})], say('done')])
  await harness.say('more secret words')
  await harness.turnEnded()
  await harness.actor.shutdown('user')
  const telemetry = harness.thread().sessionTelemetry()
  expect(telemetry.tags).toMatchObject({
    thread_id: 'thread-1',
    model: 'test-model',
    app_version: '1.2.3',
  })
  expect(telemetry.sum('codex.thread.started')).toBe(1)
  expect(telemetry.sum('codex.tool.call', { tool: 'echo', success: 'true' })).toBe(1)
  expect(telemetry.sum('codex.turn.token_usage', { token_type: 'total' })).toBe(
    harness.actor.state().tokenUsage?.total.totalTokens,
  )
  expect(telemetry.measurements('codex.turn.e2e_duration_ms')).toHaveLength(1)
  expect(telemetry.measurements('codex.turn.tool.call').map(({ value }) => value)).toEqual([1])
  expect(telemetry.sum('codex.conversation.turn.count')).toBe(1)
  expect(telemetry.sum('codex.feature.state')).toBe(1)
  expect(telemetry.sum('codex.feature.state', { feature: 'memories', value: 'true' })).toBe(1)
  expect(telemetry.sum('codex.api_request', { success: 'true' })).toBe(2)
  expect(telemetry.sum('codex.sse_event')).toBeGreaterThan(2)
  expect(telemetry.measurements('codex.turn.ttft.duration_ms')).toHaveLength(1)
  expect(telemetry.measurements('codex.turn.ttfm.duration_ms')).toHaveLength(1)
})

it('counts summaries, and requests that broke off', async () => {
  const telemetry = createTelemetry(createFakeClock(1000), '1')
  const harness = await openThread({ extensions: [telemetry] })
  const error = new ModelError('broken', { info: 'other', retryable: false })
  harness.model.script([{ type: 'fail', error }])
  await harness.say('one')
  await harness.turnEnded()
  const counted = harness.thread().sessionTelemetry()
  expect(counted.sum('codex.api_request', { success: 'false' })).toBe(1)
  expect(counted.measurements('codex.turn.ttft.duration_ms')).toEqual([])
  await harness.actor.extensions.turn('turn-2').compacting(true)
  expect(counted.sum('codex.task.compact', { type: 'local', manual: 'true' })).toBe(1)
})
