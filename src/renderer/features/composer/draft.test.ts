import { expect, test } from 'vitest'
import { INPUT_CHARS_MAX } from '../../../protocol/index.ts'
import { type Attachment, charsOf, draftProblem, inputOf, shellCommandOf } from './draft.ts'

const pasted: Attachment = { kind: 'text', name: null, text: 'pasted words' }
const read: Attachment = { kind: 'text', name: 'notes.txt', text: 'a note' }

test('text from a file goes under its name, pasted text as it is', () => {
  expect(inputOf({ text: ' ', attachments: [pasted, read] })).toEqual([
    { type: 'text', text: 'pasted words' },
    { type: 'text', text: 'notes.txt:\n\na note' },
  ])
})

test('the limit counts what is attached as text', () => {
  const rest = 'x'.repeat(INPUT_CHARS_MAX - 12)
  expect(charsOf({ text: rest, attachments: [pasted] })).toBe(INPUT_CHARS_MAX)
  expect(draftProblem({ text: rest, attachments: [pasted] })).toBeUndefined()
  expect(draftProblem({ text: `${rest}!`, attachments: [pasted] })).toBe('1 character too many')
})

test('only a draft that begins with an exclamation mark is a command', () => {
  expect(shellCommandOf('! ls ')).toBe('ls')
  expect(shellCommandOf(' !ls')).toBeNull()
  expect(draftProblem({ text: '!', attachments: [] })).toBe('Write a command first')
  expect(draftProblem({ text: '!ls', attachments: [pasted] })).toBe(
    'A command takes no attachments',
  )
  expect(draftProblem({ text: '', attachments: [] })).toBe('Write a message first')
})
