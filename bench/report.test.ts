import { expect, test } from 'vitest'
import { splitCommand } from './arguments.ts'
import { median } from './median.ts'
import { table } from './report.ts'

test('the median of an even number of samples is the mean of the middle two', () => {
  expect([median([9, 1, 5]), median([4, 1, 3, 2]), median([])]).toEqual([5, 2.5, Number.NaN])
})

test('a command is split into words, and quotes keep blanks together', () => {
  expect(splitCommand(`node 'my server.js' --name "a b" x`)).toEqual([
    'node',
    'my server.js',
    '--name',
    'a b',
    'x',
  ])
})

test('the ratio of a row is own divided by peer', () => {
  const row = { case: 'c', key: 'k', label: 'a turn', unit: 'ms', bar: 0.2 } as const
  expect(table([{ ...row, samples: [[10], [40, 60]] }])).toBe(
    `${'a turn'.padEnd(38)}     10.0 ms     50.0 ms        0.20       ≤ 0.2\n`,
  )
})
