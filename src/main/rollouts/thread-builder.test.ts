import { describe, expect, it } from 'vitest'
import {
  event,
  itemDone,
  line,
  rolloutLines,
  said,
  turnEnd,
  turnStart,
  wholeTurn,
} from '../../../test/rollout-files.ts'
import type { ThreadItem } from '../../protocol/index.ts'
import { parseLine } from './rollout-line.ts'
import { type BuiltThread, createThreadBuilder } from './thread-builder.ts'

const id = '01960000-0000-7000-8000-00000000000a'
type Mode = 'legacy' | 'paginated'

function build(mode: Mode, body: Parameters<typeof rolloutLines>[1]): BuiltThread {
  const builder = createThreadBuilder(id, mode === 'legacy')
  for (const text of rolloutLines({ id, mode }, body)) {
    const parsed = parseLine(text)
    if (typeof parsed === 'object') builder.add(parsed)
  }
  return builder.finish(() => null)
}

function itemsOf(built: BuiltThread): ThreadItem[] {
  return built.rows().flatMap((row) => (row.k === 'item' ? [row.item] : []))
}

function turnsOf(built: BuiltThread): string[] {
  return built.rows().flatMap((row) => (row.k === 'turn' ? [`${row.id} ${row.status}`] : []))
}

/** The item that one `item_completed` line tells of. */
function itemOf(item: Parameters<typeof itemDone>[1]): ThreadItem | undefined {
  return itemsOf(build('paginated', [turnStart('t1'), itemDone('t1', { id: 'i', ...item })]))[0]
}

/** What one event of a legacy file comes to be. */
function legacyItem(type: string, members: Parameters<typeof event>[1]): ThreadItem | undefined {
  return itemsOf(build('legacy', [turnStart('t1'), event(type, { call_id: 'i', ...members })]))[0]
}

describe('an item of a file', () => {
  it('is the same in both forms where it is a search, a call to a server, or a picture', () => {
    const search = { query: 'weather', action: { type: 'search', query: 'weather' } }
    expect(itemOf({ type: 'WebSearch', ...search })).toMatchObject({ type: 'webSearch', ...search })
    expect(legacyItem('web_search_end', search)).toMatchObject({ type: 'webSearch', ...search })
    const result = { content: [{ type: 'text', text: 'hello' }] }
    const call = { server: 'files', tool: 'echo', arguments: { words: 'hello' } }
    const duration = { secs: 1, nanos: 2_500_000 }
    const shown = {
      ...{
        type: 'mcpToolCall',
        ...call,
        status: 'completed',
        durationMs: 1002,
        readOnlyHint: true,
      },
      result: { ...result, structuredContent: null, _meta: null },
    }
    expect(
      itemOf({ type: 'McpToolCall', ...call, result, duration, readOnlyHint: true }),
    ).toMatchObject(shown)
    expect(
      legacyItem('mcp_tool_call_end', {
        ...{ invocation: call, result: { Ok: result }, duration, read_only_hint: true },
      }),
    ).toMatchObject(shown)
    const picture = { status: 'completed', revised_prompt: 'a dot', result: 'AAAA' }
    const painted = { type: 'imageGeneration', revisedPrompt: 'a dot', result: 'AAAA' }
    expect(itemOf({ type: 'ImageGeneration', ...picture })).toMatchObject(painted)
    expect(legacyItem('image_generation_end', picture)).toMatchObject(painted)
  })

  it('has our names where it is a call to a client or another agent', () => {
    const content_items = [{ type: 'inputText', text: 'yes' }]
    expect(
      itemOf({
        type: 'DynamicToolCall',
        tool: 'mine',
        status: 'failed',
        content_items,
        success: false,
      }),
    ).toMatchObject({ type: 'dynamicToolCall', status: 'failed', contentItems: content_items })
    expect(
      itemOf({
        ...{ type: 'CollabAgentToolCall', tool: 'spawn_agent', status: 'completed' },
        ...{ sender_thread_id: 'a', receiver_thread_ids: ['b'] },
        agents_states: { b: 'pending_init', c: { errored: 'no' } },
      }),
    ).toMatchObject({
      ...{ tool: 'spawnAgent', senderThreadId: 'a', receiverThreadIds: ['b'] },
      agentsStates: {
        b: { status: 'pendingInit', message: null },
        c: { status: 'errored', message: 'no' },
      },
    })
  })

  it('is a command as a shell reads it, quoted as little as can be', () => {
    const commandOf = (...command: string[]) => itemOf({ type: 'CommandExecution', command })
    expect(commandOf('/bin/sh', '-lc', 'ls')).toMatchObject({ command: '/bin/sh -lc ls' })
    expect(commandOf('sh', '-c', 'a b')).toMatchObject({ command: "sh -c 'a b'" })
    expect(commandOf('sh', '-c', 'it\'s "so"')).toMatchObject({ command: 'sh -c "it\'s \\"so\\""' })
    expect(commandOf("it's $5")).toMatchObject({ command: `"it's "'$5'` })
    expect(commandOf('')).toMatchObject({ command: "''" })
  })

  it('says what a command read from its folder on, and nothing of an output without words', () => {
    const parsed_cmd = [{ type: 'read', cmd: 'cat a', name: 'a', path: 'a' }]
    const command = { command: ['cat', 'a'], cwd: 'file:///srv', parsed_cmd, aggregated_output: '' }
    expect(itemOf({ type: 'CommandExecution', ...command })).toMatchObject({
      commandActions: [{ type: 'read', path: '/srv/a' }],
      aggregatedOutput: null,
    })
  })

  it('lists changes by their path, and a viewed picture by its path', () => {
    const changes = { '/b': { type: 'add', content: 'x' }, '/a': { type: 'delete', content: 'y' } }
    const item = itemOf({ type: 'FileChange', changes })
    expect(item?.type === 'fileChange' && item.changes.map(({ path }) => path)).toEqual([
      '/a',
      '/b',
    ])
    expect(itemOf({ type: 'ImageView', path: 'file:///srv/a.png' })).toMatchObject({
      path: '/srv/a.png',
    })
  })

  it('keeps what is marked in the words of a person', () => {
    const text_elements = [{ byte_range: { start: 0, end: 3 }, placeholder: 'x' }]
    const content = [
      {
        type: 'text',
        text: 'see',
        text_elements: [{ byteRange: { start: 0, end: 3 }, placeholder: 'x' }],
      },
    ]
    const own = [{ type: 'text', text: 'see', text_elements }]
    expect(itemOf({ type: 'UserMessage', content: own })).toMatchObject({ content })
    expect(legacyItem('user_message', { message: 'see', text_elements })).toMatchObject({ content })
  })

  it('tells where each finding of a review is', () => {
    const place = { absolute_file_path: '/a', line_range: { start: 1, end: 2 } }
    const finding = { title: 'Bad', body: 'Is bad.', code_location: place }
    const review_output = { findings: [finding], overall_explanation: 'No.' }
    const review = 'No.\n\nReview comment:\n\n- Bad — /a:1-2\n  Is bad.'
    expect(itemOf({ type: 'ExitedReviewMode', review_output })).toMatchObject({ review })
  })

  it('that is told of twice is shown as it was told last', () => {
    const told = (text: string) =>
      itemDone('t1', { type: 'AgentMessage', id: 'a', content: [{ type: 'Text', text }] })
    const built = build('paginated', [turnStart('t1'), told('one'), told('two'), turnEnd('t1')])
    expect(itemsOf(built)).toMatchObject([{ text: 'two' }])
    expect(built).toMatchObject({ items: 1, rowCount: 3 })
  })
})

const call = (call_id: string, cmd: string) => {
  const item = { type: 'function_call', name: 'exec_command', arguments: JSON.stringify({ cmd }) }
  return line('response_item', { ...item, call_id })
}

describe('a legacy file', () => {
  it('shows a command in its place, also one that never ended', () => {
    const built = build('legacy', [
      ...[turnStart('t1'), said('user', 'go'), event('user_message', { message: 'go' })],
      ...[call('c1', 'sleep 9'), event('turn_aborted', { turn_id: 't1', reason: 'interrupted' })],
      ...wholeTurn('legacy', 't2', 'on', 'yes'),
    ])
    expect(itemsOf(built).map(({ type }) => type)).toEqual([
      ...['userMessage', 'commandExecution', 'userMessage', 'agentMessage'],
    ])
    expect(itemsOf(built)[1]).toMatchObject({ command: 'sleep 9', status: 'failed' })
  })

  it('shows a patch once, whatever it was written in', () => {
    const output = { type: 'function_call_output', call_id: 'c1', output: 'Success.' }
    const built = build('legacy', [
      ...[turnStart('t1'), call('c1', 'apply_patch x')],
      event('patch_apply_end', { call_id: 'c1', turn_id: 't1', success: true, changes: {} }),
      ...[line('response_item', output), turnEnd('t1')],
    ])
    expect(itemsOf(built)).toMatchObject([{ type: 'fileChange', id: 'c1' }])
  })

  it('forgets a command together with the turn that was taken back', () => {
    const built = build('legacy', [
      ...wholeTurn('legacy', 't1', 'keep', 'kept'),
      ...[turnStart('t2'), event('user_message', { message: 'drop' }), call('c1', 'sleep 9')],
      ...[event('turn_aborted', { turn_id: 't2' }), event('thread_rolled_back', { num_turns: 1 })],
    ])
    expect(turnsOf(built)).toEqual(['t1 completed'])
    expect(itemsOf(built).map(({ type }) => type)).toEqual(['userMessage', 'agentMessage'])
  })

  it('without marks has a turn for each message of a person', () => {
    const built = build('legacy', [
      ...[said('user', 'one'), event('user_message', { message: 'one' })],
      ...[said('user', 'two'), event('user_message', { message: 'two' })],
      ...[event('agent_message', { message: '' }), event('agent_message', { message: 'both' })],
    ])
    expect(built.turns).toBe(2)
    expect(built.rows().map((row) => row.k)).toEqual([
      'turn',
      'model',
      'item',
      'end',
      'turn',
      'model',
      'item',
      'item',
      'end',
    ])
  })
})

describe('numbers that make no sense', () => {
  it('are left out, or brought to what can be stored', () => {
    const turn = { turn_id: 't1', model_context_window: 1.5, started_at: 1e15 }
    const usage = { input_tokens: 1e300, output_tokens: 'many' }
    const built = build('paginated', [
      event('task_started', turn),
      line('token_usage_record', { turn_id: 't1', usage }),
      event('task_complete', { turn_id: 't1', completed_at: -1e300, duration_ms: 0.4 }),
    ])
    const START_MS = Date.UTC(2026, 4, 1, 10)
    expect(built.rows()).toMatchObject([
      { k: 'turn', startedMs: START_MS + 1000, endedMs: START_MS + 3000, durationMs: 0 },
      { k: 'usage', contextWindow: 2, usage: { inputTokens: 0, outputTokens: 0 } },
      { k: 'end' },
    ])
  })
})

describe('a paginated file', () => {
  it('shows a turn that it never begins where it ends', () => {
    const item = (turn: string, name: string) =>
      itemDone(turn, { type: 'Plan', id: name, text: name })
    const built = build('paginated', [
      ...[item('review', 'entered'), turnStart('inner'), item('inner', 'asked')],
      ...[
        item('review', 'exited'),
        turnEnd('review'),
        ...wholeTurn('paginated', 't2', 'on', 'yes'),
      ],
    ])
    expect(turnsOf(built)).toEqual(['inner interrupted', 'review completed', 't2 completed'])
    expect(itemsOf(built).map((shown) => shown.id)).toEqual([
      'asked',
      'entered',
      'exited',
      't2-u',
      't2-a',
    ])
  })

  it('shows the items of a turn that it neither begins nor ends', () => {
    const built = build('paginated', [itemDone('t1', { type: 'Plan', id: 'p', text: 'x' })])
    expect(turnsOf(built)).toEqual(['t1 interrupted'])
    expect(itemsOf(built)).toHaveLength(1)
  })
})

describe('of a thread it is told', () => {
  const goal = event('thread_goal_updated', { goal: { objective: 'Be done', status: 'paused' } })

  it('what its goal is, before what was said, where the goal came first', () => {
    const words = wholeTurn('legacy', 't1', 'words', 'yes')
    expect(build('legacy', [goal, ...words]).preview).toBe('Be done')
    expect(build('legacy', [...words, goal]).preview).toBe('words')
  })

  it('which model it has, also before the first turn', () => {
    const thread_settings = { model: 'm1', cwd: '/srv' }
    const applied = event('thread_settings_applied', { thread_settings })
    expect(build('paginated', [goal, applied])).toMatchObject({ model: 'm1', cwd: '/srv' })
  })

  it('which state its repository has, as it was told last', () => {
    const meta = (git: object) => line('session_meta', { id, git })
    const built = build('legacy', [
      meta({ branch: 'a' }),
      meta({ branch: 'b' }),
      line('session_meta', { id: 'other', git: { branch: 'c' } }),
    ])
    expect(built.git).toEqual({ branch: 'b' })
  })
})
