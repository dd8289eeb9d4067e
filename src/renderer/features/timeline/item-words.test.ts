import { expect, test } from 'vitest'
import type { CommandAction, FileChange } from '../../../protocol/index.ts'
import { actionWords, changeWords, commandOutcome, firstLine } from './item-words.ts'

const read = (name: string): CommandAction => ({ type: 'read', command: '', name, path: name })
const change = (type: 'add' | 'delete'): FileChange => ({ path: 'a', kind: { type }, diff: '' })
const update = (move_path: string | null): FileChange => ({
  path: 'a',
  kind: { type: 'update', move_path },
  diff: '',
})

test('a summary is one short line', () => {
  expect(firstLine('\n\n  Hello \nworld')).toBe('Hello')
  expect(firstLine('x'.repeat(200))).toBe(`${'x'.repeat(119)}…`)
  expect(firstLine('')).toBe('')
})

test('a command that only looks around is told in words', () => {
  const list: CommandAction = { type: 'listFiles', command: '', path: 'src' }
  const search: CommandAction = { type: 'search', command: '', query: 'todo', path: 'src' }
  expect(actionWords([read('a.ts')])).toBe('Read a.ts')
  expect(actionWords([read('a.ts'), read('b.ts')])).toBe('Read 2 files')
  expect(actionWords([list])).toBe('Listed src')
  expect(actionWords([search])).toBe('Searched for “todo” in src')
  expect(actionWords([read('a.ts'), list])).toBeNull()
  expect(actionWords([{ type: 'unknown', command: 'make' }])).toBeNull()
  expect(actionWords([])).toBeNull()
})

test('a command says how it ended', () => {
  const outcomes = [
    commandOutcome({ status: 'completed', exitCode: 0 }),
    commandOutcome({ status: 'failed', exitCode: 2 }),
    commandOutcome({ status: 'failed', exitCode: null }),
    commandOutcome({ status: 'declined', exitCode: null }),
    commandOutcome({ status: 'inProgress', exitCode: null }),
  ]
  expect(outcomes.map((outcome) => outcome?.text)).toEqual([
    'exit 0',
    'exit 2',
    'failed',
    'declined',
    undefined,
  ])
})

test('changes of files are told by what is done to them', () => {
  expect(changeWords([change('add')], true)).toBe('Created')
  expect(changeWords([change('add')], false)).toBe('Create')
  expect(changeWords([change('add'), change('add')], true)).toBe('Created 2 files')
  expect(changeWords([change('add'), change('delete')], true)).toBe('Changed 2 files')
  expect(changeWords([update('b')], true)).toBe('Moved')
  expect(changeWords([], false)).toBe('Changing files')
})
