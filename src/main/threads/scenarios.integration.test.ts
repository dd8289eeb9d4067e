// The lives of threads that cross several rooms, over the threads that the app composes: what happens at which
// moment of a turn, and in which order it is heard.
import { describe, expect, it } from 'vitest'
import { text } from '../../../test/builders.ts'
import { scriptedServer } from '../../../test/mcp-servers.ts'
import { functionCall, message, response } from '../../../test/responses-events.ts'
import { status, steps, stream, waitFor, write } from '../../../test/responses-server.ts'
import { openRuntime, until } from '../../../test/runtime-harness.ts'
import { inWords } from '../../../test/thread-harness.ts'
import type { ModelItem } from '../model/model-item.ts'
import type { CoreEvent } from './core-event.ts'

const input = (words: string) => ({ type: 'user_input', items: [text(words)] }) as const
const types = (events: readonly CoreEvent[]): string[] => events.map(({ msg }) => msg.type)

/** Resolved by the second of the pair. */
function gate(): readonly [Promise<void>, () => void] {
  let open = (): void => undefined
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return [opened, open]
}

/** Role or type of each element, with its words. */
function inShort(items: readonly (ModelItem | Readonly<Record<string, unknown>>)[]): string[] {
  return items
    .filter(({ role }) => role !== 'developer')
    .map(({ type, role, content, output }) => {
      const parts = Array.isArray(content) ? content : []
      const words = parts.map((part: { text?: unknown }) => String(part.text ?? '')).join('')
      const said = typeof output === 'string' ? output : words || String(content ?? '')
      return `${String(role ?? type)}: ${said.split('\n')[0] ?? ''}`
    })
    .filter((words) => !words.startsWith('user: <environment') && !words.startsWith('user: # '))
}

const asking = functionCall(
  'exec_command',
  { cmd: 'touch asked', sandbox_permissions: 'require_escalated', justification: 'to see' },
  { callId: 'c1' },
)

describe('steering', () => {
  it('while a person is asked is read behind the output of the call', async () => {
    const { start, model, answer } = await openRuntime()
    const thread = await start({ approvalPolicy: 'untrusted' })
    model.script(stream(response([asking])))
    answer('done')
    const turn = await thread.submit(input('go'))
    await until(thread, 'exec_approval_request')
    expect(await thread.steerInput([text('and this')], turn)).toBe(turn)
    await thread.submit({ type: 'exec_approval', id: 'c1', decision: 'denied' })
    const heard = await until(thread, 'task_complete')
    const items = heard.flatMap(({ msg }) => (msg.type === 'item_completed' ? [msg.item.type] : []))
    expect(items).toEqual(['commandExecution', 'userMessage', 'agentMessage'])
    const sent = model.requests[1]?.body.input ?? []
    expect(sent.slice(-2).map(({ type, role }) => role ?? type)).toEqual([
      'function_call_output',
      'user',
    ])
  })

  it('while the history is summed up waits until that is over', async () => {
    const config = 'model_auto_compact_token_limit = 1000'
    const { start, model, answer } = await openRuntime({ config })
    const thread = await start()
    const usage = { input: 2000, cached: 0, output: 10, reasoning: 0 }
    const [summed, sumUp] = gate()
    const plan = functionCall('update_plan', { plan: [] })
    const notes = response([message('the notes', { id: 'msg_notes' })])
    model.script(stream(response([plan], { usage })), steps(waitFor(summed), write(notes)))
    answer('going on', 'done')
    const turn = await thread.submit(input('go'))
    await model.waitForRequest(2)
    expect(await thread.steerInput([text('and this')], turn)).toBe(turn)
    sumUp()
    await until(thread, 'task_complete')
    expect(inShort(model.requests[3]?.body.input ?? []).at(-1)).toBe('user: and this')
  })
})

describe('an interrupt', () => {
  it('of a summary leaves the history as it was, with a note; its card never completes', async () => {
    const { start, model, answer, runtime } = await openRuntime()
    const thread = await start()
    answer('hello')
    await thread.submit(input('hi'))
    await until(thread, 'task_complete')
    model.script(steps(waitFor(null)))
    await thread.submit({ type: 'compact' })
    await model.waitForRequest(2)
    await thread.submit({ type: 'interrupt' })
    const heard = await until(thread, 'turn_aborted')
    expect(heard.at(-1)?.msg).toMatchObject({ reason: 'interrupted' })
    expect(inShort(await runtime.store.modelHistory(thread.id))).toEqual([
      'user: hi',
      'assistant: hello',
      'user: <turn_interrupted>',
    ])
  })
})

describe('another kind of turn', () => {
  it('that is asked for while one runs replaces it: the first is aborted, then the summary begins', async () => {
    const { start, model, answer } = await openRuntime()
    const thread = await start()
    model.script(steps(write(response([message('half')]).slice(0, 3)), waitFor(null)))
    const first = await thread.submit(input('go'))
    await until(thread, 'agent_message_content_delta')
    answer('the notes')
    await thread.submit({ type: 'compact' })
    const aborted = (await until(thread, 'turn_aborted')).at(-1)
    expect(aborted).toMatchObject({ id: first, msg: { reason: 'replaced' } })
    const rest = await until(thread, 'task_complete')
    expect(types(rest).filter((type) => type !== 'token_count')).toEqual([
      'warning', // of a model that nothing is known of
      'task_started',
      'item_started',
      'item_completed',
      'task_complete',
    ])
    expect(thread.agentStatus().type).toBe('completed')
  })

  it('runs through submissions too: a review, a command of the person, and what they refuse', async () => {
    const { start, answer } = await openRuntime()
    const thread = await start()
    await thread.submit({ type: 'review', target: { type: 'custom', instructions: ' ' } })
    expect((await until(thread, 'error')).at(-1)?.msg).toMatchObject({
      codexErrorInfo: 'bad_request',
    })
    answer('All is well.')
    await thread.submit({ type: 'review', target: { type: 'custom', instructions: 'look' } })
    const review = await until(thread, 'task_complete')
    expect(review.map(({ msg }) => ('item' in msg ? msg.item.type : ''))).toContain(
      'exitedReviewMode',
    )
    await thread.submit({ type: 'run_user_shell_command', command: '' })
    expect((await until(thread, 'error')).at(-1)?.msg).toMatchObject({
      message: 'command must not be empty',
    })
    await thread.submit({ type: 'run_user_shell_command', command: 'echo hi' })
    const shell = await until(thread, 'task_complete')
    expect(shell.find(({ msg }) => msg.type === 'item_completed')?.msg).toMatchObject({
      item: { type: 'commandExecution', source: 'userShell', aggregatedOutput: 'hi\n' },
    })
  })
})

describe('the end', () => {
  it('with a question open: the turn is aborted, hooks run, and shutdown is the last word', async () => {
    const { start, model, runtime } = await openRuntime()
    const thread = await start({ approvalPolicy: 'untrusted' })
    model.script(stream(response([asking])))
    await thread.submit(input('go'))
    await until(thread, 'exec_approval_request')
    const end = thread.shutdownAndWait()
    const heard = types(await until(thread, 'shutdown_complete'))
    await end
    expect(heard).toContain('turn_aborted')
    await expect(thread.nextEvent()).rejects.toThrow('agent loop died')
    expect(runtime.manager.find(thread.id)).toBeUndefined()
    expect(
      (
        await runtime.store.approvals({
          threadId: thread.id,
          state: 'pending',
          cursor: undefined,
          limit: 10,
        })
      ).data,
    ).toEqual([])
    const history = inShort(await runtime.store.modelHistory(thread.id))
    expect(history.slice(-2)).toEqual([
      expect.stringMatching(/^function_call_output: Wall time: /),
      'user: <turn_interrupted>',
    ])
    expect(thread.sessionTelemetry().sum('codex.conversation.turn.count')).toBe(1)
  })
})

describe('a failure', () => {
  it('stays the status of the thread until the next turn: systemError, active, idle', async () => {
    const { start, model, answer, signals } = await openRuntime()
    const thread = await start()
    model.script(status(400, 'no'))
    await thread.submit(input('one'))
    await until(thread, 'task_complete')
    expect(thread.agentStatus()).toEqual({ type: 'errored', message: 'no' })
    answer('fine')
    await thread.submit(input('two'))
    await until(thread, 'task_complete')
    const told = signals.flatMap((signal) =>
      signal.type === 'status' ||
      (signal.type === 'recorded' && signal.event.type === 'turnCompleted')
        ? [inWords(signal).replace(/^\d+ /, '')]
        : [],
    )
    expect(told).toEqual([
      'status active []',
      'status systemError',
      'turnCompleted failed',
      'status active []',
      'status idle',
      'turnCompleted completed',
    ])
  })
})

describe('MCP servers', () => {
  it('that a submission replaces are there from the next turn on, not before', async () => {
    const { start, answer, model } = await openRuntime({ provider: scriptedServer('old') })
    const thread = await start()
    const offered = (at: number): boolean[] =>
      ['old', 'new'].map((name) =>
        JSON.stringify(model.requests[at]?.body.tools).includes(`${name}__echo`),
      )
    answer('one', 'two')
    await thread.submit(input('one'))
    await until(thread, 'task_complete')
    const table = Object.values(thread.config().values.mcp_servers ?? {})[0]
    await thread.submit({ type: 'refresh_mcp_servers', config: { new: table } })
    expect(await thread.callMcpTool('old', 'echo', { words: 'still here' }, null)).toBeDefined()
    await thread.submit(input('two'))
    await until(thread, 'task_complete')
    expect([offered(0), offered(1)]).toEqual([
      [true, false],
      [false, true],
    ])
  })
})

describe('a new thread', () => {
  it('begins with a service tier only where tiers are switched on', async () => {
    const config = 'service_tier = "fast"'
    const on = await openRuntime({ config })
    expect((await on.start()).configSnapshot().serviceTier).toBe('priority')
    const off = await openRuntime({ config: `${config}\nfeatures = { fast_mode = false }` })
    expect((await off.start({ serviceTier: 'flex' })).configSnapshot().serviceTier).toBeNull()
  })
})

describe('what is said before a turn', () => {
  it('is that nothing is known of its model, once for each turn', async () => {
    const { start, answer } = await openRuntime()
    const thread = await start()
    for (const words of ['one', 'two']) {
      answer('fine')
      await thread.submit(input(words))
      const heard = types(await until(thread, 'task_complete'))
      expect(heard.filter((type) => type === 'warning')).toEqual(['warning'])
      expect(heard.indexOf('warning')).toBeLessThan(heard.indexOf('task_started'))
    }
  })
})
