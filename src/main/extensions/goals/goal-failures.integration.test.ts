// Turns that fail, writes that fail, and turns that lead nowhere.
import { describe, expect, it } from 'vitest'
import { end, fail, hang, hold } from '../../../../test/fake-model.ts'
import { createGate } from '../../../../test/gate.ts'
import { createFakeTime, openGoalThread, withGoal } from '../../../../test/goal-harness.ts'
import { echo, usage, words } from '../../../../test/goal-replies.ts'
import { openTestStore } from '../../../../test/open-test-store.ts'
import type { GoalStatus } from '../../../protocol/index.ts'
import { SkeinError } from '../../lib/errors.ts'
import { ModelError } from '../../model/model-client.ts'
import type { Store } from '../../storage/store.ts'

const threadId = 'thread-1'

describe('failures', () => {
  it('[30] a bad request blocks at once, and says so before the turn ends', async () => {
    const opened = await withGoal([[fail(badRequest())]])
    await opened.turnEnded(1)
    await opened.quiet()
    expect(await opened.goal()).toMatchObject({
      status: 'blocked',
      skein: { reason: 'turn_error', detail: 'badRequest: bad' },
    })
    expect(opened.model.requests).toHaveLength(1)
    const order = opened.signals.flatMap((signal) => {
      if (signal.type === 'told') return ['goal']
      return signal.type === 'recorded' && signal.event.type === 'turnCompleted' ? ['end'] : []
    })
    expect(order).toEqual(['goal', 'goal', 'end'])
  })

  it('[31] [32] a used-up quota limits it; the person may still talk, uncharged', async () => {
    const limitEndsAtMs = 9_000_000
    const info = 'usageLimitExceeded'
    const quota = new ModelError('quota', { info, retryable: false, limitEndsAtMs })
    const opened = await withGoal([[fail(quota)], words('hi')])
    await opened.turnEnded(1)
    await opened.nextTurn(60_000)
    expect(opened.model.requests).toHaveLength(1)
    expect(await opened.goal()).toMatchObject({ status: 'usageLimited', skein: { limitEndsAtMs } })
    await opened.say('hello')
    await opened.turnEnded(2)
    await opened.nextTurn(60_000)
    expect(await opened.goal()).toMatchObject({ status: 'usageLimited', tokensUsed: 0 })
    expect(opened.turns()).toEqual(['goal', 'user'])
  })

  it.each([
    ['paused', 0],
    ['complete', 0],
    ['budgetLimited', 1300],
  ] as const)('[33] a person’s turn over a %s goal is charged %i', async (status, charged) => {
    const opened = await withGoal([words('a')], { tokenBudget: 600 })
    await opened.turnEnded(1)
    if (status !== 'budgetLimited') {
      await opened.goals.clear({ threadId })
      await opened.goals.set({ threadId, objective: 'win', status: status as GoalStatus })
    }
    opened.model.script([words('b')])
    await opened.say('hello')
    await opened.turnEnded(2)
    await opened.quiet()
    expect(await opened.goal()).toMatchObject({ status, tokensUsed: charged })
  })

  it('[60] overload is tried again after 5, 15 and 45 minutes, then blocks', async () => {
    const overloaded = () => [
      fail(new ModelError('busy', { info: 'serverOverloaded', retryable: false })),
    ]
    const opened = await withGoal([overloaded(), overloaded(), overloaded(), overloaded()])
    await opened.turnEnded(1)
    for (const minutes of [5, 15, 45]) {
      await opened.quiet()
      const { status, skein } = await opened.goal()
      expect(status).toBe('active')
      expect(skein.nextStartAtMs).toBe(opened.time.clock.now() + minutes * 60_000)
      expect((await opened.store.findGoal(threadId))?.nextStartMs).toBe(skein.nextStartAtMs)
      await opened.nextTurn(minutes * 60_000)
    }
    expect(await opened.goal()).toMatchObject({
      status: 'blocked',
      skein: { reason: 'turn_error' },
    })
    expect(opened.turns()).toHaveLength(4)
  })

  it('[60] a restart keeps the time at which overload is tried again', async () => {
    const store = await openTestStore()
    const busy = new ModelError('busy', { info: 'serverOverloaded', retryable: false })
    const first = await withGoal([[fail(busy)]], {}, { store })
    await first.turnEnded(1)
    await first.quiet()
    const dueMs = (await first.goal()).skein.nextStartAtMs ?? 0
    await first.actor.shutdown('shutdown')
    const time = createFakeTime(dueMs - 180_000)
    const second = await openGoalThread({
      store,
      time,
      config: { autoResume: 'always' },
      state: { stored: true, lastSeq: first.actor.lastSeq(), preview: 'win' },
    })
    second.model.script([[hang()]])
    await second.actor.extensions.resumed()
    await second.quiet()
    expect(time.next()).toBe(180_000)
    time.advance(179_999)
    await second.quiet()
    expect(second.turns()).toEqual([])
    time.advance(1)
    await second.quiet()
    expect(second.turns()).toEqual(['goal'])
  })

  it('[54] what could not be written is written with the next flush, once', async () => {
    let refuse = false
    const wrapStore = (store: Store): Store => ({
      ...store,
      async saveGoals(writes) {
        if (refuse) throw new SkeinError('storageDegraded', 'full')
        await store.saveGoals(writes)
      },
    })
    const opened = await openGoalThread({ wrapStore })
    opened.model.script([
      echo('a'),
      () => {
        refuse = true
        return echo('b')
      },
      () => {
        refuse = false
        return words('c')
      },
      [hang()],
    ])
    await opened.goals.set({ threadId, objective: 'win' })
    await opened.turnEnded(1)
    await opened.quiet()
    expect((await opened.goal()).tokensUsed).toBe(1950)
  })

  it('[54] what could not be written until its turn was over is written with the next one', async () => {
    let refuse = false
    const wrapStore = (store: Store): Store => ({
      ...store,
      async saveGoals(writes) {
        if (refuse) throw new SkeinError('storageDegraded', 'full')
        await store.saveGoals(writes)
      },
    })
    const opened = await openGoalThread({ wrapStore })
    opened.model.script([
      () => {
        refuse = true
        return words('a')
      },
      [hang()],
    ])
    await opened.goals.set({ threadId, objective: 'win' })
    await opened.turnEnded(1)
    await opened.quiet()
    refuse = false
    expect((await opened.goal()).tokensUsed).toBe(0)
    await opened.goals.set({ threadId, status: 'paused' })
    expect((await opened.goal()).tokensUsed).toBe(650)
  })

  it('[52] the use of a goal that was replaced changes nothing in the new one', async () => {
    const gate = createGate()
    const opened = await withGoal([[hold(gate.passed), ...echo('a')], words('b'), [hang()]])
    await opened.model.waitForRequest(1)
    const { skein } = await opened.goal()
    // The response that was asked for the old goal arrives while it is being replaced.
    const replaced = opened.goals.replace({ threadId, objective: 'other' })
    gate.open()
    expect((await replaced).skein.goalId).not.toBe(skein.goalId)
    await opened.model.waitForRequest(2)
    expect(await opened.goal()).toMatchObject({ objective: 'other', tokensUsed: 0 })
    await opened.turnEnded(1)
    await opened.quiet()
    // The next one was asked for the new goal.
    expect((await opened.goal()).tokensUsed).toBe(650)
  })
})

describe('turns that lead nowhere', () => {
  it('[57] start after 2 and 15 seconds, and the third in a row blocks', async () => {
    const opened = await withGoal([words('a'), words('b'), words('c')])
    const waits: (number | null)[] = []
    await opened.turnEnded(1)
    for (const ms of [2_000, 15_000]) {
      await opened.quiet()
      waits.push((await opened.goal()).skein.nextStartAtMs)
      waits.push(opened.time.clock.now() + ms)
      await opened.nextTurn(ms)
    }
    expect(waits[0]).toBe(waits[1])
    expect(waits[2]).toBe(waits[3])
    expect(await opened.goal()).toMatchObject({
      status: 'blocked',
      skein: { reason: 'no_progress' },
    })
  })

  it('after as many in a row as the person allows, and not before the pause they want', async () => {
    const opened = await withGoal([words('a'), words('b')], {
      skein: { noProgressMax: 2, minGapMs: 60_000 },
    })
    await opened.turnEnded(1)
    await opened.quiet()
    expect((await opened.goal()).skein.nextStartAtMs).toBe(opened.time.clock.now() + 60_000)
    await opened.nextTurn(60_000)
    expect(await opened.goal()).toMatchObject({
      status: 'blocked',
      skein: { reason: 'no_progress', noProgressStreak: 2 },
    })
  })

  it('[58] the same words and the same call three times block as repeating', async () => {
    const opened = await withGoal([
      echo('x'),
      words('Same.'),
      echo('x'),
      words('same. '),
      echo('x'),
      words('Same.'),
    ])
    await opened.turnEnded(1)
    await opened.nextTurn()
    await opened.nextTurn(2_000)
    expect(await opened.goal()).toMatchObject({ status: 'blocked', skein: { reason: 'repeating' } })
  })

  it.each([
    ['empty words', () => words('')],
    ['no items', () => [end({ usage: usage() })]],
  ])('[34] three empty replies in a row block: %s', async (_what, reply) => {
    const opened = await withGoal([reply(), reply(), reply()])
    await opened.turnEnded(1)
    await opened.nextTurn(2_000)
    await opened.nextTurn(15_000)
    expect(await opened.goal()).toMatchObject({
      status: 'blocked',
      skein: { reason: 'empty_responses' },
    })
  })

  it('[61] the cap pauses after so many automatic turns; a person’s word counts anew', async () => {
    const turn = (n: number) => [echo(`${n}`), words(`did ${n}`)]
    const opened = await withGoal([1, 2, 3, 4, 5, 6, 7].flatMap(turn), {
      skein: { autoTurnCap: 5 },
    })
    await opened.turnEnded(1)
    await opened.nextTurn()
    await opened.say('well done')
    await opened.turnEnded(3)
    for (let n = 0; n < 4; n++) await opened.nextTurn()
    expect(await opened.goal()).toMatchObject({ status: 'active', skein: { autoTurns: 6 } })
    opened.model.script([...turn(8)])
    await opened.nextTurn()
    expect(await opened.goal()).toMatchObject({
      status: 'paused',
      skein: { reason: 'auto_turn_cap', autoTurns: 7 },
    })
  })
})

function badRequest(): ModelError {
  return new ModelError('bad', { info: 'badRequest', retryable: false })
}
