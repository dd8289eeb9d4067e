import { expect, test } from 'vitest'
import { turnView } from '../../state/read-thread.ts'
import { anAgentMessage, aTurn, aUserMessage } from '../../test-support/thread-builders.ts'
import { earlierMessages, stepInHistory } from './message-history.ts'

function said(id: string, text: string) {
  return aUserMessage({ id, content: [{ type: 'text', text }] })
}

test('earlier messages are the person’s own, latest first, each once in a row', () => {
  const turns = [
    aTurn({ items: [said('1', 'one'), anAgentMessage({ text: 'answer' })] }),
    aTurn({ items: [said('2', 'two'), said('3', 'two'), said('4', '')] }),
  ]
  expect(earlierMessages({ turns: turns.map(turnView) })).toEqual(['two', 'one'])
})

test('history goes back to the first message and forward to the empty field', () => {
  expect(stepInHistory(null, 1, 2)).toBe(0)
  expect(stepInHistory(0, 1, 2)).toBe(1)
  expect(stepInHistory(1, 1, 2)).toBeUndefined()
  expect(stepInHistory(0, -1, 2)).toBeNull()
  expect(stepInHistory(null, -1, 2)).toBeUndefined()
})
