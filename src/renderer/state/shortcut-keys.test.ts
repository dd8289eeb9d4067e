import { expect, it } from 'vitest'
import { commandOf, commands } from './commands/commands.ts'
import { isMac, type KeyPress, matchesKeys, showKeys } from './shortcut-keys.ts'

function press(key: string, code: string, held: Partial<KeyPress> = {}): KeyPress {
  return { key, code, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held }
}

it('takes Command on a Mac and Control elsewhere', () => {
  const control = press('k', 'KeyK', { ctrlKey: true })
  const command = press('k', 'KeyK', { metaKey: true })
  expect([matchesKeys('Mod+K', control, false), matchesKeys('Mod+K', command, false)]).toEqual([
    true,
    false,
  ])
  expect([matchesKeys('Mod+K', control, true), matchesKeys('Mod+K', command, true)]).toEqual([
    false,
    true,
  ])
})

it('goes by the key when Alt makes it write another letter', () => {
  expect(matchesKeys('Mod+Alt+B', press('∫', 'KeyB', { metaKey: true, altKey: true }), true)).toBe(
    true,
  )
})

it('does not fire with a modifier too many', () => {
  const pressed = press('P', 'KeyP', { ctrlKey: true, shiftKey: true })
  expect(matchesKeys('Mod+P', pressed, false)).toBe(false)
  expect(matchesKeys('Mod+Shift+P', pressed, false)).toBe(true)
})

it('writes keys as the system does', () => {
  expect(showKeys('Mod+Shift+P', true)).toBe('⇧⌘P')
  expect(showKeys('Mod+Shift+P', false)).toBe('Ctrl+Shift+P')
  expect(showKeys('Alt+ArrowLeft', false)).toBe('Alt+Left')
})

it('knows a Mac by its name', () => {
  expect([isMac('MacIntel'), isMac('Linux x86_64'), isMac('Win32')]).toEqual([true, false, false])
})

it('gives no keys to two commands', () => {
  const all = commands.flatMap((command) => command.keys)
  expect(all.filter((keys, index) => all.indexOf(keys) !== index)).toEqual([])
})

it('leaves a text field the keys that mean something in it', () => {
  const pressed = press('Backspace', 'Backspace', { ctrlKey: true })
  expect(commandOf(pressed, false, false)?.id).toBe('thread.archive')
  expect(commandOf(pressed, false, true)).toBeUndefined()
})
