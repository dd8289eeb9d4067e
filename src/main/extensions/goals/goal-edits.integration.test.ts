// People change a goal while it works.
import { describe, expect, it } from 'vitest'
import { hang, hold, type Piece } from '../../../../test/fake-model.ts'
import { createGate } from '../../../../test/gate.ts'
import { withGoal } from '../../../../test/goal-harness.ts'
import { echo, goalTexts, words } from '../../../../test/goal-replies.ts'
import { SkeinError } from '../../lib/errors.ts'

const threadId = 'thread-1'

describe('people change the goal while it works', () => {
  async function atWork(after: readonly (readonly Piece[])[] = [], answer = words('b')) {
    const gate = createGate()
    const opened = await withGoal([echo('first'), [hold(gate.passed), ...answer], ...after])
    await opened.model.waitForRequest(2)
    await opened.quiet()
    return { opened, release: gate.open }
  }

  it('[18] a budget lowered below its use limits it at once', async () => {
    const { opened, release } = await atWork()
    const goal = await opened.goals.set({ threadId, tokenBudget: 100 })
    expect(goal).toMatchObject({ status: 'budgetLimited', tokensUsed: 650 })
    release()
    await opened.turnEnded(1)
    await opened.nextTurn(60_000)
    expect(opened.turns()).toHaveLength(1)
  })

  it('[19] a pause lets the turn end, charges nothing more and is followed by nothing', async () => {
    const { opened, release } = await atWork()
    await opened.goals.set({ threadId, status: 'paused' })
    release()
    await opened.turnEnded(1)
    await opened.nextTurn(60_000)
    expect(opened.model.requests).toHaveLength(2)
    expect(await opened.goal()).toMatchObject({
      status: 'paused',
      tokensUsed: 650,
      skein: { reason: 'user', actor: 'user' },
    })
    expect(opened.turns()).toHaveLength(1)
  })

  it('a turn that goes on after a pause is told of it', async () => {
    const { opened, release } = await atWork([words('c')], echo('second'))
    await opened.goals.set({ threadId, status: 'paused' })
    release()
    await opened.turnEnded(1)
    expect(goalTexts(opened.model.requests[1])).not.toContain('paused the standing goal')
    expect(goalTexts(opened.model.requests[2])).toContain('paused the standing goal')
  })

  it('each use is told once, with the call or the turn that ended', async () => {
    const { opened, release } = await atWork()
    release()
    await opened.turnEnded(1)
    const used = opened
      .told()
      .map((told) => told.method === 'thread/goal/updated' && told.params.goal.tokensUsed)
    expect(used).toEqual([0, 650, 1300])
  })

  it('[20] [21] clearing tells so once, and the turn comes to its end', async () => {
    const { opened, release } = await atWork()
    expect(await opened.goals.clear({ threadId })).toBe(true)
    release()
    await opened.turnEnded(1)
    expect(await opened.goals.get(threadId)).toBeNull()
    expect(opened.heardGoals().filter((word) => word === 'cleared')).toHaveLength(1)
    expect(
      opened.signals.flatMap((signal) =>
        signal.type === 'recorded' && signal.event.type === 'turnCompleted'
          ? [signal.event.status]
          : [],
      ),
    ).toEqual(['completed'])
    const before = opened.told().length
    expect(await opened.goals.clear({ threadId })).toBe(false)
    expect(opened.told()).toHaveLength(before)
  })

  it('[22] an edited objective keeps goal and counters, and reaches the next request', async () => {
    const { opened, release } = await atWork([words('c'), [hang()]])
    const before = await opened.goal()
    const after = await opened.goals.set({ threadId, objective: 'win twice' })
    expect(after).toMatchObject({ tokensUsed: 650, skein: { goalId: before.skein.goalId } })
    release()
    await opened.turnEnded(1)
    expect(goalTexts(opened.model.requests[2])).toContain('supersedes')
    expect(goalTexts(opened.model.requests[2])).toContain('win twice')
  })

  it('each edit of the objective stays in the log with the old and the new text', async () => {
    const opened = await withGoal([], { status: 'paused' })
    for (const objective of ['win twice', 'win thrice'])
      await opened.goals.set({ threadId, objective })
    const { data } = await opened.goals.log({ threadId, kind: 'change' }, 10)
    const edits = data.filter(({ change }) => change === 'objective')
    expect(edits.map(({ actor, before, after }) => [actor, before, after])).toEqual([
      ['user', { objective: 'win twice' }, { objective: 'win thrice' }],
      ['user', { objective: 'win' }, { objective: 'win twice' }],
    ])
  })

  it('how it goes on and what is told of it is kept, and changed only where it is named', async () => {
    const opened = await withGoal([], { status: 'paused', skein: { notify: 'turns' } })
    expect((await opened.goal()).skein).toMatchObject({ notify: 'turns', minGapMs: 1_000 })
    await opened.goals.set({ threadId, skein: { minGapMs: 5_000, noProgressMax: 9 } })
    expect(await opened.store.findGoal(threadId)).toMatchObject({
      notify: 'turns',
      minGapMs: 5_000,
      noProgressMax: 9,
    })
    const { data } = await opened.goals.log({ threadId, kind: 'change' }, 1)
    expect(data[0]).toMatchObject({ change: 'habits', actor: 'user' })
  })

  it('[56] a stop pauses the goal before the turn is cut, and nothing starts again', async () => {
    const { opened } = await atWork()
    const from = opened.signals.length
    await opened.actor.interrupt(opened.actor.state().turn?.id ?? '')
    const order = opened.signals.slice(from).flatMap((signal) => {
      if (signal.type === 'recorded') return signal.event.type === 'turnCompleted' ? ['end'] : []
      if (signal.type !== 'told' || signal.notification.method !== 'thread/goal/updated') return []
      return [signal.notification.params.goal.skein.reason]
    })
    expect([order[0], order.at(-1)]).toEqual(['user_interrupt', 'end'])
    await opened.nextTurn(60_000)
    expect(opened.turns()).toHaveLength(1)
    expect(await opened.goal()).toMatchObject({
      status: 'paused',
      skein: { reason: 'user_interrupt', actor: 'user' },
    })
  })

  it('[65] a change that expects another goal is refused with the one there is', async () => {
    const { opened, release } = await atWork()
    const skein = { expectedGoalId: 'other' }
    const refused = await opened.goals.set({ threadId, status: 'paused', skein }).catch((e) => e)
    expect(refused).toBeInstanceOf(SkeinError)
    expect(refused.detail).toMatchObject({
      skein_error_code: 'goal_changed',
      goal: { objective: 'win', status: 'active' },
    })
    release()
    await opened.turnEnded(1)
  })

  it('[67] a set without anything tells once and changes the time alone', async () => {
    const opened = await withGoal([words('a')])
    await opened.turnEnded(1)
    await opened.quiet()
    const before = await opened.goal()
    const heard = opened.told().length
    opened.time.advance(1_000)
    const after = await opened.goals.set({ threadId })
    expect(after).toEqual({ ...before, updatedAt: before.updatedAt + 1 })
    expect(opened.told()).toHaveLength(heard + 1)
  })
})

describe('for ten seconds a change of the status can be taken back', () => {
  it('a pause: the goal goes on, and the log says so', async () => {
    const opened = await withGoal([[hang()], [hang()]])
    await opened.goals.set({ threadId, status: 'paused' })
    expect((await opened.goal()).skein.undoableUntilMs).toBe(opened.time.clock.now() + 10_000)
    opened.time.advance(9_999)
    expect(await opened.goals.undo({ threadId })).toMatchObject({
      status: 'active',
      skein: { undoableUntilMs: expect.any(Number) },
    })
    const { data } = await opened.goals.log({ threadId, kind: 'change' }, 1)
    expect(data[0]).toMatchObject({
      change: 'undone',
      actor: 'user',
      before: { status: 'paused' },
      after: { status: 'active' },
    })
  })

  it('a removal: the goal is there again with its id and what it used', async () => {
    const opened = await withGoal([words('a'), [hang()]])
    await opened.turnEnded(1)
    await opened.quiet()
    const before = await opened.goal()
    await opened.goals.clear({ threadId })
    expect(await opened.goals.undo({ threadId })).toMatchObject({
      objective: 'win',
      tokensUsed: 650,
      status: 'active',
      skein: { goalId: before.skein.goalId },
    })
  })

  it('what the host decided: three turns without progress, forgiven', async () => {
    const opened = await withGoal([words('a'), words('b'), words('c'), [hang()]])
    await opened.turnEnded(1)
    await opened.nextTurn(2_000)
    await opened.nextTurn(15_000)
    expect((await opened.goal()).status).toBe('blocked')
    expect(await opened.goals.undo({ threadId })).toMatchObject({
      status: 'active',
      skein: { noProgressStreak: 0, actor: 'user' },
    })
    await opened.quiet()
    expect(opened.turns()).toHaveLength(4)
  })

  it('later, or for another goal, it cannot', async () => {
    const opened = await withGoal([], { status: 'paused' })
    await expect(opened.goals.undo({ threadId })).rejects.toThrow('no change of the goal')
    await opened.goals.set({ threadId, status: 'complete' })
    opened.time.advance(10_000)
    expect((await opened.goal()).skein.undoableUntilMs).toBeNull()
    await expect(opened.goals.undo({ threadId })).rejects.toThrow('no change of the goal')
    await opened.goals.set({ threadId, status: 'blocked' })
    await opened.goals.replace({ threadId, objective: 'other', status: 'paused' })
    await expect(opened.goals.undo({ threadId })).rejects.toThrow('no change of the goal')
  })
})
