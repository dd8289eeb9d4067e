import { expect, test } from 'vitest'
import { showCommand, showProse } from './untrusted-text.ts'

test('plain text with line feeds and tabs is shown as it is', () => {
  const text = 'ls -la\n\techo „ä“ 😀'
  expect(showCommand(text)).toEqual({ text, omitted: 0, isOdd: false })
})

test('letters that hide or turn a command around are shown by their codes', () => {
  expect(showCommand('rm\u00a0-rf \u202egpj.x\u200b\u001b[8m\r')).toEqual({
    text: 'rm⟨U+00A0⟩-rf ⟨U+202E⟩gpj.x⟨U+200B⟩⟨U+001B⟩[8m⟨U+000D⟩',
    omitted: 0,
    isOdd: true,
  })
})

test('[H17] what is far below or far to the right is part of what is shown', () => {
  for (const padding of ['\n'.repeat(500), ' '.repeat(500)]) {
    const text = `ls${padding}; rm x`
    expect(showCommand(text)).toEqual({ text, omitted: 0, isOdd: false })
  }
})

test('[H16] prose loses its terminal sequences, keeps codes for the rest, and is cut', () => {
  expect(showProse('\u001b[31mSYSTEM:\u001b[0m ok\u2066', 100)).toEqual({
    text: 'SYSTEM: ok⟨U+2066⟩',
    omitted: 0,
    isOdd: true,
  })
  expect(showProse('x'.repeat(30), 10)).toEqual({ text: 'x'.repeat(10), omitted: 20, isOdd: false })
})
