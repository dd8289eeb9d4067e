import { expect, test } from 'vitest'
import {
  type ComposerInput,
  type ComposerState,
  canSubmit,
  draftOf,
  nextState,
  startState,
} from './composer-state.ts'

function after(state: ComposerState, ...inputs: ComposerInput[]): ComposerState {
  return inputs.reduce(nextState, state)
}

const steered = after(startState('Do it'), { type: 'submitted', way: 'steer', newId: 'a' })

test('a text that was handed over leaves the field and stays in the draft until it is recorded', () => {
  const handover = { clientId: 'a', text: 'Do it', way: 'steer' }
  expect(steered).toEqual({ text: '', sending: handover, refused: null })
  expect(draftOf(steered)).toBe('Do it')
  expect(draftOf(after(steered, { type: 'accepted', clientId: 'a' }))).toBe('')
})

test('a refused text comes back with the reason, before what was typed meanwhile', () => {
  const back = after(
    steered,
    { type: 'typed', text: 'and more' },
    { type: 'refused', clientId: 'a', reason: 'The turn has ended' },
  )
  expect(back).toEqual({
    text: 'Do it\n\nand more',
    sending: null,
    refused: { clientId: 'a', text: 'Do it', way: 'steer', reason: 'The turn has ended' },
  })
})

test('the same words handed over again keep their name, so that they are not taken twice', () => {
  const back = after(steered, { type: 'refused', clientId: 'a', reason: 'Connection lost' })
  const again = after(back, { type: 'submitted', way: 'queue', newId: 'b' })
  expect(again.sending).toEqual({ clientId: 'a', text: 'Do it', way: 'queue' })
  const changed = after(
    back,
    { type: 'typed', text: 'Do that' },
    { type: 'submitted', way: 'queue', newId: 'b' },
  )
  expect(changed.sending?.clientId).toBe('b')
})

test('a text that came back although it had arrived is taken away again', () => {
  const back = after(
    steered,
    { type: 'refused', clientId: 'a', reason: 'Connection lost' },
    { type: 'typed', text: 'Do it\n\nand more' },
    { type: 'accepted', clientId: 'a' },
  )
  expect(back).toEqual({ text: 'and more', sending: null, refused: null })
})

test('nothing is handed over while another text is on its way, nor when there are no words', () => {
  const typed = after(steered, { type: 'typed', text: 'Next' })
  expect(after(typed, { type: 'submitted', way: 'send', newId: 'b' })).toBe(typed)
  expect(canSubmit(startState('  \n'))).toBe(false)
})

test('answers to other texts change nothing', () => {
  expect(after(steered, { type: 'accepted', clientId: 'x' })).toBe(steered)
  expect(after(steered, { type: 'refused', clientId: 'x', reason: '' })).toBe(steered)
})

test('a reason that was read goes, the text stays', () => {
  const back = after(
    steered,
    { type: 'refused', clientId: 'a', reason: 'No' },
    { type: 'reasonRead' },
  )
  expect(back).toEqual({ text: 'Do it', sending: null, refused: null })
})
