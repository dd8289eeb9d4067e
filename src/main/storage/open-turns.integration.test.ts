import { beforeEach, describe, expect, it } from 'vitest'
import { approval, command, functionCall, steer } from '../../../test/builders.ts'
import { makeTestHome, openTestStore } from '../../../test/open-test-store.ts'
import type { PartialKey } from './journal.ts'
import type { Store } from './store.ts'
import {
  answer,
  threadCreated,
  turnCompleted,
  turnStarted,
  wholeTurn,
} from './test-support/events.ts'
import type { ThreadEvent } from './thread-event.ts'

const thread = 'thread-1'
let home: string
let store: Store
let nowMs: number

beforeEach(async () => {
  home = await makeTestHome()
  nowMs = 5000
  store = await openTestStore({ home, clock: { now: () => nowMs } })
})

async function create(...more: readonly ThreadEvent[]): Promise<number> {
  return store.journal.commit(thread, 0, 1000, [threadCreated(), ...more])
}

function checkpoint(itemId: string, kind: PartialKey['kind'], field: string, text: string): void {
  store.journal.checkpoint(thread, { turnId: 'turn-1', itemId, kind, field }, text)
  nowMs += 10
}

/** As after the end of the process: what is not on disk is gone. */
async function reopen(): Promise<void> {
  await store.close()
  store = await openTestStore({ home })
}

describe('turns that were cut by the end of the process', () => {
  it('are none when every turn has ended', async () => {
    await create(...wholeTurn('turn-1'))
    expect(await store.openTurns()).toEqual([])
    expect(await store.strayItems()).toEqual([])
  })

  it('come with all that is needed to close them', async () => {
    const call = functionCall('call-1')
    const seq = await create(
      turnStarted('turn-1'),
      {
        type: 'modelItemsRecorded',
        turnId: 'turn-1',
        items: [
          functionCall('call-0'),
          { type: 'function_call_output', call_id: 'call-0', output: 'done' },
          call,
        ],
      },
      { type: 'itemStarted', turnId: 'turn-1', item: command('call-1') },
      { type: 'approvalRequested', approval: approval('approval-1', 'turn-1', 'call-1') },
      { type: 'inputSteered', steer: steer('steer-1', 'turn-1', 'a') },
      { type: 'inputSteered', steer: steer('steer-2', 'turn-1', 'b') },
    )
    await store.journal.commit(thread, seq, 2000, [{ type: 'steersConsumed', ids: ['steer-1'] }])
    await reopen()
    expect(await store.openTurns()).toEqual([
      {
        threadId: thread,
        kind: 'user',
        lastSeq: seq,
        turnId: 'turn-1',
        startedMs: 1000,
        lastKnownMs: 1000,
        openItems: [command('call-1')],
        unansweredCalls: [call],
        pendingApprovals: [approval('approval-1', 'turn-1', 'call-1')],
        pendingSteers: [steer('steer-2', 'turn-1', 'b')],
      },
    ])
  })

  it('have the text that streamed, in the order in which it began', async () => {
    await create(turnStarted('turn-1'))
    checkpoint('reason', 'reasoning', 'summary:0', 'First ')
    checkpoint('reason', 'reasoning', 'summary:1', 'then')
    checkpoint('reason', 'reasoning', 'summary:0', 'this')
    checkpoint('reason', 'reasoning', 'content:0', 'raw')
    checkpoint('answer', 'agentMessage', 'text', 'I am ')
    checkpoint('answer', 'agentMessage', 'text', 'about to')
    await reopen()
    const [turn] = await store.openTurns()
    expect(turn?.openItems).toEqual([
      {
        type: 'reasoning',
        id: 'reason',
        summary: ['First this', 'then'],
        content: ['raw'],
        startedAtMs: 5000,
      },
      { ...answer('answer', 'I am about to'), startedAtMs: 5040 },
    ])
    expect(turn?.lastKnownMs).toBe(5050)
  })

  it('have the output that a running command had', async () => {
    await create(turnStarted('turn-1'), {
      type: 'itemStarted',
      turnId: 'turn-1',
      item: command('call-1'),
    })
    checkpoint('call-1', 'commandExecution', 'output', 'line 1\n')
    checkpoint('call-1', 'commandExecution', 'output', 'line 2\n')
    await reopen()
    const [turn] = await store.openTurns()
    expect(turn?.openItems).toEqual([command('call-1', { aggregatedOutput: 'line 1\nline 2\n' })])
  })

  it('have no text of items that completed, were cut, or were dropped with a broken attempt', async () => {
    const seq = await create(turnStarted('turn-1'))
    for (const id of ['done', 'cut', 'dropped']) checkpoint(id, 'agentMessage', 'text', 'half')
    store.journal.discard(thread, ['dropped'])
    await store.journal.commit(thread, seq, 2000, [
      { type: 'itemCompleted', turnId: 'turn-1', item: answer('done', 'whole') },
      { type: 'itemCut', turnId: 'turn-1', item: answer('cut', 'half') },
    ])
    await reopen()
    const [turn] = await store.openTurns()
    expect(turn?.openItems).toEqual([])
    const page = { threadId: thread, cursor: undefined, limit: 5, sortDirection: 'asc' } as const
    const { data } = await store.turnsPage({ ...page, itemsView: 'full' })
    expect(data[0]?.items).toEqual([answer('done', 'whole'), answer('cut', 'half')])
  })
})

describe('background commands that were cut by the end of the process', () => {
  it('are found although their turn has ended, with the output of before and after its end', async () => {
    const seq = await create(turnStarted('turn-1'), {
      type: 'itemStarted',
      turnId: 'turn-1',
      item: command('server'),
    })
    checkpoint('server', 'commandExecution', 'output', 'before ')
    checkpoint('answer', 'agentMessage', 'text', 'never completed')
    await store.journal.commit(thread, seq, 6000, [turnCompleted('turn-1')])
    checkpoint('server', 'commandExecution', 'output', 'after')
    await reopen()
    expect(await store.openTurns()).toEqual([])
    expect(await store.strayItems()).toEqual([
      {
        threadId: thread,
        lastSeq: seq + 1,
        turnId: 'turn-1',
        item: command('server', { aggregatedOutput: 'before after' }),
      },
    ])
  })
})
