import { expect, it } from 'vitest'
import { spanName } from './span-name.ts'

const numbers: Readonly<Record<string, number>> = { a: 4, b: 19 }
const numberOf = (id: string) => numbers[id] ?? null
const span = { snapshotId: 's', firstTurnId: 'a', lastTurnId: 'b', turns: 16 }

it.each([
  ['Turns 4–19', span],
  ['Turns 4–19', { ...span, firstTurnId: 'not loaded' }],
  ['Turn 19', { ...span, firstTurnId: 'b', turns: 1 }],
  ['16 earlier turns', { ...span, firstTurnId: 'x', lastTurnId: 'y' }],
  ['An earlier turn', { ...span, lastTurnId: 'y', turns: 1 }],
])('%s', (name, of) => {
  expect(spanName(of, numberOf)).toBe(name)
})
