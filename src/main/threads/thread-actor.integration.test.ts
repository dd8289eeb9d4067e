import { describe, expect, it } from 'vitest'
import { text } from '../../../test/builders.ts'
import { call, disconnect, hang, reason, say, sayPartly } from '../../../test/fake-model.ts'
import { inWords, openThread } from '../../../test/thread-harness.ts'
import { ModelError } from '../model/model-client.ts'
import type { ModelItem } from '../model/model-item.ts'
import type { Store } from '../storage/store.ts'

async function storedTurns(store: Store) {
  const page = await store.turnsPage({
    threadId: 'thread-1',
    cursor: undefined,
    limit: 100,
    sortDirection: 'asc',
    itemsView: 'full',
  })
  return page.data.map(({ status, items }) => [
    status,
    ...items.map((item) => {
      if (item.type === 'agentMessage') return `agent: ${item.text}`
      if (item.type === 'userMessage')
        return `user: ${item.content.map((part) => (part.type === 'text' ? part.text : part.type)).join()}`
      if (item.type === 'commandExecution') return `command: ${item.command} ${item.status}`
      return item.type
    }),
  ])
}

function words(items: readonly ModelItem[]): string[] {
  return items.map((item) => {
    if (item.type === 'message') return `${item.role}: ${JSON.stringify(item.content).slice(0, 90)}`
    return `${item.type} ${String(item.call_id ?? '')} ${String(item.output ?? '')}`.trim()
  })
}

describe('a turn', () => {
  it('is told in the observed order, with numbers without gaps, and is all on disk at its end', async () => {
    const thread = await openThread()
    thread.model.script([[reason('think'), say('Hello there')]])
    await thread.say('hi')
    await thread.turnEnded()
    expect(thread.signals.map(inWords)).toEqual([
      'status active []',
      '1 turnStarted',
      '2 itemCompleted userMessage',
      'streamStarted reasoning',
      'delta part',
      'delta think',
      '3 itemCompleted reasoning',
      'streamStarted agentMessage',
      'delta Hello ',
      'delta there',
      '4 itemCompleted agentMessage',
      '5 tokenUsageRecorded',
      'status idle',
      '6 turnCompleted completed',
    ])
    expect(await storedTurns(thread.store)).toEqual([
      ['completed', 'user: hi', 'reasoning', 'agent: Hello there'],
    ])
  })

  it('carries out calls and asks again with their outputs in the order of the calls', async () => {
    const thread = await openThread()
    thread.model.script([
      [
        call('wait', { text: 'first' }, { callId: 'c1' }),
        call('echo', { text: 'second' }, { callId: 'c2' }),
      ],
      say('done'),
    ])
    await thread.say('go')
    await thread.heard((signal) => inWords(signal).includes('itemCompleted commandExecution'))
    thread.release('slow')
    const second = await thread.model.waitForRequest(2)
    await thread.turnEnded()
    expect(words(second.input).slice(1)).toEqual([
      'function_call c1',
      'function_call c2',
      'function_call_output c1 slow',
      'function_call_output c2 second',
    ])
    expect(await storedTurns(thread.store)).toEqual([
      [
        'completed',
        'user: go',
        'command: wait first completed',
        'command: echo second completed',
        'agent: done',
      ],
    ])
  })

  it('answers unknown tools and broken arguments with text, and goes on', async () => {
    const thread = await openThread()
    thread.model.script([
      [
        call('nothing', {}, { callId: 'c1' }),
        call('echo', '{"text":', { callId: 'c2' }),
        call('echo', { text: 1 }, { callId: 'c3' }),
      ],
      say('ok'),
    ])
    await thread.say('go')
    await thread.turnEnded()
    const read = words(thread.model.requests[1]?.input ?? [])
    const outputs = read.filter((item) => item.startsWith('function_call_output'))
    expect(outputs[0]).toBe('function_call_output c1 unsupported call: nothing')
    expect(outputs[1]).toContain('failed to parse function arguments:')
    expect(outputs[2]).toContain('failed to parse function arguments: text:')
  })
})

describe('a broken stream', () => {
  it('is tried again; the half message of it never was', async () => {
    const thread = await openThread()
    thread.model.script([[sayPartly('half'), disconnect()], say('whole')])
    await thread.say('hi')
    await thread.turnEnded()
    expect(thread.signals.map(inWords)).toContain('retrying Reconnecting... 1/5')
    expect(await storedTurns(thread.store)).toEqual([['completed', 'user: hi', 'agent: whole']])
  })

  it('fails the turn when the retries are spent: systemError, then the end', async () => {
    const thread = await openThread({ model: { streamMaxRetries: 1 } })
    thread.model.script([disconnect(), disconnect()])
    await thread.say('hi')
    await thread.turnEnded()
    expect(thread.signals.map(inWords).slice(-3)).toEqual([
      'retrying Reconnecting... 1/1',
      'status systemError',
      '3 turnCompleted failed',
    ])
  })

  it('is not tried again when that cannot help', async () => {
    const thread = await openThread()
    const error = new ModelError('no such key', { info: 'unauthorized', retryable: false })
    thread.model.script([{ type: 'fail', error }, say('better')])
    await thread.say('hi')
    await thread.turnEnded()
    await thread.say('again')
    await thread.turnEnded(2)
    expect(words(thread.model.requests[1]?.input ?? [])).toHaveLength(2)
    expect(await storedTurns(thread.store)).toEqual([
      ['failed', 'user: hi'],
      ['completed', 'user: again', 'agent: better'],
    ])
  })
})

describe('steering', () => {
  it('is read after the step that runs, before the turn rests', async () => {
    const thread = await openThread()
    thread.model.script([call('wait', { text: 'x' }, { callId: 'c1' }), say('both')])
    const turn = await thread.say('go')
    await thread.heard((signal) => inWords(signal).startsWith('delta x'))
    expect(await thread.actor.steer([text('also this')], turn.id, 'client-9')).toBe(turn.id)
    thread.release('ok')
    await thread.turnEnded()
    expect(words(thread.model.requests[1]?.input ?? []).slice(1)).toEqual([
      'function_call c1',
      'function_call_output c1 ok',
      'user: [{"type":"input_text","text":"also this"}]',
    ])
    expect((await storedTurns(thread.store))[0]).toEqual([
      'completed',
      'user: go',
      'command: wait x completed',
      'user: also this',
      'agent: both',
    ])
  })

  it('by a second start joins the running turn', async () => {
    const thread = await openThread()
    thread.model.script([call('wait', { text: 'x' }), say('done')])
    const first = await thread.say('go')
    const second = await thread.say('and this')
    expect(second.id).toBe(first.id)
    thread.release('ok')
    await thread.turnEnded()
    expect(thread.model.requests).toHaveLength(2)
  })

  it('two starts at once are one turn', async () => {
    const thread = await openThread()
    thread.model.script([say('a'), say('b')])
    const [first, second] = await Promise.all([thread.say('one'), thread.say('two')])
    await thread.turnEnded()
    expect(second.id).toBe(first.id)
    expect((await storedTurns(thread.store)).length).toBe(1)
  })
})

describe('a start that meets the end of a turn', () => {
  it('begins the next one when the turn ends by itself', async () => {
    const thread = await openThread()
    thread.model.script([call('wait', { text: 'x' }), say('one'), say('two')])
    await thread.say('go')
    thread.release('ok')
    await thread.heard((signal) => inWords(signal).endsWith('itemCompleted agentMessage'))
    const second = await thread.say('again')
    await thread.heard(
      (signal) =>
        signal.type === 'recorded' &&
        signal.event.type === 'turnCompleted' &&
        signal.event.turnId === second.id,
    )
    expect((await storedTurns(thread.store)).flat()).toContain('user: again')
    expect(thread.model.requests).toHaveLength(3)
  })

  it('begins the next one when the turn is interrupted at that moment', async () => {
    const thread = await openThread()
    thread.model.script([call('wait', { text: 'x' }), say('two')])
    const turn = await thread.say('go')
    await thread.heard((signal) => inWords(signal).startsWith('delta x'))
    await Promise.all([thread.say('and this'), thread.actor.interrupt(turn.id)])
    await thread.turnEnded(2)
    expect(await storedTurns(thread.store)).toEqual([
      ['interrupted', 'user: go', 'command: wait x failed'],
      ['completed', 'user: and this', 'agent: two'],
    ])
  })
})

describe('an interrupt', () => {
  it('keeps the partial answer in the transcript, not in the history, and a note for the model', async () => {
    const thread = await openThread()
    thread.model.script([[sayPartly('half an ans'), hang()], say('next')])
    const turn = await thread.say('hi')
    await thread.heard((signal) => signal.type === 'delta')
    await thread.actor.interrupt(turn.id)
    expect(await storedTurns(thread.store)).toEqual([
      ['interrupted', 'user: hi', 'agent: half an ans'],
    ])
    await thread.say('go on')
    await thread.turnEnded(2)
    const input = words(thread.model.requests[1]?.input ?? [])
    expect(input).toHaveLength(3)
    expect(input[1]).toContain('<turn_interrupted>')
  })

  it('of a running command gives its call an output', async () => {
    const thread = await openThread()
    thread.model.script([call('wait', { text: 'x' }, { callId: 'c1' })])
    const turn = await thread.say('hi')
    await thread.heard((signal) => inWords(signal).startsWith('delta x'))
    await thread.actor.interrupt(turn.id)
    expect(await storedTurns(thread.store)).toEqual([
      ['interrupted', 'user: hi', 'command: wait x failed'],
    ])
    const history = words(await thread.store.modelHistory('thread-1'))
    expect(history[2]).toMatch(
      /^function_call_output c1 Wall time: \d+\.\d seconds\naborted by user$/,
    )
  })

  it('records what the response cost, also when its calls take long to end', async () => {
    const thread = await openThread()
    thread.model.script([call('hold', { text: 'x' })])
    const turn = await thread.say('hi')
    await thread.heard((signal) => inWords(signal).startsWith('delta x'))
    await thread.actor.interrupt(turn.id)
    expect(thread.signals.map(inWords).slice(-4)).toEqual([
      '4 tokenUsageRecorded',
      '5 itemCompleted commandExecution',
      'status idle',
      '6 turnCompleted interrupted',
    ])
  })

  it('while a question is open withdraws it', async () => {
    const thread = await openThread()
    thread.model.script([call('ask', { text: 'x' })])
    const turn = await thread.say('hi')
    await thread.heard((signal) => inWords(signal).includes('approvalRequested'))
    await thread.actor.interrupt(turn.id)
    expect(thread.signals.map(inWords).slice(-6)).toEqual([
      '4 approvalRequested',
      '5 tokenUsageRecorded',
      '6 itemCompleted commandExecution',
      'status idle',
      '7 turnCompleted interrupted',
      '8 approvalDecided',
    ])
  })

  it('is refused when nothing runs', async () => {
    const thread = await openThread()
    await expect(thread.actor.interrupt('x')).rejects.toThrow('no active turn to interrupt')
    await expect(thread.actor.steer([], undefined, null)).rejects.toThrow('no active turn to steer')
  })
})

describe('a question', () => {
  async function asked() {
    const thread = await openThread()
    thread.model.script([call('ask', { text: 'x' }, { callId: 'c1' }), say('after')])
    await thread.say('hi')
    const signal = await thread.heard((heard) => inWords(heard).includes('approvalRequested'))
    if (signal.type !== 'recorded' || signal.event.type !== 'approvalRequested')
      throw new Error('no question')
    return { thread, approvalId: signal.event.approval.approvalId }
  }

  it('accepted once is run; a second answer is too late', async () => {
    const { thread, approvalId } = await asked()
    expect(thread.actor.status()).toEqual({ type: 'active', activeFlags: ['waitingOnApproval'] })
    expect(await thread.actor.respond(approvalId, { decision: 'accept' })).toBe(true)
    expect(await thread.actor.respond(approvalId, { decision: 'decline' })).toBe(false)
    await thread.turnEnded()
    expect((await storedTurns(thread.store))[0]).toContain('command: ask x completed')
  })

  it('declined tells the model and goes on', async () => {
    const { thread, approvalId } = await asked()
    await thread.actor.respond(approvalId, { decision: 'decline' })
    await thread.turnEnded()
    expect((await storedTurns(thread.store))[0]).toEqual([
      'completed',
      'user: hi',
      'command: ask x declined',
      'agent: after',
    ])
    expect(words(thread.model.requests[1]?.input ?? [])[2]).toContain('rejected by user')
  })

  it('cancelled stops the turn without another request', async () => {
    const { thread, approvalId } = await asked()
    await thread.actor.respond(approvalId, { decision: 'cancel' })
    await thread.turnEnded()
    expect(thread.model.requests).toHaveLength(1)
    expect((await storedTurns(thread.store))[0]).toEqual([
      'interrupted',
      'user: hi',
      'command: ask x declined',
    ])
  })
})

describe('the queue', () => {
  it('says each of several messages that were queued at once one time', async () => {
    const thread = await openThread()
    thread.model.script([say('one'), say('two')])
    const entry = (id: string) => ({
      id,
      input: [text(id)],
      clientUserMessageId: null,
      metadata: null,
    })
    await Promise.all(
      ['a', 'b'].map((id) => thread.actor.changeQueue({ type: 'add', entry: entry(id) })),
    )
    await thread.turnEnded(2)
    expect(await storedTurns(thread.store)).toEqual([
      ['completed', 'user: a', 'agent: one'],
      ['completed', 'user: b', 'agent: two'],
    ])
    expect(thread.actor.state().queue).toEqual([])
  })

  it('starts the next message when a turn ends, and waits after an interrupt', async () => {
    const thread = await openThread()
    thread.model.script([call('wait', { text: 'x' }), say('one'), [sayPartly('two'), hang()]])
    await thread.say('go')
    const entry = (id: string) => ({
      id,
      input: [text(id)],
      clientUserMessageId: null,
      metadata: null,
    })
    await thread.actor.changeQueue({ type: 'add', entry: entry('a') })
    await thread.actor.changeQueue({ type: 'add', entry: entry('b') })
    thread.release('ok')
    await thread.heard((signal) => inWords(signal) === 'delta two')
    const second = thread.actor.state().turn
    expect([second?.kind, thread.actor.state().queue.map(({ id }) => id)]).toEqual(['queue', ['b']])
    await thread.actor.interrupt(second?.id ?? '')
    await thread.actor.idle()
    expect([thread.actor.state().turn, thread.actor.state().queue.map(({ id }) => id)]).toEqual([
      null,
      ['b'],
    ])
  })
})
