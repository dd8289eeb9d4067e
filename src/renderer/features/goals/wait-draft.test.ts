import { expect, it } from 'vitest'
import { noWait, type WaitDraft, waitDraftOf, waitOf } from './wait-draft.ts'

const nowMs = 1_000_000

it.each<[WaitDraft, unknown]>([
  [noWait, null],
  [
    { kind: 'timer', value: '30', deadlineMinutes: '' },
    { type: 'timer', untilMs: 2_800_000 },
  ],
  [
    { kind: 'processExit', value: '4711', deadlineMinutes: '10' },
    { type: 'processExit', pid: 4711, deadlineAtMs: 1_600_000 },
  ],
  [
    { kind: 'fileChange', value: ' a.txt ', deadlineMinutes: '' },
    { type: 'fileChange', path: 'a.txt', deadlineAtMs: nowMs + 86_400_000 },
  ],
  [
    { kind: 'command', value: 'make', deadlineMinutes: '1' },
    {
      type: 'command',
      command: 'make',
      expectedExitCode: 0,
      intervalMs: 30_000,
      deadlineAtMs: 1_060_000,
    },
  ],
])('%o is a wait', (draft, wait) => expect(waitOf(draft, nowMs)).toEqual(wait))

it.each<WaitDraft>([
  { kind: 'timer', value: 'soon', deadlineMinutes: '' },
  { kind: 'timer', value: '-1', deadlineMinutes: '' },
  { kind: 'processExit', value: '1.5', deadlineMinutes: '' },
  { kind: 'command', value: ' ', deadlineMinutes: '' },
  { kind: 'fileChange', value: 'a', deadlineMinutes: 'never' },
])('%o is none yet', (draft) => expect(waitOf(draft, nowMs)).toBeUndefined())

it('what is waited for now can be edited', () => {
  const wait = { type: 'fileChange', path: 'a', deadlineAtMs: nowMs + 600_000 } as const
  expect(waitDraftOf(wait, nowMs)).toEqual({
    kind: 'fileChange',
    value: 'a',
    deadlineMinutes: '10',
  })
})
