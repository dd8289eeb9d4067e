import { expect, test } from 'vitest'
import { triggerAt, withoutTrigger } from './suggest-trigger.ts'

test('a slash means a command only where the message begins', () => {
  expect(triggerAt('/comp', 5)).toEqual({ kind: 'command', query: 'comp', from: 0, to: 5 })
  expect(triggerAt('/', 1)).toMatchObject({ kind: 'command', query: '' })
  expect(triggerAt('/tmp/file', 9)).toBeNull()
  expect(triggerAt('see /compact', 12)).toBeNull()
  expect(triggerAt('/compact now', 12)).toBeNull()
})

test('an at sign mentions a file wherever a word may begin', () => {
  expect(triggerAt('look at @src/ma please', 15)).toEqual({
    kind: 'mention',
    query: 'src/ma',
    from: 8,
    to: 15,
  })
  expect(triggerAt('line\n@', 6)).toMatchObject({ kind: 'mention', query: '', from: 5 })
  expect(triggerAt('me@example.org', 14)).toBeNull()
  expect(triggerAt('@a b', 4)).toBeNull()
})

test('what was chosen takes the place of the word, and the rest stays', () => {
  const text = 'look at @ma please'
  const trigger = triggerAt(text, 11)
  expect(trigger && withoutTrigger(text, trigger, '@main.ts ')).toBe('look at @main.ts  please')
  expect(withoutTrigger('/clear the rest', { kind: 'command', query: '', from: 0, to: 6 })).toBe(
    ' the rest',
  )
})
