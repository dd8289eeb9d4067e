import { expect, test } from 'vitest'
import { LINES_MAX, outputWindow } from './output-window.ts'
import { createTerminalText, type TerminalText } from './terminal-text.ts'

function text(lines: number): TerminalText {
  const terminal = createTerminalText()
  terminal.update(Array.from({ length: lines }, (_, index) => `${index}\n`).join(''))
  return terminal
}

function whole(lines: number) {
  const one = text(lines)
  return { head: one, tail: one }
}

function ends({ head, tail, hidden, tailFrom }: ReturnType<typeof outputWindow>) {
  return { head: head.length, tail: [tail[0], tail.at(-1), tail.length], hidden, tailFrom }
}

test('a short output is shown whole, each line once', () => {
  expect(ends(outputWindow(whole(30), false))).toEqual({
    head: 30,
    tail: [undefined, undefined, 0],
    hidden: 0,
    tailFrom: 30,
  })
  const { head, tail, hidden } = outputWindow(whole(240), false)
  expect([head.length, tail[0], hidden]).toEqual([40, '40', 0])
})

test('of a long one the first 40 and the last 200 lines', () => {
  expect(ends(outputWindow(whole(1000), false))).toEqual({
    head: 40,
    tail: ['800', '999', 200],
    hidden: 760,
    tailFrom: 800,
  })
})

test('also when all of it is asked for, there are at most 5,000 lines', () => {
  const { head, tail, hidden } = outputWindow(whole(20_000), true)
  expect(head.length + tail.length).toBe(LINES_MAX)
  expect(hidden).toBe(15_000)
  expect(outputWindow(whole(1000), true).hidden).toBe(0)
})

test('an output in two pieces keeps the end of the second', () => {
  expect(ends(outputWindow({ head: text(100), tail: text(300) }, false))).toEqual({
    head: 40,
    tail: ['100', '299', 200],
    hidden: 160,
    tailFrom: 200,
  })
})
