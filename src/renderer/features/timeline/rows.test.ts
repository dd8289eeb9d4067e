import { expect, test } from 'vitest'
import type { ThreadItem } from '../../../protocol/index.ts'
import { itemView, turnView } from '../../state/read-thread.ts'
import type { TurnView } from '../../state/thread-state.ts'
import {
  aCommand,
  anAgentMessage,
  aReasoning,
  aTurn,
  aUserMessage,
} from '../../test-support/thread-builders.ts'
import { itemsAfter, noRows, rowsOfTurn, type TimelineRow, timelineRows } from './rows.ts'

function says(id: string, phase: 'commentary' | 'final_answer' | null = null): ThreadItem {
  return anAgentMessage({ id, phase })
}

function asks(id: string): ThreadItem {
  return aUserMessage({ id })
}

function thinks(id: string): ThreadItem {
  return aReasoning({ id })
}

function cuts(id: string): ThreadItem {
  return { type: 'contextCompaction', id }
}

function turnOf(items: ThreadItem[], more: Partial<TurnView> = {}): TurnView {
  return { ...turnView(aTurn({ id: 't', items })), number: 1, ...more }
}

function named(rows: readonly TimelineRow[]): string[] {
  return rows.map((row) => (row.kind === 'item' ? `${row.role} ${row.itemKey}` : row.kind))
}

const turn = turnOf([asks('q'), thinks('r'), says('c', 'commentary'), asks('s'), says('a')])

test('a turn is its question, its work and its answer', () => {
  expect(named(rowsOfTurn(turn, true))).toEqual([
    'head',
    'question q',
    'work',
    'work r',
    'work c',
    'steer s',
    'answer a',
    'foot',
  ])
})

test('closed work hides what was done, not what the person said', () => {
  const rows = rowsOfTurn(turn, false)
  expect(named(rows)).toEqual(['head', 'question q', 'work', 'steer s', 'answer a', 'foot'])
})

test('a command that the person ran themselves is shown like their words', () => {
  const ran = turnOf([aCommand({ id: 'x', source: 'userShell' })])
  expect(named(rowsOfTurn(ran, false))).toEqual(['head', 'work x', 'foot'])
  const asked = turnOf([asks('q'), aCommand({ id: 'x' }), says('a')])
  expect(named(rowsOfTurn(asked, false))).toEqual([
    'head',
    'question q',
    'work',
    'answer a',
    'foot',
  ])
})

test('a turn of words alone has no work to close', () => {
  const rows = rowsOfTurn(turnOf([asks('q'), says('c', 'commentary'), says('a')]), false)
  expect(named(rows)).toEqual(['head', 'question q', 'work c', 'answer a', 'foot'])
})

test('the place where the context was cut stays in sight', () => {
  const rows = rowsOfTurn(turnOf([asks('q'), thinks('r'), cuts('k'), says('a')]), false)
  expect(named(rows)).toEqual(['head', 'question q', 'work', 'work k', 'answer a', 'foot'])
})

test('plan, retry and error have their places', () => {
  const rows = rowsOfTurn(
    turnOf([asks('q'), says('a')], {
      plan: { explanation: null, steps: [] },
      retry: { message: '', attempt: 1, attemptsMax: 5 },
      error: { message: '', codexErrorInfo: null, additionalDetails: null },
    }),
    true,
  )
  const places = ['head', 'question q', 'work', 'plan', 'answer a', 'retry', 'error', 'foot']
  expect(named(rows)).toEqual(places)
})

test('a turn without items yet is its head and foot', () => {
  expect(named(rowsOfTurn(turnOf([]), true))).toEqual(['head', 'foot'])
})

test('text that streams in leaves the rows the same objects', () => {
  const other = { ...turn, id: 'before' }
  const first = timelineRows([other, turn], () => true, noRows)
  const items = turn.items.map((one) => ({ ...one, isOpen: true }))
  const second = timelineRows([other, { ...turn, items }], () => true, first)
  expect(second.rows).toBe(first.rows)
})

test('an added item changes the rows, and those of other turns stay', () => {
  const other = { ...turn, id: 'before' }
  const first = timelineRows([other, turn], () => true, noRows)
  const items = [...turn.items, itemView(thinks('later'), true)]
  const second = timelineRows([other, { ...turn, items }], () => true, first)
  expect(second.rows.length).toBe(first.rows.length + 1)
  expect(second.rows[0]).toBe(first.rows[0])
})

test('older turns are put in front', () => {
  const first = timelineRows([turn], () => true, noRows)
  const second = timelineRows([{ ...turn, id: 'older' }, turn], () => true, first)
  expect(second.rows[0]?.turnId).toBe('older')
  expect(second.rows.at(-1)).toBe(first.rows.at(-1))
})

test('new items are counted from the row that was seen last', () => {
  const { rows } = timelineRows([turn], () => true, noRows)
  expect(itemsAfter(rows, 't/item/c')).toBe(2)
  expect(itemsAfter(rows, 't/foot')).toBe(0)
  expect(itemsAfter(rows, 't/item/gone')).toBe(0)
  expect(itemsAfter(rows, null)).toBe(0)
})
