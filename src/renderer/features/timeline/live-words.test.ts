import { expect, test } from 'vitest'
import { turnView } from '../../state/read-thread.ts'
import { emptyThreadState, type ThreadState } from '../../state/thread-state.ts'
import { anAgentMessage, aRunningTurn, aTurn } from '../../test-support/thread-builders.ts'
import { liveWords } from './live-words.ts'

function stateOf(changes: Partial<ThreadState>): ThreadState {
  return { ...emptyThreadState('thread-1'), phase: 'ready', ...changes }
}

const idle = stateOf({})
const running = stateOf({ turns: [turnView(aRunningTurn())] })
const waiting = stateOf({
  ...running,
  status: { type: 'active', activeFlags: ['waitingOnApproval'] },
})

function ended(status: 'completed' | 'failed' | 'interrupted'): ThreadState {
  const items = [anAgentMessage({ text: 'One.\n\nTwo.' })]
  return stateOf({ turns: [turnView(aTurn({ status, items }))] })
}

test('the beginning, a wait and the end of a turn are announced', () => {
  expect(liveWords(idle, running)).toBe('Turn started')
  expect(liveWords(running, waiting)).toBe('Waiting for approval')
  expect(liveWords(running, ended('completed'))).toBe('Turn finished, 2 lines')
  expect(liveWords(running, ended('failed'))).toBe('Turn failed')
  expect(liveWords(running, ended('interrupted'))).toBe('Turn interrupted')
})

test('text that arrives, and reading the thread, are not', () => {
  expect(liveWords(running, stateOf({ ...running, lastSeq: 7 }))).toBeNull()
  expect(liveWords(waiting, waiting)).toBeNull()
  expect(liveWords(emptyThreadState('thread-1'), running)).toBeNull()
})
