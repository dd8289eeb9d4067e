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
import type { ThreadEvent } from '../storage/thread-event.ts'
import { apply, statusOf, type ThreadState } from './thread-state.ts'

function replay(state: ThreadState, ...events: ThreadEvent[]): ThreadState {
  return events.reduce((before, event) => apply(before, event, 2000), state)
}

const turnStarted: ThreadEvent = {
  type: 'turnStarted',
  turnId: 'turn-1',
  rootTurnId: 'turn-1',
  kind: 'user',
  snapshot: { id: snapshot().id, json: snapshot().json },
  onlyThisTurn: [],
}
const completed = (status: 'completed' | 'failed'): ThreadEvent => ({
  type: 'turnCompleted',
  turnId: 'turn-1',
  status,
  reason: null,
  error: null,
  durationMs: 1,
})

describe('numbers', () => {
  it('count numbered facts only', () => {
    const state = replay(
      threadState({ stored: false }),
      { type: 'modelItemsRecorded', turnId: null, items: [] },
      turnStarted,
      { type: 'threadRenamed', name: 'n' },
    )
    expect(state.lastSeq).toBe(2)
  })
})

describe('status', () => {
  it('follows turns, questions and failures', () => {
    const running = replay(threadState(), turnStarted)
    const asked = replay(running, {
      type: 'approvalRequested',
      approval: approval('a', 'turn-1', 'i'),
    })
    expect(
      [
        threadState(),
        running,
        asked,
        replay(running, completed('completed')),
        replay(running, completed('failed')),
        replay(running, completed('failed'), turnStarted),
      ].map(statusOf),
    ).toEqual([
      { type: 'idle' },
      { type: 'active', activeFlags: [] },
      { type: 'active', activeFlags: ['waitingOnApproval'] },
      { type: 'idle' },
      { type: 'systemError' },
      { type: 'active', activeFlags: [] },
    ])
  })
})

describe('the preview', () => {
  it('is the first text a person wrote, cut, and never changes after that', () => {
    const message = (words: string): ThreadEvent => ({
      type: 'itemCompleted',
      turnId: 'turn-1',
      item: { type: 'userMessage', id: words.slice(0, 5), clientId: null, content: [text(words)] },
    })
    const first = replay(threadState(), turnStarted, message(`  ${'a'.repeat(500)}`))
    expect(first.preview).toBe('a'.repeat(400))
    expect(replay(first, message('later')).preview).toBe('a'.repeat(400))
  })
})

describe('a turn', () => {
  const running = replay(threadState(), turnStarted)

  it('knows its open items and its last answer', () => {
    const state = replay(
      running,
      { type: 'itemStarted', turnId: 'turn-1', item: command('c1') },
      { type: 'itemStarted', turnId: 'turn-1', item: command('c2') },
      { type: 'itemCompleted', turnId: 'turn-1', item: command('c1', { status: 'completed' }) },
      { type: 'itemCompleted', turnId: 'turn-1', item: agentMessage('m', 'done') },
    )
    expect([...(state.turn?.openItems.keys() ?? [])]).toEqual(['c2'])
    expect(state.turn?.lastAgentMessage).toEqual(agentMessage('m', 'done'))
  })

  it('knows which calls have no output yet', () => {
    const state = replay(
      running,
      {
        type: 'modelItemsRecorded',
        turnId: 'turn-1',
        items: [functionCall('a'), functionCall('b')],
      },
      {
        type: 'modelItemsRecorded',
        turnId: 'turn-1',
        items: [{ type: 'function_call_output', call_id: 'a', output: '' }],
      },
    )
    expect([...(state.turn?.openCalls ?? [])]).toEqual([
      ['b', { call: functionCall('b'), atMs: 2000 }],
    ])
  })

  it('holds steered input once, until it is consumed', () => {
    const one = steer('s1', 'turn-1', 'x')
    const held = replay(
      running,
      { type: 'inputSteered', steer: one },
      { type: 'inputSteered', steer: one },
    )
    expect(held.turn?.steers).toEqual([one])
    expect(replay(held, { type: 'steersConsumed', ids: ['s1'] }).turn?.steers).toEqual([])
  })

  it('is not touched by items of an earlier turn, which may complete late', () => {
    const late: ThreadEvent = {
      type: 'itemCompleted',
      turnId: 'turn-0',
      item: command('old', { status: 'completed' }),
    }
    expect(replay(running, late).turn).toEqual(running.turn)
    expect(replay(threadState(), late).lastSeq).toBe(1)
  })
})
