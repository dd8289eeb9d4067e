import { describe, expect, it } from 'vitest'
import type { GoalLogEntry } from '../../../protocol/index.ts'
import { entryText, revisionOf } from './log-words.ts'

function entry(part: Partial<GoalLogEntry>): GoalLogEntry {
  return {
    seq: 1,
    goalId: 'g',
    kind: 'change',
    turnId: null,
    actor: 'user',
    change: 'status',
    before: null,
    after: null,
    tokensUsed: 0,
    timeUsedMs: 0,
    productive: null,
    tools: [],
    filesChanged: [],
    note: null,
    atMs: 0,
    ...part,
  }
}

describe('an entry says what happened, who did it and why', () => {
  it.each<[Partial<GoalLogEntry>, string]>([
    [{ after: { status: 'paused', reason: 'user' } }, 'Status → paused (by you)'],
    [
      { actor: 'system', after: { status: 'blocked', reason: 'no_progress' } },
      'Status → blocked (by the app): too many turns in a row brought nothing new',
    ],
    [
      { actor: 'model', after: { status: 'blocked', reason: 'model' }, note: 'no key' },
      'Status → blocked (by the agent): no key',
    ],
    [
      { change: 'undone', after: { status: 'active', reason: 'user' } },
      'Taken back → active (by you)',
    ],
    [
      { change: 'wait', actor: 'system', note: 'x has changed' },
      'Wait changed (by the app): x has changed',
    ],
  ])('%o', (part, text) => expect(entryText(entry(part))).toBe(text))

  it('of a turn what it took and whether it led anywhere', () => {
    const turn = entry({
      kind: 'turn',
      change: 'goal',
      tokensUsed: 1_200,
      timeUsedMs: 61_000,
      productive: false,
      tools: [{ name: 'exec_command', count: 2 }],
      filesChanged: ['a.txt'],
      note: 'hm',
    })
    expect(entryText(turn)).toBe(
      'Automatic turn: 1.2K tokens, 1m, exec_command × 2, files: a.txt, nothing new. “hm”',
    )
  })
})

it('an edit of the objective has both texts', () => {
  const edit = entry({
    change: 'objective',
    before: { objective: 'win' },
    after: { objective: 'win twice' },
  })
  expect(revisionOf(edit)).toEqual({ before: 'win', after: 'win twice' })
  expect(revisionOf(entry({}))).toBeNull()
})
