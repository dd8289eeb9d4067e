// Automatic turns: when they start, what they cost, and when their budget ends them.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { snapshot } from '../../../../test/builders.ts'
import { createFakeModel, fakeProviders, hang, hold, say } from '../../../../test/fake-model.ts'
import { createGate } from '../../../../test/gate.ts'
import { openGoalThread, withGoal } from '../../../../test/goal-harness.ts'

import { calls, count, echo, goalTexts, usage, words } from '../../../../test/goal-replies.ts'
import { silentLogger } from '../../lib/logger.ts'
import { createAutoReview } from '../auto-review/auto-review.ts'

const threadId = 'thread-1'

describe('continuing', () => {
  it('[11] [12] a turn is followed by another, a second later, and each response is charged', async () => {
    const opened = await withGoal([echo('1'), words('one'), [hang()]])
    await opened.turnEnded(1)
    await opened.quiet()
    expect(await opened.goal()).toMatchObject({ tokensUsed: 1300, status: 'active' })
    expect(opened.turns()).toEqual(['goal'])
    opened.time.advance(999)
    await opened.quiet()
    expect(opened.turns()).toEqual(['goal'])
    opened.time.advance(1)
    await opened.quiet()
    expect(opened.turns()).toEqual(['goal', 'goal'])
  })

  it('[13] a budget that a turn of words crosses ends it all after that turn', async () => {
    const opened = await withGoal([words('a'), words('b'), words('c')], { tokenBudget: 1500 })
    await opened.turnEnded(1)
    await opened.nextTurn(2_000)
    await opened.nextTurn(15_000)
    expect(await opened.goal()).toMatchObject({ status: 'budgetLimited', tokensUsed: 1950 })
    await opened.nextTurn(60_000)
    expect(opened.turns()).toHaveLength(3)
  })

  it('[15] [16] [17] a limited goal stays so until its budget is raised and it is set going, counters kept', async () => {
    const opened = await withGoal([words('a'), [hang()]], { tokenBudget: 600 })
    await opened.turnEnded(1)
    await opened.quiet()
    for (const status of ['active', 'paused', 'blocked'] as const)
      expect((await opened.goals.set({ threadId, status })).status).toBe('budgetLimited')
    await opened.nextTurn(60_000)
    expect(opened.turns()).toHaveLength(1)
    const raised = await opened.goals.set({ threadId, tokenBudget: 5000 })
    expect(raised.status).toBe('budgetLimited')
    await opened.nextTurn(60_000)
    expect(opened.turns()).toHaveLength(1)
    const resumed = await opened.goals.set({ threadId, status: 'active' })
    expect(resumed).toMatchObject({ status: 'active', tokensUsed: 650 })
    await opened.quiet()
    expect(opened.turns()).toHaveLength(2)
  })

  it('[14] a budget that a tool step crosses sends one wrap-up message, also after further steps', async () => {
    const step = usage({ inputTokens: 1000, cachedInputTokens: 0, outputTokens: 10 })
    const opened = await withGoal(
      [
        calls('echo', { text: 'a' }, step),
        calls('echo', { text: 'b' }, step),
        calls('echo', { text: 'c' }, step),
        words('end', step),
      ],
      { tokenBudget: 1500 },
    )
    await opened.turnEnded(1)
    const said = (index: number) => count(goalTexts(opened.model.requests[index]), 'is used up')
    expect([0, 1, 2, 3].map(said)).toEqual([0, 0, 1, 1])
    expect(await opened.goal()).toMatchObject({ status: 'budgetLimited', tokensUsed: 4040 })
  })

  it('[10] [63] the objective stands escaped in each request, exactly once', async () => {
    const opened = await withGoal([echo('x'), words('y'), [hang()]], { objective: 'do <b> & c' })
    await opened.turnEnded(1)
    await opened.quiet()
    opened.time.advance(1_000)
    await opened.model.waitForRequest(3)
    for (const request of opened.model.requests) {
      expect(count(goalTexts(request), '<standing_goal>')).toBe(1)
      expect(count(goalTexts(request), '<goal_continuation>')).toBe(1)
      expect(goalTexts(request)).toContain('do &lt;b&gt; &amp; c')
    }
    expect(opened.model.requests).toHaveLength(3)
    expect((await opened.goal()).objective).toBe('do <b> & c')
  })

  it('[35] queued input goes before the next automatic turn', async () => {
    const gate = createGate()
    const opened = await withGoal([[hold(gate.passed), say('a')], words('b'), words('c')])
    const entry = {
      id: 'q',
      input: [{ type: 'text' as const, text: 'queued', text_elements: [] }],
      clientUserMessageId: null,
      metadata: null,
    }
    await opened.actor.changeQueue({ type: 'add', entry })
    gate.open()
    await opened.turnEnded(2)
    await opened.nextTurn()
    expect(opened.turns()).toEqual(['goal', 'queue', 'goal'])
  })

  it('[36] what a person says joins the running automatic turn', async () => {
    const gate = createGate()
    const opened = await withGoal([[hold(gate.passed), say('a')], words('b'), [hang()]])
    await opened.model.waitForRequest(1)
    const running = opened.actor.state().turn?.id
    expect((await opened.say('more')).id).toBe(running)
    gate.open()
    await opened.turnEnded(1)
    expect(goalTexts(opened.model.requests[1])).toContain('more')
  })

  it('[53] a goal cleared before its turn starts starts none', async () => {
    const opened = await withGoal([words('a'), words('never')])
    await opened.turnEnded(1)
    await opened.quiet()
    await opened.goals.clear({ threadId })
    opened.time.advance(60_000)
    await opened.quiet()
    expect(opened.turns()).toEqual(['goal'])
    expect(opened.heardGoals().at(-1)).toBe('cleared')
  })
})

describe('time', () => {
  it('[62] waiting for a person is no working time', async () => {
    const opened = await withGoal([calls('ask', { text: 'x' }), words('thanks'), [hang()]])
    await opened.heard(
      (signal) => signal.type === 'recorded' && signal.event.type === 'approvalRequested',
    )
    await opened.work(600_000)
    const [approvalId = ''] = [...(opened.actor.state().turn?.approvals.keys() ?? [])]
    await opened.actor.respond(approvalId, { decision: 'accept' })
    await opened.turnEnded(1)
    await opened.quiet()
    expect((await opened.goal()).timeUsedSeconds).toBe(0)
  })

  it('counts work, and limits it by its own budget', async () => {
    const gate = createGate()
    const opened = await withGoal([[hold(gate.passed), ...words('slow')]], {
      skein: { timeBudgetMs: 30_000 },
    })
    await opened.model.waitForRequest(1)
    await opened.work(30_000)
    gate.open()
    await opened.turnEnded(1)
    await opened.quiet()
    expect(await opened.goal()).toMatchObject({
      status: 'budgetLimited',
      timeUsedSeconds: 30,
      skein: { reason: 'time_budget' },
    })
  })
})

describe('what others use for a goal', () => {
  it('[55] reviewers that work for a turn count for its goal, each response once', async () => {
    const verdict =
      '{"risk_level":"low","user_authorization":"high","outcome":"allow","rationale":"fine"}'
    const reviewer = createFakeModel()
    const spends = (tokens: number) =>
      words(verdict, usage({ inputTokens: tokens - 1, cachedInputTokens: 0, outputTokens: 1 }))
    reviewer.script([spends(11), spends(23)])
    const home = await mkdtemp(join(tmpdir(), 'skein-goal-'))
    onTestFinished(() => rm(home, { recursive: true, force: true }))
    const review = createAutoReview({
      home,
      logger: silentLogger,
      providers: async () => fakeProviders(reviewer),
    })
    const settings = { approvalsReviewer: 'auto_review', approvalPolicy: 'on-request' } as const
    const opened = await withGoal(
      [calls('ask', { text: 'x' }), calls('ask', { text: 'y' }), words('both ran'), [hang()]],
      {},
      { extensions: [review], state: { snapshot: snapshot(settings) } },
    )
    await opened.turnEnded(1)
    await opened.quiet()
    expect(reviewer.requests).toHaveLength(2)
    expect((await opened.goal()).tokensUsed).toBe(3 * 650 + 11 + 23)
  })

  it('what is said to nobody in particular costs nothing: a turn without a goal leaves no use behind', async () => {
    const opened = await openGoalThread()
    opened.model.script([words('hi')])
    await opened.say('hello')
    await opened.turnEnded(1)
    opened.model.script([[hang()]])
    await opened.goals.set({ threadId, objective: 'win' })
    await opened.quiet()
    expect((await opened.goal()).tokensUsed).toBe(0)
  })
})

describe('money', () => {
  const prices = { 'test-model': { input: 2, cached_input: 0.5, output: 10 } }
  /** 600 fresh, 400 cached, 50 out. */
  const each = 600 * 2 + 400 * 0.5 + 50 * 10

  it('is counted where a price is known, and its budget ends the goal', async () => {
    const opened = await withGoal(
      [echo('1'), words('one')],
      { skein: { costBudgetMicros: each + 1 } },
      { prices },
    )
    await opened.turnEnded(1)
    await opened.quiet()
    expect(await opened.goal()).toMatchObject({
      status: 'budgetLimited',
      skein: { reason: 'cost_budget', costUsedMicros: 2 * each },
    })
  })

  it('is unknown without a price, and a budget of it ends nothing', async () => {
    const opened = await withGoal([words('one'), [hang()]], { skein: { costBudgetMicros: 1 } })
    await opened.turnEnded(1)
    await opened.quiet()
    expect(await opened.goal()).toMatchObject({
      status: 'active',
      skein: { costUsedMicros: null },
    })
  })
})
