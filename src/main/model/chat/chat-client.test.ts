import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  chatCall,
  chatChunk,
  chatEnd,
  chatStream,
  chatText,
  chatUsage,
} from '../../../../test/chat-events.ts'
import { modelRequest, readToEnd, userText } from '../../../../test/model-request.ts'
import { modelClientSuite, type Situation } from '../../../../test/port-suites/model-client.ts'
import {
  breakOff,
  type Reply,
  type ResponsesServer,
  startResponsesServer,
  steps,
  waitFor,
  writeText,
} from '../../../../test/responses-server.ts'
import type { ModelEvent, ModelRequest } from '../model-client.ts'
import { createChatClient } from './chat-client.ts'

modelClientSuite('Chat Completions over HTTP', async () => {
  const own = await startResponsesServer()
  return {
    client: createChatClient({ id: 'local', config: { base_url: own.url }, env: {} }),
    prepare(situation: Situation) {
      own.script(replyFor[situation])
      return {}
    },
    close: () => own.close(),
  }
})

const half = writeText(chatText(chatChunk({ content: 'half' })))
const replyFor: Readonly<Record<Situation, Reply>> = {
  message: chatStream(
    chatChunk({ role: 'assistant', content: 'hel' }),
    chatChunk({ content: 'lo' }),
    chatEnd('stop'),
    chatUsage(),
    '[DONE]',
  ),
  reasoning: chatStream(
    chatChunk({ reasoning_content: 'hm, ' }),
    chatChunk({ reasoning: 'yes' }),
    chatChunk({ content: 'done' }),
    chatEnd('stop'),
    '[DONE]',
  ),
  call: chatStream(chatCall('exec_command', { cmd: 'ls' }), chatEnd('tool_calls'), '[DONE]'),
  broken: steps(half, breakOff),
  stuck: steps(half, waitFor(null)),
}

let server: ResponsesServer
beforeEach(async () => {
  server = await startResponsesServer()
})
afterEach(() => server.close())

async function ask(
  reply: Reply,
  request: Partial<ModelRequest> = {},
): Promise<readonly ModelEvent[]> {
  server.script(reply)
  const client = createChatClient({ id: 'local', config: { base_url: server.url }, env: {} })
  return readToEnd(client.stream(modelRequest(request), new AbortController().signal))
}

const hello = chatStream(chatChunk({ content: 'hello' }), chatEnd('stop'), '[DONE]')
const itemsOf = (events: readonly ModelEvent[]) =>
  events.flatMap((event) => (event.type === 'itemDone' ? [event.item] : []))

describe('requests of Chat Completions', () => {
  it('send the instructions first and offer freeform tools as functions', async () => {
    await ask(hello, {
      tools: [
        { kind: 'function', name: 'look', description: 'Looks', parameters: { type: 'object' } },
        { kind: 'freeform', name: 'apply_patch', description: 'Patches', grammar: 'start: "x"' },
      ],
      effort: 'high',
      outputSchema: { type: 'object' },
    })
    expect(server.requests[0]?.body).toMatchObject({
      model: 'mock-model',
      messages: [
        { role: 'system', content: 'You are a helpful agent.' },
        { role: 'user', content: 'hello' },
      ],
      tools: [
        { type: 'function', function: { name: 'look', parameters: { type: 'object' } } },
        {
          function: {
            name: 'apply_patch',
            parameters: { properties: { input: { type: 'string' } } },
          },
        },
      ],
      parallel_tool_calls: true,
      stream: true,
      stream_options: { include_usage: true },
      reasoning_effort: 'high',
      response_format: { type: 'json_schema', json_schema: { schema: { type: 'object' } } },
    })
  })

  it('give calls to the message they came with, then their outputs, then pictures', async () => {
    const picture = 'data:image/png;base64,AA=='
    await ask(hello, {
      input: [
        { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'rules' }] },
        userText('go'),
        { type: 'reasoning', id: 'rs', summary: [] },
        { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'going' }] },
        { type: 'function_call', call_id: 'a', name: 'look', arguments: '{"at":1}' },
        { type: 'custom_tool_call', call_id: 'b', name: 'apply_patch', input: 'p' },
        { type: 'function_call_output', call_id: 'a', output: 'seen' },
        {
          type: 'custom_tool_call_output',
          call_id: 'b',
          output: [{ type: 'input_image', image_url: picture }],
        },
        { type: 'function_call_output', name: 'goal_objective', output: 'be done' },
        userText('and now?'),
      ],
    })
    expect(server.requests[0]?.body.messages).toEqual([
      { role: 'system', content: 'You are a helpful agent.' },
      { role: 'system', content: 'rules' },
      { role: 'user', content: 'go' },
      {
        role: 'assistant',
        content: 'going',
        tool_calls: [
          { id: 'a', type: 'function', function: { name: 'look', arguments: '{"at":1}' } },
          {
            id: 'b',
            type: 'function',
            function: { name: 'apply_patch', arguments: '{"input":"p"}' },
          },
        ],
      },
      { role: 'tool', tool_call_id: 'a', content: 'seen' },
      { role: 'tool', tool_call_id: 'b', content: '[image, shown below]' },
      { role: 'user', content: [{ type: 'image_url', image_url: { url: picture } }] },
      { role: 'user', content: 'be done' },
      { role: 'user', content: 'and now?' },
    ])
  })

  it('never pass on broken arguments, which servers refuse with the whole conversation', async () => {
    await ask(hello, {
      input: [
        { type: 'function_call', call_id: 'a', name: 'look', arguments: '{"at":' },
        { type: 'function_call_output', call_id: 'a', output: 'not JSON' },
      ],
    })
    expect(server.requests[0]?.body.messages).toMatchObject([
      {},
      { tool_calls: [{ function: { arguments: '{}' } }] },
      {},
    ])
  })
})

describe('answers of Chat Completions', () => {
  it('put a call together from its pieces, several beside each other', async () => {
    const piece = (index: number, args: string) =>
      chatChunk({ tool_calls: [{ index, function: { arguments: args } }] })
    const events = await ask(
      chatStream(
        chatCall('look', '{"at":', 'a', 0),
        chatCall('find', '', 'b', 1),
        piece(0, '1}'),
        piece(1, '{}'),
        chatEnd('tool_calls'),
        '[DONE]',
      ),
    )
    expect(itemsOf(events)).toEqual([
      { type: 'function_call', call_id: 'a', name: 'look', arguments: '{"at":1}' },
      { type: 'function_call', call_id: 'b', name: 'find', arguments: '{}' },
    ])
    expect(
      events.flatMap((event) => (event.type === 'callDelta' ? [[event.callId, event.delta]] : [])),
    ).toEqual([
      ['a', '{"at":'],
      ['a', '1}'],
      ['b', '{}'],
    ])
  })

  it('keep whole calls apart that all have the same number', async () => {
    const events = await ask(
      chatStream(
        chatCall('look', { at: 1 }, 'a', 0),
        chatCall('look', { at: 2 }, 'b', 0),
        chatEnd('stop'),
      ),
    )
    expect(itemsOf(events)).toMatchObject([{ call_id: 'a' }, { call_id: 'b' }])
  })

  it('give a freeform tool its text', async () => {
    const tools = [{ kind: 'freeform', name: 'apply_patch', description: '', grammar: '' }] as const
    const events = await ask(
      chatStream(chatCall('apply_patch', { input: '*** Begin' }), chatEnd('tool_calls')),
      { tools },
    )
    expect(itemsOf(events)).toEqual([
      { type: 'custom_tool_call', call_id: 'call_1', name: 'apply_patch', input: '*** Begin' },
    ])
  })

  it('end with the stream where no end mark comes, once a reason to end was given', async () => {
    const events = await ask(chatStream(chatChunk({ content: 'hi' }), chatEnd('stop')))
    expect(events.at(-1)).toMatchObject({ type: 'completed', responseId: 'chat_1', usage: null })
    await expect(ask(chatStream(chatChunk({ content: 'hi' }), '[DONE]'))).rejects.toMatchObject({
      retryable: true,
    })
  })

  it('keep the words of an answer that ran into its limit, and say so', async () => {
    const seen: ModelEvent[] = []
    server.script(chatStream(chatChunk({ content: 'long' }), chatEnd('length'), '[DONE]'))
    const client = createChatClient({ id: 'local', config: { base_url: server.url }, env: {} })
    const reading = (async () => {
      for await (const event of client.stream(modelRequest(), new AbortController().signal))
        seen.push(event)
    })()
    await expect(reading).rejects.toMatchObject({ info: 'other', retryable: false })
    expect(itemsOf(seen)).toMatchObject([{ content: [{ text: 'long' }] }])
  })

  it('fail with what the server says in the middle of a stream', async () => {
    const error = { error: { code: 'context_length_exceeded', message: 'too long' } }
    await expect(ask(chatStream(error))).rejects.toMatchObject({ info: 'contextWindowExceeded' })
  })
})
