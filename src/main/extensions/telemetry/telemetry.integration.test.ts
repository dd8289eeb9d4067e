import { expect, it } from 'vitest'
import { createFakeClock } from '../../../../test/fake-clock.ts'
import { call, say } from '../../../../test/fake-model.ts'
import { openThread } from '../../../../test/thread-harness.ts'
import { createTelemetry } from './telemetry.ts'

it('counts turns, calls and tokens of a thread, and keeps no word of it', async () => {
  const clock = createFakeClock(1000)
  const harness = await openThread({ extensions: [createTelemetry(clock, '1.2.3')] })
  await harness.actor.extensions.started(harness.actor.state().snapshot)
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
})
