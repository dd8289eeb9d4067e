import { expect, test } from 'vitest'
import { slashCommands } from './slash-commands.ts'

test('every name but one stands for a command of the palette', () => {
  const withoutCommand = slashCommands('').filter(({ command }) => command === null)
  expect(withoutCommand.map(({ name }) => name)).toEqual(['clear'])
})

test('names that begin with the letters come alone, else those that contain them', () => {
  const names = (query: string) => slashCommands(query).map(({ name }) => name)
  expect(names('RE')).toEqual(['review', 'revert', 'rename'])
  expect(names('port')).toEqual(['export'])
  expect(names('nothing')).toEqual([])
})
