import { expect, it } from 'vitest'
import { nothing, parseLine } from './rollout-line.ts'

const stamp = '"timestamp":"2026-01-02T03:04:05.678Z"'
const atMs = Date.UTC(2026, 0, 2, 3, 4, 5, 678)

it.each([
  ['as it is written usually', `{${stamp},"type":"t","payload":{"a":[1]}}`, undefined],
  ['with a number', `{${stamp},"ordinal":12,"type":"t","payload":{"a":[1]}}`, 12],
  ['with a carriage return', `{${stamp},"type":"t","payload":{"a":[1]}}\r`, undefined],
  [
    'with something behind its payload',
    `{${stamp},"type":"t","payload":{"a":[1]},"metadata":{}}`,
    undefined,
  ],
  [
    'with something unknown behind it',
    `{${stamp},"type":"t","payload":{"a":[1]},"b":{}}`,
    undefined,
  ],
  [
    'in another order, with blanks',
    `{ "type": "t", "payload": { "a": [1] }, ${stamp} }`,
    undefined,
  ],
  ['with its payload twice', `{${stamp},"type":"t","payload":{},"payload":{"a":[1]}}`, undefined],
  [
    'with a number that is none',
    `{${stamp},"ordinal":"x","type":"t","payload":{"a":[1]}}`,
    undefined,
  ],
])('reads a line %s', (_, line, ordinal) => {
  expect(parseLine(line)).toEqual({ type: 't', payload: { a: [1] }, atMs, ordinal })
})

it.each([
  '2026-01-02T03:04:05.678Z',
  '2026-01-02T23:59:59.999Z',
  '2026-01-02T24:00:00.000Z',
  '2026-01-02T24:00:00.001Z',
  '2026-01-02T25:00:00.000Z',
  '2026-01-02T03:60:00.000Z',
  '2026-01-02T03:00:60.000Z',
  '2026-02-28T00:00:00.000Z',
  '2026-02-29T00:00:00.000Z',
  '2024-02-29T00:00:00.000Z',
  '2026-00-01T00:00:00.000Z',
  '2026-13-01T00:00:00.000Z',
  '2026-01-32T00:00:00.000Z',
  '0001-01-01T00:00:00.000Z',
  '9999-12-31T23:59:59.999Z',
  '2026-01-02 03:04:05.678Z',
])('reads the time %s as everybody does', (time) => {
  const parsed = parseLine(`{"timestamp":"${time}","type":"t","payload":{}}`)
  const expected = Date.parse(time)
  expect(typeof parsed === 'object' ? parsed.atMs : parsed).toBe(
    Number.isNaN(expected) ? 'no timestamp' : expected,
  )
})

it('reads times of other forms', () => {
  const line = '{"timestamp":"2026-01-02T04:04:05.678+01:00","type":"t","payload":{}}'
  expect(parseLine(line)).toMatchObject({ atMs })
})

it.each([
  ['a blank line', ' \r', nothing],
  ['what nobody sees', `{${stamp},"type":"world_state","payload":{"full":true}}`, nothing],
  ['half of a line', `{${stamp},"type":"t","payload":{"a":`, 'not JSON'],
  ['a line with another glued to it', `{${stamp},"type":"t","payload":{"a"{${stamp}}}`, 'not JSON'],
  ['a line without a time', '{"timestamp":"yesterday","type":"t","payload":{}}', 'no timestamp'],
  ['a line without a payload', `{${stamp},"type":"t","payload":[]}`, 'no payload'],
  ['a line without a type', `{${stamp},"payload":{}}`, 'not a rollout line'],
])('leaves out %s', (_, line, outcome) => {
  expect(parseLine(line)).toBe(outcome)
})
