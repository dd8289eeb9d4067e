import { expect, test } from 'vitest'
import { readArguments } from './arguments.ts'

const read = (...args: string[]) => readArguments(args, '1.2.3')

test('a command, with overrides before or behind it', () => {
  expect(read('app-server')).toEqual({ type: 'app-server', overrides: [] })
  expect(read('-c', 'model="x"', 'app-server', '--config', 'a.b=1')).toEqual({
    type: 'app-server',
    overrides: ['model="x"', 'a.b=1'],
  })
  expect(read('web')).toEqual({ type: 'web', overrides: [], port: 0 })
  expect(read('web', '--port', '8080')).toEqual({ type: 'web', overrides: [], port: 8080 })
})

test('help and version win over everything else', () => {
  expect(read('--version')).toEqual({ type: 'print', text: 'skein 1.2.3\n' })
  expect(read('web', '--help')).toMatchObject({ type: 'print' })
})

test.each([
  [[], 'name a command; see --help'],
  [['serve'], 'no command "serve"; see --help'],
  [['web', 'now'], 'unexpected argument "now"; see --help'],
  [['web', '--port', '70000'], '"70000" is no port'],
  [['web', '--port', '1e3'], '"1e3" is no port'],
  [['app-server', '--port', '1'], '--port belongs to the command web'],
  [['app-server', '-c', 'model'], '-c needs KEY=VALUE, not "model"'],
])('%j is refused in plain words', (args, message) => {
  expect(() => read(...args)).toThrow(message)
})

test('an unknown option is refused', () => {
  expect(() => read('web', '--prot', '1')).toThrow(/--prot/)
})
