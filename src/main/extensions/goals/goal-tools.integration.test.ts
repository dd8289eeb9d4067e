// What a model may report of its goal, and what the person's checks say to it.
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { hang, hold } from '../../../../test/fake-model.ts'
import { createGate } from '../../../../test/gate.ts'
import { openGoalThread, withGoal } from '../../../../test/goal-harness.ts'
import { calls, count, done, echo, goalTexts, usage, words } from '../../../../test/goal-replies.ts'
import { SkeinError } from '../../lib/errors.ts'
import type { Store } from '../../storage/store.ts'
import type { Extension } from '../../threads/extensions/extension.ts'
import { ToolFailure } from '../../tools/tool.ts'

const threadId = 'thread-1'

describe('the model and its goal', () => {
  it('[24] [25] complete ends it after one last answer, with a report where there is something to tell', async () => {
    const opened = await withGoal([done, words('over')], { tokenBudget: 5000 })
    await opened.turnEnded(1)
    await opened.nextTurn(60_000)
    expect(opened.turns()).toHaveLength(1)
    expect(opened.model.requests).toHaveLength(2)
    expect(await opened.goal()).toMatchObject({
      status: 'complete',
      tokensUsed: 650,
      skein: { selfReported: true, actor: 'model' },
    })
    const report = goalTexts(opened.model.requests[1])
    expect(report).toContain('completionBudgetReport')
    expect(report).toContain('of 5000 tokens')
  })

  it('[25] without budget or time the report is null', async () => {
    const opened = await withGoal([done, words('over')])
    await opened.turnEnded(1)
    expect(goalTexts(opened.model.requests[1])).toContain('\\"completionBudgetReport\\":null')
  })

  it('[25] with time used the report is there, also without a budget', async () => {
    const gate = createGate()
    const opened = await withGoal([[hold(gate.passed), ...done], words('over')])
    await opened.model.waitForRequest(1)
    opened.time.advance(2_500)
    gate.open()
    await opened.turnEnded(1)
    expect(goalTexts(opened.model.requests[1])).toContain('2 s of working time')
  })

  it('[26] [27] it can neither resume nor limit, nor set another goal beside', async () => {
    const opened = await withGoal([
      calls('update_goal', { status: 'active' }),
      calls('update_goal', { status: 'budgetLimited' }),
      calls('create_goal', { objective: 'another' }),
      words('well'),
      [hang()],
    ])
    await opened.turnEnded(1)
    const heard = goalTexts(opened.model.requests[3])
    expect(count(heard, 'belong to the user')).toBe(2)
    expect(heard).toContain('a goal is in progress')
    expect((await opened.goal()).status).toBe('active')
  })

  it('without a goal there is nothing to update; a goal it sets is held to the same bounds', async () => {
    const opened = await openGoalThread()
    opened.model.script([
      calls('update_goal', { status: 'complete' }),
      calls('create_goal', { objective: ' ' }),
      calls('create_goal', { objective: 'win', token_budget: 0 }),
      words('well'),
    ])
    await opened.say('hello')
    await opened.turnEnded(1)
    const heard = goalTexts(opened.model.requests[3])
    for (const words of ['no goal on this thread', 'must not be empty', 'greater than 0'])
      expect(heard).toContain(words)
    expect(await opened.goals.get(threadId)).toBeNull()
  })

  it('[28] over a complete goal it may set a new one, which starts from zero', async () => {
    const opened = await withGoal([done, words('over')])
    await opened.turnEnded(1)
    const first = await opened.goal()
    opened.model.script([
      calls('create_goal', { objective: 'next', token_budget: 500 }),
      words('set', usage({ inputTokens: 500, cachedInputTokens: 450, outputTokens: 10 })),
      [hang()],
    ])
    await opened.say('a new goal please')
    await opened.turnEnded(2)
    const next = await opened.goal()
    expect(next).toMatchObject({ objective: 'next', tokenBudget: 500, tokensUsed: 60 })
    expect(next.skein.goalId).not.toBe(first.skein.goalId)
  })

  it('[29] what was used before a goal is set in the turn is free, and so is that response', async () => {
    const opened = await openGoalThread()
    const dear = usage({ inputTokens: 5000, cachedInputTokens: 0, outputTokens: 0 })
    opened.model.script([
      calls('create_goal', { objective: 'go' }, dear),
      calls('get_goal', {}),
      words('on'),
      [hang()],
    ])
    await opened.say('set a goal')
    await opened.turnEnded(1)
    expect(goalTexts(opened.model.requests[1])).toContain('\\"tokensUsed\\":0')
    await opened.quiet()
    expect((await opened.goal()).tokensUsed).toBe(1300)
  })

  it('[64] [68] blocked is refused until the obstacle held for three goal turns; resumed it goes on where it was', async () => {
    const blocked = calls('update_goal', { status: 'blocked', note: 'no key' })
    const opened = await withGoal([
      blocked,
      words('a'),
      blocked,
      echo('2'),
      words('b'),
      blocked,
      words('c'),
    ])
    await opened.turnEnded(1)
    expect(goalTexts(opened.model.requests[1])).toContain('2 more are needed')
    await opened.nextTurn(2000)
    expect(goalTexts(opened.model.requests[3])).toContain('1 more is needed')
    await opened.nextTurn(2000)
    expect(await opened.goal()).toMatchObject({
      status: 'blocked',
      skein: { reason: 'model', detail: 'no key' },
    })
    const { tokensUsed } = await opened.goal()
    expect(tokensUsed).toBe(6 * 650)
    opened.model.script([blocked, words('on'), [hang()]])
    await opened.goals.set({ threadId, status: 'active' })
    await opened.turnEnded(4)
    expect(goalTexts(opened.model.requests[8])).toContain('2 more are needed')
    await opened.quiet()
    expect(await opened.goal()).toMatchObject({ status: 'active', tokensUsed: 8 * 650 })
  })

  it.each([
    ['paused', 'blocked'],
    ['paused', 'paused'],
    ['complete', 'blocked'],
    ['complete', 'paused'],
  ] as const)('[69] a %s goal cannot be set to %s by the model', async (status, wanted) => {
    const opened = await withGoal([], { status })
    opened.model.script([calls('update_goal', { status: wanted, note: 'x' }), words('hm')])
    await opened.say('hello')
    await opened.turnEnded(1)
    expect(goalTexts(opened.model.requests[1])).toContain(`the goal is ${status}`)
    expect((await opened.goal()).status).toBe(status)
  })

  it('[70] a limited goal may be completed, and stays limited otherwise', async () => {
    const opened = await withGoal([words('a')], { tokenBudget: 100 })
    await opened.turnEnded(1)
    opened.model.script([
      calls('update_goal', { status: 'blocked', note: 'x' }),
      calls('update_goal', { status: 'paused' }),
      words('b'),
      done,
      words('c'),
    ])
    await opened.say('and?')
    await opened.turnEnded(2)
    expect((await opened.goal()).status).toBe('budgetLimited')
    await opened.say('finish')
    await opened.turnEnded(3)
    expect((await opened.goal()).status).toBe('complete')
  })
})

describe('acceptance checks', () => {
  const checks = [{ name: 'tests', command: 'npm test', expectedExitCode: 0 }]

  it('fail first, tell the model why, and pass then', async () => {
    const codes = [1, 0]
    const opened = await withGoal(
      [done, done, words('over')],
      { skein: { checks } },
      { checks: () => ({ exitCode: codes.shift() ?? 0, output: '2 tests failed' }) },
    )
    await opened.turnEnded(1)
    expect(goalTexts(opened.model.requests[1])).toContain('2 tests failed')
    const goal = await opened.goal()
    expect(goal).toMatchObject({ status: 'complete', skein: { selfReported: false } })
    expect(goal.skein.checks[0]?.last).toMatchObject({ passed: true, exitCode: 0 })
    const log = await opened.goals.log({ threadId, kind: 'change' }, 100)
    expect(log.data.map(({ change }) => change)).toEqual([
      'status',
      'checksPassed',
      'checksFailed',
      'created',
    ])
  })

  it('block the goal after three failed attempts', async () => {
    const opened = await withGoal(
      [done, done, done, words('well')],
      { skein: { checks } },
      { checks: () => ({ exitCode: 1, output: 'no' }) },
    )
    await opened.turnEnded(1)
    expect(await opened.goal()).toMatchObject({
      status: 'blocked',
      skein: { reason: 'acceptance_failed', checksFailed: 3 },
    })
  })
})

describe('goal tools that do not work', () => {
  it('[59] denied in two turns in a row, the goal is paused', async () => {
    const denying: Extension = {
      name: 'denying',
      tools: () => [
        {
          name: 'update_goal',
          parallel: false,
          input: z.unknown(),
          spec: { kind: 'function', name: 'update_goal', description: '', parameters: {} },
          prepare: () => Promise.reject(new ToolFailure('denied by a hook')),
        },
      ],
    }
    const opened = await withGoal(
      [done, words('a'), done, words('b')],
      {},
      { extensions: [denying] },
    )
    await opened.turnEnded(1)
    await opened.quiet()
    expect((await opened.goal()).status).toBe('active')
    await opened.nextTurn(2_000)
    expect(goalTexts(opened.model.requests[1])).toContain('denied by a hook')
    expect(await opened.goal()).toMatchObject({
      status: 'paused',
      skein: { reason: 'goal_tool_failing', actor: 'system' },
    })
  })

  it('broken in two turns in a row, the goal is paused', async () => {
    const wrapStore = (store: Store): Store => ({
      ...store,
      async saveGoals(writes) {
        if (writes.some(({ goal }) => goal?.status === 'complete'))
          throw new SkeinError('storageDegraded', 'full')
        await store.saveGoals(writes)
      },
    })
    const opened = await openGoalThread({ wrapStore })
    opened.model.script([done, words('a'), done, words('b')])
    await opened.goals.set({ threadId, objective: 'win' })
    await opened.turnEnded(1)
    await opened.nextTurn(2_000)
    expect(await opened.goal()).toMatchObject({
      status: 'paused',
      skein: { reason: 'goal_tool_failing' },
    })
  })
})
