import { describe, expect, it } from 'vitest'
import {
  agentMessage,
  approval,
  command,
  functionCall,
  snapshot,
  steer,
  text,
  threadState,
} from '../../../test/builders.ts'
import type { SkeinError } from '../lib/errors.ts'
import type { ThreadEvent } from '../storage/thread-event.ts'
import {
  checkInterrupt,
  checkSteer,
  decideAnswer,
  decideArchive,
  decideCut,
  decideFinish,
  decideQueue,
  decideRecord,
  decideRename,
  decideStartTurn,
  decideSteer,
  decideTakeSteers,
  decideUnarchive,
} from './decisions.ts'
import { apply, type ThreadState } from './thread-state.ts'

const turnStarted: ThreadEvent = {
  type: 'turnStarted',
  turnId: 'turn-1',
  rootTurnId: 'turn-1',
  kind: 'user',
  snapshot: { id: snapshot().id, json: snapshot().json },
  onlyThisTurn: [],
}

function replay(state: ThreadState, ...events: ThreadEvent[]): ThreadState {
  return events.reduce((before, event) => apply(before, event, 2000), state)
}

const running = replay(threadState(), turnStarted)

function refusal(act: () => unknown): { code: string; message: string } {
  try {
    act()
  } catch (error) {
    const { code, message } = error as SkeinError
    return { code, message }
  }
  throw new Error('nothing was refused')
}

describe('a turn starts', () => {
  const start = {
    turnId: 'turn-1',
    itemId: 'item-1',
    kind: 'user',
    clientId: 'client-1',
    input: [text('hello')],
    model: { type: 'message', role: 'user' },
    snapshot: snapshot(),
    context: [{ type: 'message', role: 'developer' }],
  } as const

  it('with its input as an item and the context before it in the history', () => {
    expect(decideStartTurn(threadState(), start, 5)).toEqual([
      turnStarted,
      {
        type: 'itemCompleted',
        turnId: 'turn-1',
        item: {
          type: 'userMessage',
          id: 'item-1',
          clientId: 'client-1',
          content: [text('hello')],
          startedAtMs: 5,
          completedAtMs: 5,
        },
      },
      {
        type: 'modelItemsRecorded',
        turnId: 'turn-1',
        items: [
          { type: 'message', role: 'developer' },
          { type: 'message', role: 'user' },
        ],
      },
    ])
  })

  it('and records changed settings before it', () => {
    const changed = snapshot({ model: 'other' })
    const [first] = decideStartTurn(threadState(), { ...start, snapshot: changed }, 5)
    expect(first).toEqual({
      type: 'settingsChanged',
      columns: { cwd: '/srv', modelProvider: 'fake', model: 'other', effort: null },
      snapshot: { id: changed.id, json: changed.json },
    })
  })

  it('without an item when the input is empty', () => {
    const events = decideStartTurn(
      threadState(),
      { ...start, input: [], model: null, context: [] },
      5,
    )
    expect(events).toEqual([turnStarted])
  })

  it('and takes its entry out of the queue', () => {
    const entry = (id: string) => ({
      id,
      input: [text(id)],
      clientUserMessageId: null,
      metadata: null,
    })
    const state = threadState({ queue: [entry('a'), entry('b')] })
    const events = decideStartTurn(state, { ...start, kind: 'queue', queuedId: 'a' }, 5)
    expect(events[0]).toEqual({ type: 'queueChanged', queue: [entry('b')] })
  })
})

describe('steering is refused in the order of the reference', () => {
  it('without a turn, also when the input is empty', () => {
    expect(refusal(() => checkSteer(null, [], 'x')).message).toBe('no active turn to steer')
  })
  it('when another turn runs, also when the input is empty', () => {
    expect(refusal(() => checkSteer(running.turn, [], 'other')).message).toBe(
      'expected active turn id `other` but found `turn-1`',
    )
  })
  it('when the input is empty', () => {
    expect(refusal(() => checkSteer(running.turn, [], 'turn-1')).message).toBe(
      'input must not be empty',
    )
  })
  it('and accepted otherwise, with or without an expected id', () => {
    expect(checkSteer(running.turn, [text('x')], 'turn-1')).toBe(running.turn)
    expect(checkSteer(running.turn, [text('x')], undefined)).toBe(running.turn)
  })
})

describe('steered input', () => {
  it('is recorded while its turn runs and forgotten after it', () => {
    const pending = steer('s', 'turn-1', 'more')
    expect(decideSteer(running, pending)).toEqual([{ type: 'inputSteered', steer: pending }])
    expect(decideSteer(threadState(), pending)).toEqual([])
  })

  it('becomes an item and a message when the loop takes it', () => {
    const pending = steer('s', 'turn-1', 'more')
    expect(decideTakeSteers(running, 'turn-1', [pending], 7)).toEqual([
      {
        type: 'itemCompleted',
        turnId: 'turn-1',
        item: {
          type: 'userMessage',
          id: 's',
          clientId: null,
          content: [text('more')],
          startedAtMs: 7,
          completedAtMs: 7,
        },
      },
      { type: 'steersConsumed', ids: ['s'] },
      { type: 'modelItemsRecorded', turnId: 'turn-1', items: [pending.model] },
    ])
    expect(decideTakeSteers(running, 'turn-1', [], 7)).toEqual([])
    expect(decideTakeSteers(running, 'turn-0', [pending], 7)).toEqual([])
  })
})

describe('interrupting is refused', () => {
  it('without a turn', () => {
    expect(refusal(() => checkInterrupt(null, 'x')).message).toBe('no active turn to interrupt')
  })
  it('for another turn', () => {
    expect(refusal(() => checkInterrupt(running.turn, 'x')).message).toBe(
      'expected active turn id x but found turn-1',
    )
  })
})

describe('a cut turn', () => {
  const call = functionCall('call-1')
  const cutState = replay(
    running,
    { type: 'modelItemsRecorded', turnId: 'turn-1', items: [call] },
    { type: 'itemStarted', turnId: 'turn-1', item: command('call-1', { startedAtMs: 1500 }) },
    { type: 'itemStarted', turnId: 'turn-1', item: command('call-2') },
    { type: 'approvalRequested', approval: approval('a-1', 'turn-1', 'call-2') },
  )
  const pending = steer('s', 'turn-1', 'wait')
  const events = decideCut(
    cutState,
    {
      turnId: 'turn-1',
      openItems: [...(cutState.turn?.openItems.values() ?? []), agentMessage('m', 'half an')],
      steers: [pending],
    },
    'user',
    4500,
  )

  it('keeps what it showed, says how each item ended, and keeps what was steered in', () => {
    const items = events.flatMap((event) =>
      event.type === 'itemCut' || event.type === 'itemCompleted' ? [[event.type, event.item]] : [],
    )
    expect(items).toEqual([
      [
        'itemCompleted',
        command('call-1', {
          status: 'failed',
          startedAtMs: 1500,
          completedAtMs: 4500,
          durationMs: 3000,
        }),
      ],
      [
        'itemCompleted',
        command('call-2', { status: 'declined', completedAtMs: 4500, durationMs: null }),
      ],
      ['itemCut', { ...agentMessage('m', 'half an'), completedAtMs: 4500 }],
      [
        'itemCompleted',
        {
          type: 'userMessage',
          id: 's',
          clientId: null,
          content: [text('wait')],
          startedAtMs: 4500,
          completedAtMs: 4500,
        },
      ],
    ])
  })

  it('leaves the history well-formed: outputs for open calls, the steered words, a note', () => {
    const recorded = events.find((event) => event.type === 'modelItemsRecorded')
    expect(recorded?.type === 'modelItemsRecorded' && recorded.items.slice(0, 2)).toEqual([
      {
        type: 'function_call_output',
        call_id: 'call-1',
        output: 'Wall time: 2.5 seconds\naborted by user',
      },
      pending.model,
    ])
    expect(JSON.stringify(recorded)).toContain('stopped the previous turn on purpose')
  })

  it('ends, and then withdraws its questions', () => {
    expect(events.slice(-2)).toEqual([
      {
        type: 'turnCompleted',
        turnId: 'turn-1',
        status: 'interrupted',
        reason: 'user',
        error: null,
        durationMs: 2500,
      },
      {
        type: 'approvalDecided',
        approvalId: 'a-1',
        state: 'cancelled',
        decision: null,
        reviewer: null,
      },
    ])
  })

  it('is no event when the turn ended meanwhile', () => {
    const none = decideCut(
      threadState(),
      { turnId: 'turn-1', openItems: [], steers: [] },
      'user',
      1,
    )
    expect(none).toEqual([])
  })
})

describe('facts of a turn', () => {
  const fact: ThreadEvent = { type: 'diffUpdated', turnId: 'turn-1', diff: '' }
  it('are recorded while it runs, and dropped when it ended', () => {
    expect(decideRecord(running, 'turn-1', [fact])).toEqual([fact])
    expect(decideRecord(threadState(), 'turn-1', [fact])).toEqual([])
    expect(decideFinish(threadState(), 'turn-1', { status: 'completed' }, 1)).toEqual([])
  })
})

describe('an approval', () => {
  const waiting = replay(running, {
    type: 'approvalRequested',
    approval: approval('a-1', 'turn-1', 'call-1'),
  })
  it.each([
    ['accept', 'approved'],
    ['acceptForSession', 'approved'],
    ['decline', 'denied'],
    ['cancel', 'cancelled'],
  ] as const)('answered with %s is %s', (decision, state) => {
    expect(decideAnswer(waiting, 'a-1', { decision }, 5)).toEqual([
      { type: 'approvalDecided', approvalId: 'a-1', state, decision, reviewer: 'user' },
    ])
  })
  it('cancelled says that its command was declined', () => {
    const shown = replay(waiting, {
      type: 'itemStarted',
      turnId: 'turn-1',
      item: command('call-1'),
    })
    expect(decideAnswer(shown, 'a-1', { decision: 'cancel' }, 5)[1]).toEqual({
      type: 'itemCompleted',
      turnId: 'turn-1',
      item: command('call-1', { status: 'declined', completedAtMs: 5, durationMs: null }),
    })
  })
  it('answered twice or too late is no event', () => {
    const [decided] = decideAnswer(waiting, 'a-1', { decision: 'accept' }, 5)
    if (!decided) throw new Error('expected a decision')
    expect(decideAnswer(replay(waiting, decided), 'a-1', { decision: 'decline' }, 5)).toEqual([])
    expect(decideAnswer(threadState(), 'a-1', { decision: 'accept' }, 5)).toEqual([])
  })
})

describe('small changes', () => {
  it('a name is trimmed; a blank or endless one is refused, naming the field', () => {
    expect(decideRename('  My thread ')).toEqual([{ type: 'threadRenamed', name: 'My thread' }])
    expect(refusal(() => decideRename('   ')).message).toBe('name: must not be empty')
    expect(refusal(() => decideRename('x'.repeat(201))).message).toContain('200')
  })
  it('archiving twice is one event; unarchiving what is not archived is refused', () => {
    expect(decideArchive(threadState())).toEqual([{ type: 'threadArchived' }])
    expect(decideArchive(threadState({ archived: true }))).toEqual([])
    expect(decideUnarchive(threadState({ archived: true }))).toEqual([{ type: 'threadUnarchived' }])
    expect(refusal(() => decideUnarchive(threadState())).code).toBe('conflict')
  })
})

describe('the queue', () => {
  const entry = (id: string) => ({
    id,
    input: [text(id)],
    clientUserMessageId: null,
    metadata: null,
  })
  const state = threadState({ queue: [entry('a'), entry('b')] })

  it('grows, changes, shrinks and is put in order', () => {
    const add = decideQueue(state, { type: 'add', entry: entry('c') })
    expect(add).toEqual([{ type: 'queueChanged', queue: [entry('a'), entry('b'), entry('c')] }])
    const update = decideQueue(state, { type: 'update', id: 'b', input: [text('new')] })
    expect(update).toEqual([
      { type: 'queueChanged', queue: [entry('a'), { ...entry('b'), input: [text('new')] }] },
    ])
    expect(decideQueue(state, { type: 'delete', id: 'a' })).toEqual([
      { type: 'queueChanged', queue: [entry('b')] },
    ])
    expect(decideQueue(state, { type: 'delete', id: 'x' })).toEqual([])
    expect(decideQueue(state, { type: 'reorder', ids: ['b', 'a'] })).toEqual([
      { type: 'queueChanged', queue: [entry('b'), entry('a')] },
    ])
  })

  it.each([[['a']], [['a', 'a']], [['a', 'b', 'c']], [['a', 'x']]])(
    'refuses %j as an order: it is no permutation',
    (ids) => {
      expect(refusal(() => decideQueue(state, { type: 'reorder', ids })).code).toBe('invalidParams')
    },
  )
})
