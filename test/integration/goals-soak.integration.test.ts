// Many goals at once over the built app: people pause, edit, stop and resume at random, the process dies and comes
// back. What was told and what was recorded must fit the bounds and each other. Another run: SKEIN_SOAK_SEED=8.
import { expect, test } from 'vitest'
import type { GoalLogEntry, Notification, ThreadGoal } from '../../src/protocol/index.ts'
import type { AppServer } from '../app-server-client.ts'
import { functionCall, message, response } from '../responses-events.ts'
import { stream } from '../responses-server.ts'
import { openApp, runTurn, startThread } from '../scripted-app.ts'
import { auditLife, runningGoalTurns } from '../soak-audit.ts'

const THREADS = 100
const MOVES = 150
const MOVES_PER_LIFE = 50
const AT_ONCE = 4
/** Of each response, as goals count it. */
const RESPONSE = 400
const usage = { input: 350, output: 100, cached: 50, reasoning: 20 }
const BUDGET = 16 * RESPONSE
const SEED = Number(process.env.SKEIN_SOAK_SEED ?? 7)
const LIFE_MS_MAX = 300_000

/** The same moves each time. */
function createDice(seed: number): (sides: number) => number {
  let state = seed
  return (sides) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return Math.floor((state / 2 ** 31) * sides)
  }
}

async function allGoals(app: AppServer): Promise<readonly ThreadGoal[]> {
  return (await app.request('skein/goal/list', { limit: 100 })).data
}

function statusesOf(goals: readonly ThreadGoal[]): ReadonlyMap<string, ThreadGoal['status']> {
  return new Map(goals.map(({ threadId, status }) => [threadId, status]))
}

/** What a turn's responses cost, as they are recorded. */
async function recordedTurns(app: AppServer, threadId: string) {
  const { byTurn } = await app.request('skein/usage/read', { threadId, limit: 100 })
  return new Map(
    byTurn.map(({ turnId, inputTokens, cachedInputTokens, outputTokens }) => [
      turnId,
      inputTokens - cachedInputTokens + outputTokens,
    ]),
  )
}

async function turnEntries(app: AppServer, threadId: string): Promise<readonly GoalLogEntry[]> {
  const { data } = await app.request('skein/goal/log/list', { threadId, kind: 'turn', limit: 100 })
  return data
}

/** How many turns were cut so that nothing of them was logged: by a crash. */
async function cutTurns(app: AppServer, threadId: string, logged: ReadonlySet<string | null>) {
  const { data } = await app.request('thread/turns/list', {
    threadId,
    limit: 100,
    itemsView: 'notLoaded',
  })
  return data.filter(({ id, status }) => status === 'interrupted' && !logged.has(id)).length
}

/** Over all lives: see LifeAudit. */
interface OddTurns {
  readonly disturbed: Set<string>
  readonly cut: Set<string>
}

/**
 * Turn by turn: what the log says a turn cost is what is recorded of it, unless the goal was stopped or set going
 * while it ran; and the goal has used the sum. What a turn used that a crash or a person cut is known to one
 * response: it may be charged and not be recorded. One thread may meet several crashes.
 */
async function auditAccount(app: AppServer, goal: ThreadGoal, turns: OddTurns) {
  const recorded = await recordedTurns(app, goal.threadId)
  const entries = await turnEntries(app, goal.threadId)
  for (const { turnId, tokensUsed } of entries) {
    const spent = recorded.get(turnId) ?? 0
    const isDisturbed = turns.disturbed.has(turnId ?? '')
    const slack = turns.cut.has(turnId ?? '') ? RESPONSE : 0
    expect(tokensUsed).toBeGreaterThanOrEqual(isDisturbed ? 0 : spent - slack)
    expect(tokensUsed).toBeLessThanOrEqual(spent + slack)
    recorded.delete(turnId)
  }
  const logged = entries.reduce((sum, { tokensUsed }) => sum + tokensUsed, 0)
  const rest = goal.tokensUsed - logged
  const cut = [...recorded.values()].reduce((sum, tokens) => sum + tokens, 0)
  const unlogged = await cutTurns(app, goal.threadId, new Set(entries.map(({ turnId }) => turnId)))
  expect(rest).toBeGreaterThanOrEqual(0)
  expect(rest).toBeLessThanOrEqual(cut + unlogged * RESPONSE)
  return { exact: recorded.size === 0 && rest === 0, responses: goal.tokensUsed / RESPONSE }
}

test(
  'a hundred goals keep every bound under pauses, stops, crashes and restarts',
  async ({ annotate }) => {
    await annotate(`seed ${SEED}`)
    const opened = await openApp()
    const { model } = opened
    let steps = 0
    // Each turn: one call, then words. What is told to wrap up does.
    model.otherwise(({ body }) => {
      const hasWorked = body.input.some(
        ({ type }, index) => type === 'function_call_output' && index > body.input.length - 4,
      )
      if (hasWorked) return stream(response([message('a step')], { usage }))
      steps += 1
      const plan = [{ step: `${steps}`, status: 'pending' }]
      return stream(response([functionCall('update_plan', { plan })], { usage }))
    })
    const roll = createDice(SEED)
    const threadIds: string[] = []
    for (let n = 0; n < THREADS - 1; n++) threadIds.push(await startThread(opened))
    let { app } = opened
    let known = statusesOf([])
    const turns: OddTurns = { disturbed: new Set(), cut: new Set() }
    const quietly = (work: Promise<unknown>) => work.catch(() => undefined)

    /** What was told in this life of the process: no goal turn without an active goal, never too many at once. */
    function audit(notifications: readonly Notification[]): void {
      const told = auditLife(notifications, known)
      expect(told.withoutGoal).toEqual([])
      expect(told.mostAtOnce).toBeLessThanOrEqual(AT_ONCE)
      for (const turnId of told.disturbed) turns.disturbed.add(turnId)
      for (const turnId of told.cut) turns.cut.add(turnId)
    }

    async function move(threadId: string): Promise<unknown> {
      switch (roll(6)) {
        case 0:
          return quietly(app.request('thread/goal/set', { threadId, status: 'paused' }))
        case 1:
          return quietly(app.request('thread/goal/set', { threadId, status: 'active' }))
        case 2: {
          const [turn] = runningGoalTurns(app.notifications)
          return turn && quietly(app.request('turn/interrupt', turn))
        }
        case 3:
          return app.request('thread/goal/set', { threadId, objective: `win ${steps}` })
        default: {
          const from = app.notifications.length
          const [turn] = runningGoalTurns(app.notifications)
          return turn && app.waitFor('turn/completed', () => true, from)
        }
      }
    }

    for (const threadId of threadIds)
      await app.request('thread/goal/set', { threadId, objective: 'win', tokenBudget: BUDGET })
    for (let moves = 1; moves <= MOVES; moves++) {
      await move(threadIds[roll(threadIds.length)] ?? '')
      if (moves % MOVES_PER_LIFE !== 0) continue
      await app.kill9()
      audit(app.notifications)
      app = await opened.restart()
      const goals = await allGoals(app)
      known = statusesOf(goals)
      const held = goals.filter(({ status }) => status === 'active')
      expect(held.every(({ skein }) => skein.hold === 'startHold')).toBe(true)
      // A client hears of the turns of threads that it opened.
      for (const threadId of threadIds)
        await app.request('thread/resume', { threadId, excludeTurns: true })
      await app.request('skein/goal/resumeAll', {})
    }
    // Something certainly works when everything is paused.
    const from = app.notifications.length
    const last = await startThread({ app, work: opened.work })
    await app.request('thread/goal/set', { threadId: last, objective: 'win', tokenBudget: BUDGET })
    await app.waitFor('turn/started', () => true, from)

    await app.request('skein/goal/pauseAll', {})
    const asked = model.requests.length
    audit(app.notifications)
    expect(runningGoalTurns(app.notifications)).toEqual([])
    const goals = await allGoals(app)
    expect(goals).toHaveLength(THREADS)
    const accounts = []
    for (const goal of goals) {
      expect(goal.status).not.toBe('active')
      expect(goal.tokensUsed).toBeLessThanOrEqual(BUDGET + RESPONSE)
      accounts.push(await auditAccount(app, goal, turns))
    }
    const exact = accounts.filter((account) => account.exact).length
    const responses = accounts.reduce((sum, account) => sum + account.responses, 0)
    await annotate(`${responses} responses charged; ${exact} of ${THREADS} accounts fit exactly`)
    expect(exact).toBeGreaterThan(THREADS / 2)
    expect(Number.isInteger(responses)).toBe(true)

    // Nothing runs after a pause of everything: not by itself, not behind a person's turn, not after a restart.
    expect(model.requests.length).toBe(asked)
    await runTurn(app, threadIds[0] ?? '', 'hello')
    const talked = model.requests.length
    expect(talked).toBeLessThanOrEqual(asked + 2)
    expect(runningGoalTurns(app.notifications)).toEqual([])
    await app.kill9()
    app = await opened.restart()
    expect((await app.request('skein/goal/list', { limit: 1 })).pausedAll).toBe(true)
    for (const threadId of threadIds.slice(0, 10)) await app.request('thread/resume', { threadId })
    expect(runningGoalTurns(app.notifications)).toEqual([])
    expect(model.requests.length).toBe(talked)
  },
  LIFE_MS_MAX,
)
