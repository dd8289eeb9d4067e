import { describe, expect, it } from 'vitest'
import {
  completed,
  customCall,
  functionCall,
  message,
  messageItem,
  messageStart,
  reasoning,
  response,
} from '../../../test/responses-events.ts'
import { responsesHarness } from '../../../test/responses-harness.ts'
import { slowly, sse, steps, write, writeText } from '../../../test/responses-server.ts'

const web = responsesHarness()
const done = { type: 'itemDone' as const }
const end = { type: 'completed' as const, responseId: 'resp_1', usage: null, endTurn: null }

describe('events of the Responses API', () => {
  it('keeps elements as the provider sent them', async () => {
    web.answer(
      ...reasoning(['why']),
      ...functionCall('look', { far: true }),
      ...customCall('apply_patch', 'text', { callId: 'call_2' }),
      {
        type: 'response.output_item.done',
        item: { type: 'web_search_call', id: 'ws_1', action: 1 },
      },
      completed({ usage: null }),
    )
    expect((await web.events()).filter(({ type }) => type === 'itemDone')).toEqual([
      {
        ...done,
        item: {
          type: 'reasoning',
          id: 'rs_1',
          summary: [{ type: 'summary_text', text: 'why' }],
          encrypted_content: 'sealed',
        },
      },
      {
        ...done,
        item: {
          type: 'function_call',
          id: 'fc_call_1',
          call_id: 'call_1',
          name: 'look',
          arguments: '{"far":true}',
        },
      },
      {
        ...done,
        item: {
          type: 'custom_tool_call',
          id: 'ctc_call_2',
          call_id: 'call_2',
          name: 'apply_patch',
          input: 'text',
        },
      },
      { ...done, item: { type: 'web_search_call', id: 'ws_1', action: 1 } },
    ])
  })

  it('starts a message that the provider only ends', async () => {
    web.answer({ type: 'response.output_item.done', item: messageItem('msg_1', 'hi') }, completed())
    expect((await web.events()).slice(0, 2)).toEqual([
      { type: 'messageStarted', itemId: 'msg_1' },
      { ...done, item: messageItem('msg_1', 'hi') },
    ])
  })

  it('puts deltas without an address to the latest element of their kind', async () => {
    web.answer(
      { type: 'response.output_item.added', item: { type: 'reasoning', id: 'rs_1' } },
      { type: 'response.reasoning_summary_text.delta', summary_index: 0, delta: 'why' },
      { type: 'response.reasoning_text.delta', content_index: 0, delta: 'because' },
      { type: 'response.output_item.added', item: { type: 'message', id: 'msg_1' } },
      { type: 'response.output_text.delta', delta: 'hi' },
      { type: 'response.output_item.done', item: messageItem('msg_1', 'hi') },
      completed({ usage: null }),
    )
    expect(await web.events()).toEqual([
      { type: 'reasoningStarted', itemId: 'rs_1' },
      { type: 'reasoningSummaryDelta', itemId: 'rs_1', summaryIndex: 0, delta: 'why' },
      { type: 'reasoningTextDelta', itemId: 'rs_1', contentIndex: 0, delta: 'because' },
      { type: 'messageStarted', itemId: 'msg_1' },
      { type: 'textDelta', itemId: 'msg_1', delta: 'hi' },
      { ...done, item: messageItem('msg_1', 'hi') },
      end,
    ])
  })

  it('makes up ids that are missing and keeps to them', async () => {
    const { id: _none, ...nameless } = messageItem('', 'hi')
    web.answer(
      { type: 'response.output_text.delta', delta: 'hi' },
      { type: 'response.output_item.done', item: nameless },
      {
        type: 'response.output_item.done',
        item: { type: 'function_call', name: 'look', arguments: '{}' },
      },
      completed(),
    )
    const [started, delta, message, call] = await web.events()
    const id = started?.type === 'messageStarted' ? started.itemId : ''
    expect(id).toMatch(/^[\da-f-]{36}$/)
    expect([delta, message]).toEqual([
      { type: 'textDelta', itemId: id, delta: 'hi' },
      { ...done, item: { ...nameless, id } },
    ])
    expect(call).toMatchObject({ item: { call_id: expect.stringMatching(/^[\da-f-]{36}$/) } })
  })

  it('keeps two messages apart by their position', async () => {
    web.answer(
      ...messageStart(['a'], { id: 'msg_a', outputIndex: 0 }),
      ...messageStart(['b'], { id: 'msg_b', outputIndex: 1 }),
      { type: 'response.output_text.delta', output_index: 0, delta: 'A' },
      completed(),
    )
    expect((await web.events())[4]).toEqual({ type: 'textDelta', itemId: 'msg_a', delta: 'A' })
  })

  it('tells what a call is being written with, once it is known whose it is', async () => {
    const added = (item: object, output_index?: number) => ({
      type: 'response.output_item.added',
      ...(output_index !== undefined && { output_index }),
      item,
    })
    const text = (delta: string, more: object = {}) => ({
      type: 'response.custom_tool_call_input.delta',
      delta,
      ...more,
    })
    const args = (delta: string, more: object = {}) => ({
      type: 'response.function_call_arguments.delta',
      delta,
      ...more,
    })
    web.answer(
      text('nobody', { output_index: 0 }),
      added({ type: 'custom_tool_call', id: 'ctc_1', call_id: 'c1', name: 'apply_patch' }, 0),
      added({ type: 'function_call', id: 'fc_2', call_id: 'c2', name: 'look' }, 1),
      added({ type: 'function_call', id: 'fc_3', call_id: 'c3', name: 'x', namespace: 'far' }, 2),
      added({ type: 'function_call', id: 'fc_4', name: 'no_id' }, 3),
      added({ type: 'function_call', id: 'fc_5', call_id: 'c5', name: 'by_id' }),
      text('one', { output_index: 0, item_id: 'ctc_1' }),
      args('{"a', { output_index: 1 }),
      args('far', { output_index: 2 }),
      args('lost', { output_index: 3 }),
      args('{}', { item_id: 'fc_5' }),
      completed(),
    )
    const call = { type: 'callDelta' }
    expect((await web.events()).slice(0, -1)).toEqual([
      { ...call, callId: 'c1', name: 'apply_patch', form: 'text', delta: 'one' },
      { ...call, callId: 'c2', name: 'look', form: 'json', delta: '{"a' },
      { ...call, callId: 'c5', name: 'by_id', form: 'json', delta: '{}' },
    ])
  })

  it('passes over events, fields and comments it does not know', async () => {
    const noise =
      ': still here\n\nretry: 5\nfoo: bar\n\nevent: response.new\ndata: {"type":"response.new"}\n\n'
    web.server.script(
      steps(writeText(noise), write(message('hi')), writeText(noise), write([completed()])),
    )
    expect((await web.events()).map(({ type }) => type)).toEqual([
      'messageStarted',
      'textDelta',
      'itemDone',
      'completed',
    ])
  })

  it('reads characters and events that are cut anywhere', async () => {
    const bytes = Buffer.from(
      response([message(['grüße ', '🧶'])])
        .map(sse)
        .join(''),
    )
    const pieces = Array.from({ length: Math.ceil(bytes.length / 7) }, (_, index) => ({
      type: 'write' as const,
      bytes: bytes.subarray(index * 7, index * 7 + 7),
    }))
    web.server.script(steps(...pieces))
    const texts = (await web.events()).map((event) =>
      event.type === 'textDelta' ? event.delta : '',
    )
    expect(texts.join('')).toBe('grüße 🧶')
  })

  it('reads events that come one at a time', async () => {
    web.server.script(slowly(response([message(['a', 'b'])]), 1))
    expect((await web.events()).map(({ type }) => type)).toEqual([
      'messageStarted',
      'textDelta',
      'textDelta',
      'itemDone',
      'completed',
    ])
  })

  it('counts tokens in the words of the app, and takes the word about the end of the turn', async () => {
    web.answer(
      completed({ usage: { input: 100, cached: 40, output: 20, reasoning: 5 }, endTurn: false }),
    )
    expect(await web.events()).toEqual([
      {
        type: 'completed',
        responseId: 'resp_1',
        usage: {
          totalTokens: 120,
          inputTokens: 100,
          cachedInputTokens: 40,
          cacheWriteInputTokens: 0,
          outputTokens: 20,
          reasoningOutputTokens: 5,
        },
        endTurn: false,
      },
    ])
  })

  it('reads a last event that lacks its empty line', async () => {
    web.server.script(steps(writeText(sse(completed({ usage: null })).trimEnd())))
    expect(await web.events()).toEqual([end])
  })
})
