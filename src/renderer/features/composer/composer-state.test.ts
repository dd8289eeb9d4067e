import { expect, test } from 'vitest'
import {
  type ComposerInput,
  type ComposerState,
  canSubmit,
  draftOf,
  nextState,
  startState,
} from './composer-state.ts'
import { type Attachment, emptyDraft } from './draft.ts'

function after(state: ComposerState, ...inputs: ComposerInput[]): ComposerState {
  return inputs.reduce(nextState, state)
}

const noted: Attachment = { kind: 'text', name: null, text: 'notes' }
const none = emptyDraft.attachments
const draft = (text: string) => ({ text, attachments: none })
const steered = after(startState(draft('Do it')), { type: 'submitted', way: 'steer', newId: 'a' })

test('a text that was handed over leaves the field and stays in the draft until it is recorded', () => {
  const handover = { clientId: 'a', text: 'Do it', attachments: none, way: 'steer' }
  expect(steered).toEqual({ ...emptyDraft, sending: handover, refused: null })
  expect(draftOf(steered)).toEqual(draft('Do it'))
  expect(draftOf(after(steered, { type: 'accepted', clientId: 'a' }))).toEqual(emptyDraft)
})

test('a refused text comes back with the reason, before what was typed meanwhile', () => {
  const back = after(
    steered,
    { type: 'typed', text: 'and more' },
    { type: 'refused', clientId: 'a', reason: 'The turn has ended' },
  )
  expect(back).toEqual({
    ...draft('Do it\n\nand more'),
    sending: null,
    refused: { clientId: 'a', ...draft('Do it'), way: 'steer', reason: 'The turn has ended' },
  })
})

test('the same words handed over again keep their name, so that they are not taken twice', () => {
  const back = after(steered, { type: 'refused', clientId: 'a', reason: 'Connection lost' })
  const again = after(back, { type: 'submitted', way: 'queue', newId: 'b' })
  expect(again.sending).toEqual({ clientId: 'a', ...draft('Do it'), way: 'queue' })
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
  expect(back).toEqual({ ...draft('and more'), sending: null, refused: null })
})

test('nothing is handed over while another text is on its way, nor when there are no words', () => {
  const typed = after(steered, { type: 'typed', text: 'Next' })
  expect(after(typed, { type: 'submitted', way: 'send', newId: 'b' })).toBe(typed)
  expect(canSubmit(startState(draft('  \n')))).toBe(false)
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
  expect(back).toEqual({ ...draft('Do it'), sending: null, refused: null })
})

test('an attachment goes with its message, comes back with it, and can be sent alone', () => {
  const alone = after(startState(emptyDraft), { type: 'attached', attachment: noted })
  expect(canSubmit(alone)).toBe(true)
  const sent = after(alone, { type: 'submitted', way: 'send', newId: 'a' })
  expect(sent.attachments).toEqual([])
  const back = after(sent, { type: 'refused', clientId: 'a', reason: 'No' })
  expect(back.attachments).toEqual([noted])
  expect(after(back, { type: 'submitted', way: 'send', newId: 'b' }).sending?.clientId).toBe('a')
  const other = after(back, { type: 'attached', attachment: { ...noted, text: 'more' } })
  expect(after(other, { type: 'submitted', way: 'send', newId: 'b' }).sending?.clientId).toBe('b')
  expect(after(other, { type: 'accepted', clientId: 'a' }).attachments).toHaveLength(1)
  expect(after(back, { type: 'detached', attachment: noted }).attachments).toEqual([])
})
