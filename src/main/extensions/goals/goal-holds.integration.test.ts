// Where no goal works: plan mode, a switched-off feature, another process, a pause of everything, a wait.
import { describe, expect, it } from 'vitest'
import { hang, hold } from '../../../../test/fake-model.ts'
import { createGate } from '../../../../test/gate.ts'
import {
  createFakeTime,
  openGoalThread,
  planning,
  withGoal,
} from '../../../../test/goal-harness.ts'
import { calls, words } from '../../../../test/goal-replies.ts'
import { openTestStore } from '../../../../test/open-test-store.ts'
import { threadCreated } from '../../storage/test-support/events.ts'
import { setGoal } from './goal-edit.ts'

const threadId = 'thread-1'

describe('where no goal works', () => {
  it('[37] [38] plan mode holds it and counts nothing; leaving it goes on', async () => {
    const gate = createGate()
    const opened = await withGoal(
      [[hold(gate.passed), ...words('planned')], words('on'), [hang()]],
      {},
      {
        state: planning('plan'),
      },
    )
    expect(opened.turns()).toEqual([])
    expect((await opened.goal()).skein.hold).toBe('planMode')
    await opened.say('make a plan')
    await opened.model.waitForRequest(1)
    await opened.work(45_000)
    gate.open()
    await opened.turnEnded(1)
    await opened.nextTurn(60_000)
    expect(await opened.goal()).toMatchObject({ tokensUsed: 0, timeUsedSeconds: 0 })
    await opened.actor.changeSettings(() => planning('default').snapshot)
    await opened.turnEnded(2)
    expect(opened.turns()).toEqual(['user', 'goal'])
  })

  it('[37] plan mode that is set during a turn lets it end; nothing follows until the mode is left', async () => {
    const gate = createGate()
    const opened = await withGoal([[hold(gate.passed), ...words('a')], [hang()]])
    await opened.model.waitForRequest(1)
    await opened.actor.changeSettings(() => planning('plan').snapshot)
    gate.open()
    await opened.turnEnded(1)
    await opened.nextTurn(60_000)
    expect(opened.turns()).toEqual(['goal'])
    expect((await opened.goal()).skein.hold).toBe('planMode')
    await opened.actor.changeSettings(() => planning('default').snapshot)
    await opened.quiet()
    expect(opened.turns()).toEqual(['goal', 'goal'])
  })

  it('[39] with the feature off nothing is offered and everything refused', async () => {
    const opened = await openGoalThread({ config: { enabled: false } })
    opened.model.script([words('hi')])
    await expect(opened.goals.get(threadId)).rejects.toThrow('goals feature is disabled')
    await expect(opened.goals.set({ threadId, objective: 'x' })).rejects.toThrow('disabled')
    await opened.say('hello')
    await opened.turnEnded(1)
    expect(opened.model.requests[0]?.tools.map(({ name }) => name)).not.toContain('update_goal')
  })

  it('[45] [43] a goal of a former process is held until a person continues', async () => {
    const store = await openTestStore()
    const first = await openGoalThread({ store })
    first.model.script([[hang()]])
    await first.goals.set({ threadId, objective: 'win' })
    await first.quiet()
    await first.actor.shutdown('shutdown')
    const time = createFakeTime(2_000_000)
    const second = await openGoalThread({
      store,
      time,
      state: { stored: true, lastSeq: first.actor.lastSeq(), preview: 'win' },
    })
    second.model.script([[hang()]])
    await second.actor.extensions.resumed()
    await second.quiet()
    expect(second.heardGoals()).toEqual(['active'])
    expect((await second.goal()).skein.hold).toBe('startHold')
    second.time.advance(60_000)
    await second.quiet()
    expect(second.turns()).toEqual([])
    const failing = (await second.goals.explain(threadId)).conditions.filter(({ holds }) => !holds)
    expect(failing.map(({ name }) => name)).toEqual(['not held since the start of the app'])
    expect(await second.goals.resumeAll(undefined)).toBe(1)
    await second.quiet()
    expect(second.turns()).toEqual(['goal'])
  })

  it('[44] resuming a thread with a paused goal shows it and starts nothing', async () => {
    const opened = await withGoal([], { status: 'paused' })
    const heard = opened.told().length
    await opened.actor.extensions.resumed()
    await opened.quiet()
    expect(opened.told().slice(heard)).toMatchObject([
      { method: 'thread/goal/updated', params: { turnId: null, goal: { status: 'paused' } } },
    ])
    expect(opened.turns()).toEqual([])
  })

  it('a pause of everything stops the turn and holds until it is lifted', async () => {
    const opened = await withGoal([[hang()], words('on'), [hang()]])
    await opened.model.waitForRequest(1)
    expect(await opened.goals.pauseAll(true)).toBe(1)
    await opened.turnEnded(1)
    await opened.nextTurn(60_000)
    expect(await opened.goal()).toMatchObject({ status: 'paused', skein: { reason: 'pause_all' } })
    expect(await opened.store.goalsPaused()).toBe(true)
    expect(await opened.goals.resumeAll(undefined)).toBe(1)
    await opened.turnEnded(2)
    expect(opened.turns()).toHaveLength(2)
  })

  it('a thousand stored goals arm no timer and ask for nothing', async () => {
    const store = await openTestStore()
    const limits = { maxTokenBudget: null, autoTurnCap: null }
    const context = { nowMs: 0, limits, newId: () => 'goal' }
    for (let n = 0; n < 1_000; n++) {
      const id = `stored-${n}`
      await store.journal.commit(id, 0, 0, [threadCreated()])
      const { goal, log } = setGoal(null, id, { objective: 'win' }, context)
      await store.saveGoals([{ threadId: id, expectedRev: null, goal, log }])
    }
    for (const autoResume of ['ask', 'always'] as const) {
      const opened = await openGoalThread({ store, config: { autoResume } })
      await opened.quiet()
      expect(await store.activeGoals()).toHaveLength(1_000)
      expect(opened.time.next()).toBeNull()
      opened.time.advance(86_400_000)
      await opened.quiet()
      expect(opened.turns()).toEqual([])
    }
  })

  it('a parked goal wakes once when its time has come', async () => {
    const opened = await withGoal([
      calls('park_goal', { wait_for: 'timer', seconds: 60 }),
      words('waiting'),
      [hang()],
    ])
    await opened.turnEnded(1)
    await opened.quiet()
    expect((await opened.goal()).skein).toMatchObject({ hold: 'wait', wait: { type: 'timer' } })
    opened.time.advance(59_999)
    await opened.quiet()
    expect(opened.turns()).toHaveLength(1)
    opened.time.advance(1)
    await opened.quiet()
    expect(opened.turns()).toHaveLength(2)
    expect((await opened.goal()).skein.wait).toBeNull()
  })
})
