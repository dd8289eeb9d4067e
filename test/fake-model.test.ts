// The fake keeps the same promises as the real clients.
import { describe, expect, it } from 'vitest'
import {
  call,
  createFakeModel,
  customCall,
  disconnect,
  end,
  fakeUsage,
  hang,
  hold,
  reason,
  say,
  sayPartly,
} from './fake-model.ts'
import { modelRequest, readToEnd } from './model-request.ts'
import { modelClientSuite, type Situation } from './port-suites/model-client.ts'

modelClientSuite('fake', async () => {
  const fake = createFakeModel()
  return {
    client: fake.client,
    prepare(situation: Situation) {
      if (situation === 'message') fake.script([say('hello to you')])
      if (situation === 'reasoning') fake.script([[reason('thinking it over'), say('so')]])
      if (situation === 'call') fake.script([call('exec_command', { cmd: 'ls' })])
      if (situation === 'broken') fake.script([[sayPartly('I beg'), disconnect()]])
      if (situation === 'stuck') fake.script([[sayPartly('I beg'), hang()]])
      return {}
    },
    close: async () => undefined,
  }
})

describe('fake model', () => {
  it('records requests and answers them in the order of its script', async () => {
    const fake = createFakeModel().script([say('one'), say('two')])
    const texts: string[] = []
    for (const threadId of ['a', 'b'])
      for await (const event of fake.client.stream(modelRequest({ threadId }), never()))
        if (event.type === 'textDelta') texts.push(event.delta)
    expect(texts).toEqual(['one', 'two'])
    expect(fake.requests.map(({ threadId }) => threadId)).toEqual(['a', 'b'])
    await expect(fake.waitForRequest(2)).resolves.toBe(fake.requests[1])
    expect(fake.unused).toBe(0)
  })

  it('waits where a test holds it, and ends as the test says', async () => {
    const gate = Promise.withResolvers<void>()
    const fake = createFakeModel().script([
      [hold(gate.promise), customCall('apply_patch', 'text'), end({ usage: null, endTurn: false })],
      (request) => say(request.threadId),
    ])
    const reading = readToEnd(fake.client.stream(modelRequest(), never()))
    await fake.waitForRequest(1)
    gate.resolve()
    expect(await reading).toEqual([
      {
        type: 'itemDone',
        item: {
          type: 'custom_tool_call',
          id: 'ctc_call_1',
          call_id: 'call_1',
          name: 'apply_patch',
          input: 'text',
        },
      },
      { type: 'completed', responseId: 'resp_2', usage: null, endTurn: false },
    ])
    const next = await readToEnd(fake.client.stream(modelRequest(), never()))
    expect(next.at(-1)).toEqual({
      type: 'completed',
      responseId: 'resp_4',
      usage: fakeUsage,
      endTurn: null,
    })
  })

  it('says so when it is asked more often than scripted', async () => {
    const stream = createFakeModel().client.stream(modelRequest(), never())
    await expect(stream[Symbol.asyncIterator]().next()).rejects.toThrow(
      'fake model: no reply left for request 1',
    )
  })
})

function never(): AbortSignal {
  return new AbortController().signal
}
