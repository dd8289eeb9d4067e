import { expect, test } from 'vitest'
import { snoozeTimes } from './snooze-times.ts'

const names = (now: Date) => snoozeTimes(now).map(({ name }) => name)

test('a snooze lasts an hour, until evening, tomorrow or Monday; what is past is not offered', () => {
  const afternoon = new Date(2026, 4, 6, 14)
  expect(names(afternoon)).toEqual([
    'In an hour',
    'This evening',
    'Tomorrow morning',
    'Next Monday',
  ])
  expect(names(new Date(2026, 4, 6, 17, 30))).not.toContain('This evening')
  expect(names(new Date(2026, 4, 10, 14))).not.toContain('Next Monday')
  const monday = snoozeTimes(new Date(2026, 4, 4, 8)).at(-1)
  expect(new Date(monday?.atMs ?? 0)).toEqual(new Date(2026, 4, 11, 9))
})
