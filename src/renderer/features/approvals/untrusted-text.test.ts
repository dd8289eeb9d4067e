import { expect, test } from 'vitest'
import { commandPieces, showCommand, showProse } from './untrusted-text.ts'

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

test('[H17] blanks and empty lines in a command are told apart from its words', () => {
  const command = `ls${' '.repeat(500)}; rm x\n\n\ttrue\t;\n${' '.repeat(9)}id\nls`
  expect(commandPieces(command)).toEqual([
    { kind: 'plain', text: 'ls' },
    { kind: 'blanks', text: ' '.repeat(500) },
    { kind: 'plain', text: '; rm x' },
    { kind: 'lineEnds', text: '\n\n' },
    { kind: 'plain', text: '\ttrue' },
    { kind: 'blanks', text: '\t' },
    { kind: 'plain', text: ';\n' },
    { kind: 'blanks', text: ' '.repeat(9) },
    { kind: 'plain', text: 'id\nls' },
  ])
})

test('[H18] letters that look like others are marked, hidden ones are shown by their codes', () => {
  const command = 'l\u0455 \u202eäö -l'
  const pieces = commandPieces(command)
  expect(pieces).toEqual([
    { kind: 'plain', text: 'l' },
    { kind: 'foreign', text: '\u0455' },
    { kind: 'plain', text: ' ' },
    { kind: 'odd', text: '⟨U+202E⟩' },
    { kind: 'foreign', text: 'äö' },
    { kind: 'plain', text: ' -l' },
  ])
  expect(pieces.map(({ text }) => text).join('')).toBe(showCommand(command).text)
  expect(commandPieces('ls -la')).toEqual([{ kind: 'plain', text: 'ls -la' }])
})

test('[H16] prose loses its terminal sequences, keeps codes for the rest, and is cut', () => {
  expect(showProse('\u001b[31mSYSTEM:\u001b[0m ok\u2066', 100)).toEqual({
    text: 'SYSTEM: ok⟨U+2066⟩',
    omitted: 0,
    isOdd: true,
  })
  expect(showProse('x'.repeat(30), 10)).toEqual({ text: 'x'.repeat(10), omitted: 20, isOdd: false })
})
