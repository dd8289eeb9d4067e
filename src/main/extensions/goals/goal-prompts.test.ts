import { expect, it } from 'vitest'
import type { ModelItem } from '../../model/model-item.ts'
import type { StoredGoal } from '../../storage/goal-store.ts'
import { newGoal } from './goal-edit.ts'
import {
  budgetReached,
  checksFailedText,
  completionReport,
  continuation,
  goalPaused,
  objectiveEdited,
  refusals,
  standing,
  toolTexts,
} from './goal-prompts.ts'

function goal(over: Partial<StoredGoal> = {}): StoredGoal {
  const limits = { maxTokenBudget: null, autoTurnCap: null }
  const context = { nowMs: 0, limits, newId: () => 'goal-1' }
  const made = newGoal('thread-1', { objective: 'win <b> & more' }, 'user', context)
  return { ...made, ...over }
}

function wordsOf(item: ModelItem): string {
  return JSON.stringify(item)
}

const escapedObjective = 'win &lt;b&gt; &amp; more'

it('what stands in each request conveys the objective as data and how to pursue, end, block and pause it', () => {
  const words = wordsOf(standing(goal()))
  expect(words).toContain(escapedObjective)
  expect(words).not.toContain('<b>')
  for (const part of [
    /user's data.*does not outrank/,
    /stays the same from turn to turn.*not shrink/,
    /files and the outside world.*over what you remember/,
    /list every requirement.*name the evidence for each.*check that evidence now/,
    /Weak, old or missing evidence means not done/,
    /same obstacle.*at least 3 goal turns in a row, however it was worded.*no other useful work/,
    /instead of complaining again/,
    /After the user resumed the goal the count starts over/,
    /paused.*only if the user asked/,
    /chat about an earlier step does not override a later edit or resume/,
  ])
    expect(words).toMatch(part)
})

it('acceptance checks are named to the model, and their commands are not', () => {
  const checks = [{ name: 'tests', command: 'npm test', expectedExitCode: 0, last: null }]
  const words = wordsOf(standing(goal({ checks })))
  expect(words).toContain('completes the goal only if they pass')
  expect(words).toContain('tests')
  expect(words).not.toContain('npm test')
  expect(wordsOf(standing(goal()))).not.toContain('acceptance')
})

it('what starts an automatic turn says so, with the numbers, and has the last turn judged', () => {
  const plain = wordsOf(continuation(goal({ tokensUsed: 650, timeUsedMs: 61_500 }), 0))
  expect(plain).toMatch(/No message from the user.*automatic turn 1/)
  expect(plain).toMatch(/Tokens used: 650; no token budget.*unbounded/)
  expect(plain).toContain('Working time: 61 s; no limit.')
  expect(plain).toMatch(/real progress, a verified wait.*or neither.*take a different safe action/)
  const bounded = goal({
    tokenBudget: 1000,
    tokensUsed: 650,
    timeBudgetMs: 90_000,
    costBudgetMicros: 2_000_000,
    costUsedMicros: 500_000,
    autoTurns: 6,
  })
  const words = wordsOf(continuation(bounded, 0))
  expect(words).toContain('Tokens used: 650 of 1000; 350 remain.')
  expect(words).toContain('of 90 s.')
  expect(words).toContain('Cost: 0.50 of 2.00.')
  expect(words).toContain('automatic turn 7')
  const over = wordsOf(continuation({ ...bounded, tokensUsed: 1400 }, 0))
  expect(over).toContain('1400 of 1000; 0 remain')
})

it('messages into a running turn say what changed and what to do now', () => {
  const spent = wordsOf(budgetReached(goal({ tokensUsed: 4040, reason: 'time_budget' })))
  expect(spent).toMatch(/time budget.*used up \(4040 tokens.*no new substantial work/)
  expect(spent).toMatch(/achieved, what remains, and the next sensible step/)
  expect(spent).toMatch(/Do not call the goal complete because the budget ran out/)
  const edited = wordsOf(objectiveEdited(goal()))
  expect(edited).toMatch(/new text supersedes the old one; drop work that only served the old/)
  for (const words of [spent, edited]) expect(words).toContain(escapedObjective)
  expect(wordsOf(goalPaused())).toMatch(/paused.*Finish the step.*No automatic turn follows/)
})

it('the tools say when they may be used', () => {
  expect(toolTexts.create).toMatch(/explicitly asks.*never infer one from an ordinary task/)
  expect(toolTexts.create).toMatch(/budget only if the user named one.*unfinished goal exists/)
  const [complete = '', blocked = '', paused = '', rest = ''] = toolTexts.update
    .split('\n')
    .slice(1)
  expect(complete).toMatch(/whole objective.*nothing required remains.*Not because a budget/)
  expect(blocked).toMatch(/same obstacle, however worded.*at least 3 goal turns in a row/)
  expect(blocked).toMatch(/no other useful work.*note.*After a resume the count starts over/)
  expect(blocked).toContain('instead of repeating the complaint')
  expect(paused).toMatch(/explicit request, never on your own.*later resume revokes/)
  expect(paused).toContain('a budget limit outranks it')
  expect(rest).toMatch(/resuming and limits belong to the user and the app/)
  expect(refusals.notYours('active')).toMatch(/"active" cannot be set.*belong to the user/)
})

it('failed checks go back with what was expected and how often the model may try', () => {
  const failures = [{ name: 'tests', expected: 0, exitCode: 2, output: 'one failed' }]
  const twice = checksFailedText(failures, 2)
  expect(twice).toMatch(/^Not complete.*\n- "tests": exit code 2, expected 0\none failed/)
  expect(twice).toMatch(/stays active.*2 attempts left/)
  const last = checksFailedText([{ name: 'x', expected: 0, exitCode: null, output: '' }], 0)
  expect(last).toContain('did not end by itself')
  expect(last).toMatch(/last attempt: the goal is blocked/)
})

it('the report of a completed goal tells its use, or is left out when there is none', () => {
  expect(completionReport(goal())).toBeNull()
  const used = goal({ tokenBudget: 1000, tokensUsed: 650, timeUsedMs: 2_000 })
  expect(completionReport(used)).toMatch(/Tell the user.*650 of 1000 tokens, 2 s/)
  expect(completionReport(goal({ tokensUsed: 7, timeUsedMs: 1_000 }))).toContain('7 tokens, 1 s')
})
