import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { snapshot } from '../../../../test/builders.ts'
import { call, end, fail, hang, hold, type Piece, say } from '../../../../test/fake-model.ts'
import {
  createFakeTime,
  type GoalHarness,
  openGoalThread,
  usage,
} from '../../../../test/goal-harness.ts'
import { openTestStore } from '../../../../test/open-test-store.ts'
import type { GoalStatus } from '../../../protocol/index.ts'
import { SkeinError } from '../../lib/errors.ts'
import { ModelError } from '../../model/model-client.ts'
import type { Store } from '../../storage/store.ts'
import { threadCreated } from '../../storage/test-support/events.ts'
import type { Extension } from '../../threads/extensions/extension.ts'
import { ToolFailure } from '../../tools/tool.ts'
import { setGoal } from './goal-edit.ts'

const { threadId } = { threadId: 'thread-1' }

function words(text: string, counts = usage()): readonly Piece[] {
  return [say(text), end({ usage: counts })]
}

function calls(name: string, args: unknown, counts = usage()): readonly Piece[] {
  return [call(name, args), end({ usage: counts })]
}

const done = calls('update_goal', { status: 'complete' })
const echo = (text: string) => calls('echo', { text })

/** All that a request told the model of goals. */
function goalTexts(request: { input: readonly unknown[] } | undefined): string {
  return JSON.stringify(request?.input ?? [])
}

function count(text: string, part: string): number {
  return text.split(part).length - 1
}

async function withGoal(
  replies: Parameters<GoalHarness['model']['script']>[0],
  set: Record<string, unknown> = {},
  options: Parameters<typeof openGoalThread>[0] = {},
): Promise<GoalHarness> {
  const opened = await openGoalThread(options)
  opened.model.script(replies)
  await opened.goals.set({ threadId, objective: 'win', ...set })
  await opened.quiet()
  return opened
}

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
    let release = (): void => undefined
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const opened = await withGoal([[hold(held), say('a')], words('b'), words('c')])
    const entry = {
      id: 'q',
      input: [{ type: 'text' as const, text: 'queued', text_elements: [] }],
      clientUserMessageId: null,
      metadata: null,
    }
    await opened.actor.changeQueue({ type: 'add', entry })
    release()
    await opened.turnEnded(2)
    await opened.nextTurn()
    expect(opened.turns()).toEqual(['goal', 'queue', 'goal'])
  })

  it('[36] what a person says joins the running automatic turn', async () => {
    let release = (): void => undefined
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const opened = await withGoal([[hold(held), say('a')], words('b'), [hang()]])
    await opened.model.waitForRequest(1)
    const running = opened.actor.state().turn?.id
    expect((await opened.say('more')).id).toBe(running)
    release()
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

describe('people change the goal while it works', () => {
  async function atWork(after: readonly (readonly Piece[])[] = []) {
    let release = (): void => undefined
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const opened = await withGoal([echo('first'), [hold(held), ...words('b')], ...after])
    await opened.model.waitForRequest(2)
    await opened.quiet()
    return { opened, release: () => release() }
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
    const { opened, release } = await atWork([words('paused')])
    await opened.goals.set({ threadId, status: 'paused' })
    release()
    await opened.turnEnded(1)
    await opened.nextTurn(60_000)
    expect(await opened.goal()).toMatchObject({
      status: 'paused',
      tokensUsed: 650,
      skein: { reason: 'user', actor: 'user' },
    })
    expect(goalTexts(opened.model.requests[2])).toContain('paused the standing goal')
    expect(opened.turns()).toHaveLength(1)
  })

  it('[20] [21] clearing tells so once, and the turn comes to its end', async () => {
    const { opened, release } = await atWork()
    expect(await opened.goals.clear({ threadId })).toBe(true)
    release()
    await opened.turnEnded(1)
    expect(await opened.goals.get(threadId)).toBeNull()
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

  it('[56] a stop pauses the goal before the turn is cut, and nothing starts again', async () => {
    const { opened } = await atWork()
    await opened.goals.interrupting(threadId)
    expect((await opened.goal()).skein.reason).toBe('user_interrupt')
    await opened.actor.interrupt(opened.actor.state().turn?.id ?? '')
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
    opened.time.advance(10)
    expect(await opened.goals.set({ threadId })).toEqual(before)
    expect(opened.told()).toHaveLength(heard + 1)
  })
})

describe('the model and its goal', () => {
  it('[24] [25] complete ends it after one last answer, with a report where there is something to tell', async () => {
    const opened = await withGoal([done, words('over')], { tokenBudget: 5000 })
    await opened.turnEnded(1)
    await opened.nextTurn(60_000)
    expect(opened.turns()).toHaveLength(1)
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

  it('[64] blocked is refused until the obstacle held for three goal turns', async () => {
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
  })

  it('[68] a blocked goal goes on where it was when a person resumes it', async () => {
    const opened = await withGoal([[fail(badRequest())], words('on'), [hang()]])
    await opened.turnEnded(1)
    await opened.quiet()
    await opened.goals.set({ threadId, status: 'active' })
    await opened.turnEnded(2)
    expect(opened.turns()).toHaveLength(2)
    expect((await opened.goal()).tokensUsed).toBe(650)
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
    const quota = new ModelError('quota', { info: 'usageLimitExceeded', retryable: false })
    const opened = await withGoal([[fail(quota)], words('hi')])
    await opened.turnEnded(1)
    await opened.quiet()
    expect((await opened.goal()).status).toBe('usageLimited')
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

  it('[52] the use of a goal that was replaced changes nothing in the new one', async () => {
    let release = (): void => undefined
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const opened = await withGoal([[hold(held), ...words('a')], [hang()]])
    await opened.model.waitForRequest(1)
    await opened.goals.replace({ threadId, objective: 'other' })
    release()
    await opened.turnEnded(1)
    await opened.quiet()
    expect(await opened.goal()).toMatchObject({ objective: 'other', tokensUsed: 0 })
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

describe('time', () => {
  it('[62] waiting for a person is no working time', async () => {
    const opened = await withGoal([calls('ask', { text: 'x' }), words('thanks'), [hang()]])
    await opened.heard(
      (signal) => signal.type === 'recorded' && signal.event.type === 'approvalRequested',
    )
    opened.time.advance(600_000)
    const [approvalId = ''] = [...(opened.actor.state().turn?.approvals.keys() ?? [])]
    await opened.actor.respond(approvalId, { decision: 'accept' })
    await opened.turnEnded(1)
    await opened.quiet()
    expect((await opened.goal()).timeUsedSeconds).toBe(0)
  })

  it('counts work, and limits it by its own budget', async () => {
    let release = (): void => undefined
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const opened = await withGoal([[hold(held), ...words('slow')]], {
      skein: { timeBudgetMs: 30_000 },
    })
    await opened.model.waitForRequest(1)
    await opened.quiet()
    opened.time.advance(15_000)
    await opened.quiet()
    opened.time.advance(15_000)
    await opened.quiet()
    release()
    await opened.turnEnded(1)
    await opened.quiet()
    expect(await opened.goal()).toMatchObject({
      status: 'budgetLimited',
      timeUsedSeconds: 30,
      skein: { reason: 'time_budget' },
    })
  })
})

describe('where no goal works', () => {
  it('[37] [38] plan mode holds it and counts nothing; leaving it goes on', async () => {
    const opened = await withGoal(
      [words('planned'), words('on'), [hang()]],
      {},
      {
        state: planning('plan'),
      },
    )
    expect(opened.turns()).toEqual([])
    expect((await opened.goal()).skein.hold).toBe('planMode')
    await opened.say('make a plan')
    await opened.turnEnded(1)
    await opened.nextTurn(60_000)
    expect(await opened.goal()).toMatchObject({ tokensUsed: 0, timeUsedSeconds: 0 })
    const { snapshot } = { snapshot: planning('default').snapshot }
    await opened.actor.changeSettings(() => snapshot)
    await opened.turnEnded(2)
    expect(opened.turns()).toEqual(['user', 'goal'])
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
    expect(opened.told()).toHaveLength(heard + 1)
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

function planning(mode: 'plan' | 'default') {
  return { snapshot: snapshot({ mode }) }
}

function badRequest(): ModelError {
  return new ModelError('bad', { info: 'badRequest', retryable: false })
}
