// Each row of the thread's method table: what the method must do, and how it fails. The names quote the rows.
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { snapshot, text, threadState } from '../../../test/builders.ts'
import { call, hang, say, sayPartly } from '../../../test/fake-model.ts'
import { scriptedServer } from '../../../test/mcp-servers.ts'
import { openTestStore } from '../../../test/open-test-store.ts'
import { functionCall, message, response } from '../../../test/responses-events.ts'
import { steps, stream, waitFor } from '../../../test/responses-server.ts'
import { openRuntime, until } from '../../../test/runtime-harness.ts'
import { inWords, openThread, type ThreadHarness } from '../../../test/thread-harness.ts'
import { SkeinError } from '../lib/errors.ts'
import { ModelError } from '../model/model-client.ts'
import { userMessage } from '../model/model-item.ts'
import { builtInProfile } from '../sandbox/permission-profile.ts'
import type { StoredGoal } from '../storage/goal-store.ts'
import { type Tool, ToolFailure } from '../tools/tool.ts'
import type { AgentStatus } from './agent-status.ts'
import type { CoreEvent } from './core-event.ts'
import type { Extension } from './extensions/extension.ts'
import { SUBMISSIONS_MAX } from './submissions.ts'

const AGENT_DIED = 'internal error; agent loop died unexpectedly'
const words = (content: string) => userMessage([{ type: 'input_text', text: content }])
const input = (content: string) => ({ type: 'user_input', items: [text(content)] }) as const

async function open(options: Parameters<typeof openThread>[0] = {}) {
  const harness = await openThread(options)
  return { harness, thread: harness.thread(), model: harness.model }
}

const types = (events: readonly CoreEvent[]): string[] => events.map(({ msg }) => msg.type)

async function oneTurn(harness: ThreadHarness, reply = 'hello'): Promise<string> {
  harness.model.script([say(reply)])
  const id = await harness.thread().submit(input('hi'))
  await until(harness.thread(), 'task_complete')
  return id
}

/** A turn whose command waits to be released. */
async function working(harness: ThreadHarness): Promise<string> {
  harness.model.script([call('wait', { text: 'x' }), say('done'), say('more')])
  const id = await harness.thread().submit(input('go'))
  await harness.heard((signal) => inWords(signal).startsWith('delta x'))
  return id
}

const ephemeral = () =>
  open({ state: threadState({ stored: false, snapshot: snapshot({ ephemeral: true }) }) })

describe('submissions and events', () => {
  it('`ThreadConfigSnapshot.sandbox_policy`: derive legacy policy from profile and cwd, pure', async () => {
    const policies = [':read-only', ':workspace', ':danger-full-access'].map(async (id) => {
      const permissionProfile = builtInProfile(id)
      if (!permissionProfile) throw new Error('no such profile')
      const values = { cwd: '/srv', workspaceRoots: ['/srv', '/data'], permissionProfile }
      const { thread } = await open({
        state: threadState({ stored: false, snapshot: snapshot(values) }),
      })
      return thread.configSnapshot().sandboxPolicy()
    })
    const [readOnly, workspace, full] = await Promise.all(policies)
    expect(readOnly).toEqual({ type: 'readOnly', networkAccess: false })
    expect(workspace).toMatchObject({ type: 'workspaceWrite', writableRoots: ['/data'] })
    expect(full).toEqual({ type: 'dangerFullAccess' })
  })

  it('`new`: counter 0', async () => {
    const { thread } = await open()
    expect(() => thread.decrementOutOfBandElicitationCount()).toThrow('already zero')
  })

  it('`submit`: new UUIDv7, enqueue, return id; ids unique, sortable; events carry the id', async () => {
    const { harness, thread } = await open()
    const first = await oneTurn(harness)
    harness.model.script([say('again')])
    const second = await thread.submit(input('more'))
    const heard = await until(thread, 'task_complete')
    expect(first).toMatch(/^[\da-f]{8}-[\da-f]{4}-7/)
    expect(second > first).toBe(true)
    expect(new Set(heard.map(({ id }) => id))).toEqual(new Set([second]))
  })

  it('`submit_with_trace`: bad carrier ignored; model request carries the trace id', async () => {
    const { harness, thread, model } = await open()
    model.script([say('a'), say('b')])
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    await thread.submitWithTrace(input('one'), { traceparent, tracestate: 'a=b' })
    const heard = await until(thread, 'task_complete')
    expect(model.requests[0]?.trace).toEqual({ traceparent, tracestate: 'a=b' })
    expect(heard.find(({ msg }) => msg.type === 'task_started')?.msg).toMatchObject({
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    })
    await thread.submitWithTrace(input('two'), { traceparent: 'nonsense' })
    await until(thread, 'task_complete')
    expect(model.requests[1]?.trace).toBeNull()
    await harness.actor.shutdown('user')
  })

  it('`submit_with_trace`: the calls of tools carry it too', async () => {
    const heard: unknown[] = []
    const traced: Tool = {
      name: 'traced',
      parallel: true,
      spec: { kind: 'function', name: 'traced', description: '', parameters: {} },
      input: z.unknown(),
      async prepare(_input, { trace }) {
        heard.push(trace)
        throw new ToolFailure('that is all')
      },
    }
    const { thread, model } = await open({
      extensions: [{ name: 'traced', tools: () => [traced] }],
    })
    const trace = { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' }
    for (const given of [trace, null]) {
      model.script([call('traced', {}), say('done')])
      await thread.submitWithTrace(input('go'), given)
      await until(thread, 'task_complete')
    }
    expect(heard).toEqual([trace, null])
  })

  it('`submit_with_id`: enqueue given id unchanged; turn id equals given id', async () => {
    const { thread, model } = await open()
    model.script([say('a')])
    await thread.submitWithId({ id: 'my-own-id', op: input('hi') })
    const started = (await until(thread, 'task_started')).at(-1)
    expect(started).toMatchObject({ id: 'my-own-id', msg: { turnId: 'my-own-id' } })
  })

  it('`next_event`: next queued event, each once, in order; AD when drained and closed', async () => {
    const { harness, thread, model } = await open()
    model.script([say('one two')])
    await thread.submit(input('hi'))
    await harness.turnEnded()
    const readers = [thread.nextEvent(), thread.nextEvent()]
    const [first, second] = await Promise.all(readers)
    expect(first?.msg.type).toBe('session_configured')
    expect(second?.msg.type).toBe('task_started')
    expect(types(await until(thread, 'task_complete'))).toEqual([
      'item_started',
      'item_completed',
      'item_started',
      'agent_message_content_delta',
      'agent_message_content_delta',
      'item_completed',
      'token_count',
      'task_complete',
    ])
    await thread.shutdownAndWait()
    await until(thread, 'shutdown_complete')
    await expect(thread.nextEvent()).rejects.toThrow(AGENT_DIED)
  })

  it('the submission queue at its bound: one more submit waits until there is room', async () => {
    const { thread } = await open()
    const admitted: Promise<string>[] = []
    for (let n = 0; n < SUBMISSIONS_MAX; n++) admitted.push(thread.submit({ type: 'interrupt' }))
    let waited = true
    const late = thread.submit({ type: 'interrupt' }).then((id) => {
      waited = false
      return id
    })
    expect(waited).toBe(true)
    await Promise.all([...admitted, late])
    expect(waited).toBe(false)
  })

  it('an operation that is refused is one error event, starts nothing and leaves the agent errored', async () => {
    const { thread, model } = await open()
    const overrides = { permissions: ':nothing' }
    const id = await thread.submit({ ...input('hi'), overrides })
    const refused = (await until(thread, 'error')).at(-1)
    expect(refused).toMatchObject({
      id,
      msg: {
        message: expect.stringMatching(/^invalid thread settings override: /),
        codexErrorInfo: 'bad_request',
      },
    })
    expect(model.requests).toEqual([])
    expect(thread.agentStatus().type).toBe('errored')
  })

  it('a rollback takes the last turns out; it is refused while one runs, and for none', async () => {
    const { harness, thread } = await open()
    await thread.submit({ type: 'thread_rollback', numTurns: 0 })
    expect((await until(thread, 'error')).at(-1)?.msg).toEqual({
      type: 'error',
      message: 'num_turns must be >= 1',
      codexErrorInfo: 'thread_rollback_failed',
    })
    await oneTurn(harness)
    await thread.submit({ type: 'thread_rollback', numTurns: 1 })
    await until(thread, 'thread_rolled_back')
    expect(await thread.loadHistory(false)).toEqual([])
    await working(harness)
    await thread.submit({ type: 'thread_rollback', numTurns: 1 })
    expect((await until(thread, 'error')).at(-1)?.msg).toMatchObject({
      message: 'Cannot rollback while a turn is in progress.',
    })
  })

  it('an interrupt submitted behind an input always finds its turn', async () => {
    const { thread, model } = await open()
    model.script([[sayPartly('half'), hang()]])
    const turn = await thread.submit(input('hi'))
    await thread.submit({ type: 'interrupt' })
    const aborted = (await until(thread, 'turn_aborted')).at(-1)
    expect(aborted).toMatchObject({ id: turn, msg: { turnId: turn, reason: 'interrupted' } })
  })

  it('an interrupt without a turn cancels servers that are coming up, and says nothing', async () => {
    const { start, runtime, told } = await openRuntime({ provider: scriptedServer('slow', 'hang') })
    const thread = await start()
    await runtime.mcp.announce(thread.id)
    await thread.submit({ type: 'clean_background_terminals' }) // servers are none
    expect((await thread.nextEvent()).msg.type).toBe('session_configured')
    await refused()
    expect(states()).toEqual(['starting'])
    await thread.submit({ type: 'interrupt' })
    await refused()
    expect(states().slice(0, 2)).toEqual(['starting', 'cancelled'])

    /** What was submitted before is done then, and said nothing. */
    async function refused(): Promise<void> {
      await thread.submit({ type: 'thread_rollback', numTurns: 0 })
      expect((await thread.nextEvent()).msg.type).toBe('error')
    }

    function states() {
      return told.flatMap(({ method, params }) =>
        method === 'mcpServer/startupStatus/updated' ? [params.status] : [],
      )
    }
  })

  it('an answer to a question goes to who asked; one nobody waits for is ignored', async () => {
    const { thread, model } = await open()
    model.script([call('ask', { text: 'x' }, { callId: 'c1' }), say('done')])
    await thread.submit({ type: 'exec_approval', id: 'unknown', decision: 'approved' })
    await thread.submit(input('hi'))
    const asked = (await until(thread, 'exec_approval_request')).at(-1)
    expect(asked?.msg).toMatchObject({ callId: 'c1' })
    await thread.submit({ type: 'exec_approval', id: 'c1', decision: 'denied' })
    const rest = await until(thread, 'task_complete')
    expect(rest[0]?.msg).toMatchObject({ type: 'item_completed', item: { status: 'declined' } })
  })
})

describe('steering', () => {
  it('`steer_input`: checks in order, then queue into active turn, return its id', async () => {
    const { harness, thread, model } = await open()
    await expect(thread.steerInput([], 'any')).rejects.toThrow('no active turn to steer')
    const turn = await working(harness)
    await expect(thread.steerInput([], 'other')).rejects.toThrow(
      `expected active turn id \`other\` but found \`${turn}\``,
    )
    await expect(thread.steerInput([], turn)).rejects.toThrow('input must not be empty')
    expect(await thread.steerInput([text('and this')], turn)).toBe(turn)
    harness.release('ok')
    await harness.turnEnded()
    expect(model.requests[1]?.input.at(-1)).toEqual(words('and this'))
  })
})

describe('the end', () => {
  it('`shutdown_and_wait`: fine if already dead; shutdown_complete is last; thread-stop hook ran', async () => {
    let stopped = 0
    const { harness, thread } = await open({
      extensions: [{ name: 'a', onThreadStop: () => void stopped++ }],
    })
    const turn = await working(harness)
    await Promise.all([thread.shutdownAndWait(), thread.shutdownAndWait()])
    await thread.shutdownAndWait()
    const heard = types(await until(thread, 'shutdown_complete'))
    expect(heard).toContain('turn_aborted')
    expect(stopped).toBe(1)
    expect(thread.agentStatus()).toEqual({ type: 'shutdown' })
    await expect(thread.nextEvent()).rejects.toThrow(AGENT_DIED)
    expect(turn).not.toBe('')
  })

  it('`wait_until_terminated`: await only; pending until shutdown; several waiters', async () => {
    const { thread } = await open()
    let ended = 0
    const waiters = [1, 2].map(() => thread.waitUntilTerminated().then(() => ended++))
    await thread.submit({ type: 'interrupt' })
    expect(ended).toBe(0)
    await thread.shutdownAndWait()
    await Promise.all(waiters)
    expect(ended).toBe(2)
  })

  it('`is_running`: queue open? true -> false after shutdown; then submissions fail with AD', async () => {
    const { thread } = await open()
    expect(thread.isRunning()).toBe(true)
    await thread.shutdownAndWait()
    expect(thread.isRunning()).toBe(false)
    await expect(thread.submit({ type: 'interrupt' })).rejects.toThrow(AGENT_DIED)
  })

  it('an end from outside says no shutdown_complete', async () => {
    const { harness, thread } = await open()
    await until(thread, 'session_configured')
    await harness.actor.shutdown('user')
    await expect(thread.nextEvent()).rejects.toThrow(AGENT_DIED)
  })
})

describe('extensions and goals', () => {
  it('`session_telemetry`: handle to thread-wide recorder; counters after one turn: tool calls, tokens', async () => {
    const { start, model } = await openRuntime()
    const thread = await start()
    const call = functionCall('update_plan', { plan: [] }, { callId: 'c1' })
    model.script(stream(response([call])), stream(response([message('done')])))
    await thread.submit(input('hi'))
    await until(thread, 'task_complete')
    const telemetry = thread.sessionTelemetry()
    expect(telemetry.tags).toMatchObject({ thread_id: thread.id, model: 'mock-model' })
    expect(telemetry.sum('codex.tool.call', { tool: 'update_plan' })).toBe(1)
    expect(telemetry.sum('codex.turn.token_usage', { token_type: 'total' })).toBe(240)
  })

  it('`emit_thread_resume_lifecycle`: call resume hooks in order with session and thread stores', async () => {
    const seen: string[] = []
    const hook = (name: string): Extension => ({
      name,
      onThreadResume: ({ session, thread }) =>
        void seen.push(name, session.levelId, thread.levelId),
    })
    const { thread } = await open({ extensions: [hook('a'), hook('b')] })
    expect(seen).toEqual([])
    await thread.emitThreadResumeLifecycle()
    expect(seen).toEqual(['a', 'thread-1', 'thread-1', 'b', 'thread-1', 'thread-1'])
  })

  /** A thread with a goal, and a hand that writes it as a host would that owns the store. */
  async function withGoal(objective: string) {
    const harness = await openRuntime()
    const { goals, store } = harness.runtime
    const thread = await harness.start()
    await goals.set({ threadId: thread.id, objective, status: 'paused' })
    async function stored(): Promise<StoredGoal> {
      const goal = await store.findGoal(thread.id)
      if (!goal) throw new Error('there is no goal')
      return goal
    }
    async function write(change: Partial<StoredGoal> | null): Promise<void> {
      const goal = await stored()
      const next = change && { ...goal, ...change, rev: goal.rev + 1 }
      const { threadId, rev: expectedRev } = goal
      await store.saveGoals([{ threadId, expectedRev, goal: next, log: [] }])
    }
    return { ...harness, thread, stored, write }
  }

  it('`apply_goal_resume_runtime_effects`: paused/active goal after resume as in goals spec', async () => {
    const { thread } = await withGoal('build it')
    await until(thread, 'session_configured')
    await thread.applyGoalResumeRuntimeEffects()
    const goal = { objective: 'build it', status: 'paused' }
    expect((await until(thread, 'thread_goal_updated')).at(-1)?.msg).toMatchObject({ goal })
    expect(thread.actor.state().turn).toBeNull()
  })

  it('`continue_active_goal_if_idle`: no turn if no active goal or busy; idle + active goal -> new turn', async () => {
    const { thread, write, answer, model } = await withGoal('build it')
    await thread.continueActiveGoalIfIdle()
    expect(thread.actor.state().turnCount).toBe(0)
    model.script(steps(waitFor(null)))
    await thread.submit(input('something else'))
    await model.waitForRequest(1)
    await write({ status: 'active' })
    await thread.continueActiveGoalIfIdle()
    expect(thread.actor.state().turnCount).toBe(1)
    await thread.submit({ type: 'interrupt' })
    await until(thread, 'turn_aborted')
    await write({ status: 'active' })
    await thread.applyExternalGoalClear() // what is known of it is read again
    answer('working on it')
    await thread.continueActiveGoalIfIdle()
    await until(thread, 'task_started')
    await model.waitForRequest(2)
  })

  it('`prepare_external_goal_mutation`: account running goal usage before a host edit', async () => {
    const { thread, runtime, stored, model } = await withGoal('build it')
    const call = functionCall('update_plan', { plan: [] }, { callId: 'c1' })
    model.script(stream(response([call])), steps(waitFor(null)))
    await runtime.goals.set({ threadId: thread.id, status: 'active' })
    await model.waitForRequest(2)
    await thread.prepareExternalGoalMutation()
    expect((await stored()).tokensUsed).toBe(80) // 100 in, 40 of them cached, 20 out
  })

  it('`apply_external_goal_set`: set while idle starts a turn if active', async () => {
    const { thread, write, answer, model } = await withGoal('build it')
    await write({ status: 'active' })
    answer('working on it')
    await thread.applyExternalGoalSet()
    expect(JSON.stringify((await model.waitForRequest(1)).body.input)).toContain('build it')
  })

  it('`apply_external_goal_clear`: stop accounting, no further continuation turns', async () => {
    const { thread, write, answer, model } = await withGoal('build it')
    const call = functionCall('update_plan', { plan: [] }, { callId: 'c1' })
    let end = (): void => undefined
    const held = new Promise<void>((resolve) => {
      end = resolve
    })
    await write({ status: 'active' })
    model.script(stream(response([call])), steps(waitFor(held)))
    await thread.applyExternalGoalSet()
    await model.waitForRequest(2)
    await write(null)
    await thread.applyExternalGoalClear()
    end()
    answer('done')
    await until(thread, 'task_complete')
    await thread.continueActiveGoalIfIdle()
    expect(thread.actor.state().turnCount).toBe(1)
  })

  it('the effects of a host edit are logged when they fail; the other two reject', async () => {
    const harness = await openThread()
    const gone = async (): Promise<never> => {
      throw new SkeinError('upstream', 'the goal store is gone')
    }
    const thread = harness.thread({
      goals: {
        resumed: gone,
        continueIfIdle: gone,
        prepareChange: gone,
        wasSet: gone,
        wasCleared: gone,
      },
    })
    await thread.prepareExternalGoalMutation()
    await thread.applyExternalGoalSet()
    await thread.applyExternalGoalClear()
    await expect(thread.applyGoalResumeRuntimeEffects()).rejects.toThrow('the goal store is gone')
    await expect(thread.continueActiveGoalIfIdle()).rejects.toThrow('the goal store is gone')
  })
})

describe('what is kept', () => {
  it('`ensure_rollout_materialized`: create the durable record now; thread known to the store before any turn', async () => {
    const { harness, thread } = await open()
    expect(await harness.store.findThread('thread-1')).toBeUndefined()
    await thread.ensureRolloutMaterialized()
    expect((await harness.store.findThread('thread-1'))?.id).toBe('thread-1')
    const memory = await ephemeral()
    await memory.thread.ensureRolloutMaterialized()
    expect(await memory.harness.store.findThread('thread-1')).toBeUndefined()
  })

  it('`flush_rollout`: durability barrier; no-op if ephemeral', async () => {
    const { harness, thread } = await open()
    void harness.actor.inject([words('kept')], false)
    await thread.flushRollout()
    expect(await harness.store.modelHistory('thread-1')).toEqual([words('kept')])
    await (await ephemeral()).thread.flushRollout()
  })

  it('`set_thread_memory_mode`: read back mode; ephemeral refused', async () => {
    const { harness, thread } = await open()
    await thread.setThreadMemoryMode('disabled')
    expect((await harness.store.findThread('thread-1'))?.memoryMode).toBe('disabled')
    await expect((await ephemeral()).thread.setThreadMemoryMode('enabled')).rejects.toThrow(
      'Session persistence is disabled; cannot update thread memory mode.',
    )
  })

  it('`rollout_path`: null if ephemeral, and while there is no exported file', async () => {
    expect((await ephemeral()).thread.rolloutPath()).toBeNull()
    expect((await open()).thread.rolloutPath()).toBeNull()
  })

  it('`load_history`: stored history of this thread; archived with false -> not found', async () => {
    const { harness, thread } = await open()
    await oneTurn(harness)
    expect((await thread.loadHistory(false))[0]).toEqual(words('hi'))
    await harness.actor.archive()
    await expect(thread.loadHistory(false)).rejects.toThrow('thread not found: thread-1')
    expect(await thread.loadHistory(true)).toHaveLength(2)
    await expect((await ephemeral()).thread.loadHistory(true)).rejects.toThrow(
      'Session persistence is disabled; cannot load history.',
    )
  })

  it('`read_thread`: metadata, optionally history; history absent when not asked', async () => {
    const { harness, thread } = await open()
    await oneTurn(harness)
    expect(await thread.readThread(false, false)).toEqual({
      record: expect.objectContaining({ id: 'thread-1', preview: 'hi' }),
    })
    expect((await thread.readThread(false, true)).history).toHaveLength(2)
    await expect((await ephemeral()).thread.readThread(true, false)).rejects.toThrow(
      'Session persistence is disabled; cannot read thread.',
    )
  })

  it('`update_thread_metadata`: two-level fields: absent keeps, null clears', async () => {
    const { thread } = await open()
    await thread.updateThreadMetadata({ name: 'A', gitInfo: { sha: 'a', branch: 'b' } }, false)
    const after = await thread.updateThreadMetadata({ gitInfo: { branch: null } }, false)
    expect(after).toEqual({ name: 'A', gitInfo: { sha: 'a', branch: null, originUrl: null } })
    expect((await thread.updateThreadMetadata({ name: null }, false)).name).toBeNull()
    await expect(thread.updateThreadMetadata({}, false)).rejects.toThrow('at least one field')
    await expect(
      (await ephemeral()).thread.updateThreadMetadata({ name: 'B' }, true),
    ).rejects.toThrow('Session persistence is disabled; cannot update thread metadata.')
  })

  it('`state_db`: handle or null; null if ephemeral', async () => {
    const { harness, thread } = await open()
    expect(thread.stateDb()).toBe(harness.store)
    expect((await ephemeral()).thread.stateDb()).toBeNull()
  })

  it('`session_configured`: the stored first event, unchanged by later settings', async () => {
    const { thread } = await open()
    await thread.submit({ type: 'thread_settings', overrides: { model: 'other' } })
    const heard = await until(thread, 'thread_settings_applied')
    expect(heard[0]?.msg).toBe(thread.sessionConfigured())
    expect(thread.sessionConfigured().settings.model).toBe('test-model')
    expect(thread.configSnapshot().model).toBe('other')
  })

  it('`guardian_trunk_rollout_path`: null without reviewer', async () => {
    expect((await open()).thread.guardianTrunkRolloutPath()).toBeNull()
  })
})

describe('settings', () => {
  it('`set_app_server_client_info`: null keeps old name; auto-deny is always set', async () => {
    const { thread } = await open()
    thread.setAppServerClientInfo('client', '1', true)
    thread.setAppServerClientInfo(null, '2', false)
    expect(thread.appServerClientInfo()).toEqual({ name: 'client', version: '2', autoDeny: false })
  })

  it('`validate_turn_context_overrides`: forbidden value refused; snapshot unchanged after success', async () => {
    const { thread } = await open()
    const before = thread.configSnapshot()
    expect(() => thread.validateTurnContextOverrides({ permissions: ':nothing' })).toThrow(
      'unknown permission profile `:nothing`',
    )
    thread.validateTurnContextOverrides({ model: 'other' })
    expect(thread.configSnapshot().snapshotId).toBe(before.snapshotId)
  })

  it('`config_snapshot`: copy; during a turn shows the new settings', async () => {
    const { harness, thread, model } = await open()
    await working(harness)
    await thread.submit({ type: 'thread_settings', overrides: { model: 'other' } })
    await until(thread, 'thread_settings_applied')
    expect(thread.configSnapshot().model).toBe('other')
    harness.release('ok')
    await harness.turnEnded()
    expect(model.requests.map((request) => request.model)).toEqual(['test-model', 'test-model'])
  })

  it('`config`, `refresh_runtime_config`: same identity until refresh; model unchanged', async () => {
    const { start, configure, runtime } = await openRuntime({ config: 'service_tier = "flex"' })
    const thread = await start({ config: { developer_instructions: 'be kind' } })
    const before = thread.config()
    thread.refreshRuntimeConfig(await runtime.config.resolve())
    expect(thread.config()).toBe(before)
    await configure('personality = "friendly"\ndeveloper_instructions = "be quick"')
    thread.refreshRuntimeConfig(await runtime.config.resolve())
    const { values } = thread.config()
    expect([values.personality, values.service_tier]).toEqual(['friendly', undefined])
    expect(values.developer_instructions).toBe('be kind') // the thread's own layer survives
    expect(thread.configSnapshot()).toMatchObject({ serviceTier: 'flex', personality: null })
  })

  it('`refresh_runtime_config`: contributor called once, with what was before and what is now', async () => {
    const changes: unknown[] = []
    const { start, configure, runtime } = await openRuntime()
    const thread = await start()
    thread.actor.extensions.runtimeConfigChanged = (previous, next) =>
      changes.push(previous.personality ?? null, next.personality ?? null)
    await configure('personality = "friendly"')
    const next = await runtime.config.resolve()
    thread.refreshRuntimeConfig(next)
    thread.refreshRuntimeConfig(next)
    expect(changes).toEqual([null, 'friendly'])
  })

  it('`reload_user_config`: reads the file again; one that cannot be parsed keeps the old', async () => {
    const { start, configure } = await openRuntime()
    const thread = await start()
    await configure('personality = "friendly"')
    await thread.submit({ type: 'reload_user_config' })
    await configure('personality = ')
    await thread.submit({ type: 'reload_user_config' })
    await thread.shutdownAndWait()
    expect(thread.config().values.personality).toBe('friendly')
  })

  it('`environment_selections`: sticky list', async () => {
    const { thread } = await open()
    expect(thread.environmentSelections()).toEqual([
      { environmentId: 'local', cwd: '/srv', workspaceRoots: ['/srv'] },
    ])
  })

  it('`enabled(feature)`: start-time flag, unaffected by refresh', async () => {
    const { start, configure, runtime } = await openRuntime({
      config: 'features = { sleep_tool = true }',
    })
    const thread = await start()
    await configure('features = { goals = false }')
    runtime.config.setFeatures({ memories: true })
    await thread.reloadUserConfig()
    const flags = ['goals', 'sleep_tool', 'memories', 'made_up'].map(thread.enabled)
    expect(flags).toEqual([true, true, false, false])
    const later = await start()
    expect(['goals', 'sleep_tool', 'memories'].map(later.enabled)).toEqual([false, false, true])
  })
})

describe('status and usage', () => {
  it('`agent_status`: the table by scripted turns; errored stays until the next turn', async () => {
    const { thread, model } = await open()
    expect(thread.agentStatus()).toEqual({ type: 'pending_init' })
    const error = new ModelError('broken', { info: 'other', retryable: false })
    model.script([{ type: 'fail', error }, say('fine'), [sayPartly('half'), hang()]])
    await thread.submit(input('one'))
    expect(types(await until(thread, 'task_complete')).slice(-2)).toEqual([
      'error',
      'task_complete',
    ])
    expect(thread.agentStatus()).toEqual({ type: 'errored', message: 'broken' })
    await thread.submit(input('two'))
    await until(thread, 'task_started')
    expect(['running', 'completed']).toContain(thread.agentStatus().type)
    await until(thread, 'task_complete')
    expect(thread.agentStatus()).toEqual({ type: 'completed', lastAgentMessage: 'fine' })
    await thread.submit(input('three'))
    await until(thread, 'agent_message_content_delta')
    expect(thread.agentStatus()).toEqual({ type: 'running' })
    await thread.submit({ type: 'interrupt' })
    await until(thread, 'turn_aborted')
    expect(thread.agentStatus()).toEqual({ type: 'interrupted' })
  })

  it('`subscribe_status`: fast transitions may be skipped, last value right', async () => {
    const { harness, thread } = await open()
    const receiver = thread.subscribeStatus()
    await oneTurn(harness)
    const last: AgentStatus = { type: 'completed', lastAgentMessage: 'hello' }
    expect(await receiver.changed()).toEqual(last)
    const end = receiver.changed()
    await thread.shutdownAndWait()
    expect(await end).toEqual({ type: 'shutdown' })
    expect(await receiver.changed()).toBeNull()
  })

  it('`token_usage_info`: null fresh; equal before and after restart', async () => {
    const store = await openTestStore()
    const { harness, thread } = await open({ store })
    expect(thread.tokenUsageInfo()).toBeNull()
    await oneTurn(harness)
    const usage = thread.tokenUsageInfo()
    expect(usage?.total.totalTokens).toBeGreaterThan(0)
    await thread.shutdownAndWait()
    const stored = await store.loadThread('thread-1')
    expect(stored?.tokenUsage).toEqual(usage)
  })
})

describe('injection', () => {
  it('`inject_user_message_without_turn`: idle: no turn, present in next request; busy: next request of the turn', async () => {
    const { harness, thread, model } = await open()
    await thread.injectUserMessageWithoutTurn('remember')
    expect(harness.actor.state().turn).toBeNull()
    await working(harness)
    expect(model.requests[0]?.input).toEqual([words('remember'), words('go')])
    await thread.injectUserMessageWithoutTurn('meanwhile')
    harness.release('ok')
    await harness.turnEnded()
    expect(model.requests[1]?.input.at(-1)).toEqual(words('meanwhile'))
  })

  it('`append_message`, `pending_message_input_item`: idle: a turn starts; drops id; only messages', async () => {
    const { harness, thread, model } = await open()
    model.script([say('well')])
    const id = await thread.appendMessage({ ...words('do it'), id: 'own' })
    await harness.turnEnded()
    expect(model.requests[0]?.input).toEqual([words('do it')])
    expect(harness.signals.map(inWords)).toContain('1 turnStarted')
    expect(id).toMatch(/^[\da-f-]{36}$/)
    await expect(thread.appendMessage({ type: 'reasoning' })).rejects.toThrow(
      'append_message only supports ResponseItem::Message',
    )
  })

  it('`inject_response_items`: empty text; fresh thread: context precedes items; durable', async () => {
    const { harness, thread } = await open({ context: [words('context')] })
    await expect(thread.injectResponseItems([])).rejects.toThrow('items must not be empty')
    await thread.injectResponseItems([words('given')])
    expect(await harness.store.modelHistory('thread-1')).toEqual([words('context'), words('given')])
    expect(harness.signals).toEqual([])
  })
})

describe('MCP and the pause', () => {
  it('`read_mcp_resource`, `call_mcp_tool`: JSON shape; tool error is a result; works when idle', async () => {
    const { start, signals } = await openRuntime({ provider: scriptedServer('files') })
    const thread = await start()
    const count = signals.length
    await expect(thread.readMcpResource('none', 'a:')).rejects.toThrow("unknown MCP server 'none'")
    await expect(thread.callMcpTool('none', 'echo', {}, null)).rejects.toThrow('unknown MCP server')
    expect(await thread.callMcpTool('files', 'echo', { words: 'hi' }, null)).toMatchObject({
      content: [{ type: 'text', text: 'hi' }],
    })
    expect(await thread.callMcpTool('files', 'broken', {}, null)).toMatchObject({ isError: true })
    expect(await thread.readMcpResource('files', 'memo://good')).toMatchObject({
      contents: [{ uri: 'memo://good' }],
    })
    expect(signals).toHaveLength(count)
  })

  it('`increment_out_of_band_elicitation_count`: count, pause edge only at 0->1', async () => {
    const { harness, thread } = await open()
    const edges: boolean[] = []
    harness.actor.pause.onChange((isPaused) => edges.push(isPaused))
    expect(thread.incrementOutOfBandElicitationCount()).toBe(1)
    expect(edges).toEqual([true])
    expect(thread.incrementOutOfBandElicitationCount()).toBe(2)
    expect(edges).toEqual([true])
    expect(harness.actor.pause.isPaused).toBe(true)
  })

  it('`decrement_out_of_band_elicitation_count`: error at 0, state kept', async () => {
    const { harness, thread } = await open()
    thread.incrementOutOfBandElicitationCount()
    expect(thread.decrementOutOfBandElicitationCount()).toBe(0)
    expect(() => thread.decrementOutOfBandElicitationCount()).toThrow(
      'out-of-band elicitation count is already zero',
    )
    expect(harness.actor.pause.isPaused).toBe(false)
  })
})
