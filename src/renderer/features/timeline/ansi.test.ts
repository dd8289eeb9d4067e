import { expect, test } from 'vitest'
import { CONTRAST_MIN, contrast, inkInTheme } from './ansi-colours.ts'
import { ansiSegments } from './ansi-segments.ts'

const ESC = '\u001b'
const table = Array.from({ length: 256 }, (_, index) => ({ type: 'table', index }) as const)

test.each(['light', 'dark'] as const)('every colour can be read in the %s theme', (theme) => {
  const pairs = table.map((color) => inkInTheme(theme, color, null))
  const unreadable = pairs.filter((ink) => contrast(ink.foreground, ink.background) < CONTRAST_MIN)
  expect(unreadable).toEqual([])
})

test.each(['light', 'dark'] as const)('so can each on each of the basic ones, %s', (theme) => {
  const basic = table.slice(0, 16)
  const pairs = basic.flatMap((front) => basic.map((back) => inkInTheme(theme, front, back)))
  const unreadable = pairs.filter((ink) => contrast(ink.foreground, ink.background) < CONTRAST_MIN)
  expect(unreadable).toEqual([])
})

test('plain text has no colours of its own', () => {
  expect(ansiSegments('plain')).toEqual([
    { text: 'plain', foreground: null, background: null, decorations: [] },
  ])
})

test('text is cut where its look changes', () => {
  const segments = ansiSegments(`a${ESC}[1;31mb${ESC}[0;4mc${ESC}[md`)
  expect(segments.map(({ text, decorations }) => [text, decorations])).toEqual([
    ['a', []],
    ['b', ['bold']],
    ['c', ['underline']],
    ['d', []],
  ])
  expect(segments[1]?.foreground).toMatch(/^light-dark\(rgb\(.+\), rgb\(.+\)\)$/)
  expect(segments[2]?.foreground).toBeNull()
})

test('true colours may be written with colons and with an empty colour space', () => {
  const [semicolons] = ansiSegments(`${ESC}[38;2;200;20;20mx`)
  expect(ansiSegments(`${ESC}[38:2::200:20:20mx`)).toEqual([semicolons])
  expect(ansiSegments(`${ESC}[38:2:200:20:20mx`)).toEqual([semicolons])
})

test('reversed text swaps its colours', () => {
  const [reversed] = ansiSegments(`${ESC}[31;42;7mx`)
  const [straight] = ansiSegments(`${ESC}[32;41mx`)
  expect(reversed?.background).toBe(straight?.background)
})

test('hidden text is shown', () => {
  expect(ansiSegments(`${ESC}[8msecret`)[0]?.text).toBe('secret')
})
