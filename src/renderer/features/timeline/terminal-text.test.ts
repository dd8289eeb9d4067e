import { expect, test } from 'vitest'
import { createTerminalText, withoutColours } from './terminal-text.ts'

const ESC = '\u001b'

function linesOf(output: string): readonly string[] {
  const text = createTerminalText()
  text.update(output)
  return text.slice(0, text.lineCount)
}

test('lines end at line feeds, with or without a return, and the last one needs no end', () => {
  expect(linesOf('one\r\ntwo\n\nthree')).toEqual(['one', 'two', '', 'three'])
  expect(linesOf('one\n')).toEqual(['one'])
  expect(linesOf('')).toEqual([])
})

test.each([
  ['a return overwrites', '10%\r20%\r100%', '100%'],
  ['a shorter text leaves the rest of the longer one', 'downloading\rdone', 'doneloading'],
  ['erasing to the end leaves nothing behind', `downloading\r${ESC}[Kdone`, 'done'],
  ['erasing the whole line', `abc${ESC}[2K\rx`, 'x'],
  ['a backspace goes back', 'working |\b/\b-', 'working -'],
  [
    '[H09] titles, the clipboard and links leave their text',
    `${ESC}]0;title\u0007${ESC}]52;c;ZXZpbA==\u0007a${ESC}]8;;https://x.y${ESC}\\b${ESC}]8;;${ESC}\\`,
    'ab',
  ],
  [
    '[H09] cursor movements and modes are dropped',
    `${ESC}[2J${ESC}[1;1H${ESC}[?25la${ESC}[1Ab${ESC}(Bc`,
    'abc',
  ],
  ['bells and other controls are dropped', 'a\u0007b\u0000c\u009fd\te', 'abcd\te'],
  ['an unfinished sequence at the end is dropped', `a${ESC}[31`, 'a31'],
])('%s', (_, output, line) => {
  expect(linesOf(output).map(withoutColours)).toEqual([line])
})

test('colours stay and hold over the end of the line until they are reset', () => {
  expect(linesOf(`a ${ESC}[31mred\nstill\n${ESC}[0mplain`)).toEqual([
    `a ${ESC}[31mred`,
    `${ESC}[31mstill`,
    'plain',
  ])
})

test('a colour is not drowned by what is written over it', () => {
  expect(linesOf(`${ESC}[32mgreen${ESC}[0m\rG`)).toEqual([`G${ESC}[32mreen`])
})

test('output in pieces gives the same lines as the whole', () => {
  const output = `x ${ESC}[1;31mred${ESC}[m\n 5%\r 50%\r100%\nnext ${ESC}[32mgreen`
  const text = createTerminalText()
  for (let length = 1; length <= output.length; length++) text.update(output.slice(0, length))
  expect(text.slice(0, text.lineCount)).toEqual(linesOf(output))
})

test('other output instead of more output begins anew', () => {
  const text = createTerminalText()
  text.update('one\ntwo\n')
  text.update('three\n')
  expect(text.slice(0, text.lineCount)).toEqual(['three'])
})

test('a slice is bounded by its ends and includes the open line only at the end', () => {
  const text = createTerminalText()
  text.update('a\nb\nc\nd')
  expect([text.slice(0, 2), text.slice(2, 4), text.slice(3, 9), text.slice(1, 3)]).toEqual([
    ['a', 'b'],
    ['c', 'd'],
    ['d'],
    ['b', 'c'],
  ])
})

test('a line that never ends is cut, so that each piece costs the same', () => {
  const text = createTerminalText()
  text.update('.'.repeat(70_000))
  text.update(`${'.'.repeat(70_000)}more`)
  expect(text.slice(1, 2)).toEqual(['more'])
})
