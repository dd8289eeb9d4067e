// Many goals at once over the built app: people pause, stop and resume at random, the process dies and comes back.
import { expect, test } from 'vitest'
import type { Notification, ThreadGoal } from '../../src/protocol/index.ts'
import type { AppServer } from '../app-server-client.ts'
import { functionCall, message, response } from '../responses-events.ts'
import { stream } from '../responses-server.ts'
import { openApp, startThread } from '../scripted-app.ts'

const THREADS = 100
const MOVES = 150
const BUDGET = 2_000
const LIFE_MS_MAX = 60_000

/** The same moves each time. */
function createDice(seed: number): (sides: number) => number {
  let state = seed
  return (sides) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return Math.floor((state / 2 ** 31) * sides)
  }
}

/** Turns of goals as they overlap, in the order they were told. */
function mostAtOnce(notifications: readonly Notification[]): number {
  const running = new Set<string>()
  let most = 0
  for (const { method, params } of notifications) {
    if (method === 'turn/started' && params.turn.skein?.trigger === 'goal')
      running.add(params.turn.id)
    if (method === 'turn/completed') running.delete(params.turn.id)
    most = Math.max(most, running.size)
  }
  return most
}

async function allGoals(app: AppServer): Promise<readonly ThreadGoal[]> {
  return (await app.request('skein/goal/list', { limit: 100 })).data
}

test(
  'a hundred goals keep every bound under pauses, stops, crashes and restarts',
  async () => {
    const opened = await openApp()
    const { model } = opened
    const usage = { input: 300, output: 100, cached: 0, reasoning: 0 }
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
    const roll = createDice(7)
    const threadIds: string[] = []
    for (let n = 0; n < THREADS; n++) threadIds.push(await startThread(opened))
    let { app } = opened
    for (const threadId of threadIds)
      await app.request('thread/goal/set', { threadId, objective: 'win', tokenBudget: BUDGET })

    const quietly = (work: Promise<unknown>) => work.catch(() => undefined)
    for (let move = 0; move < MOVES; move++) {
      const threadId = threadIds[roll(THREADS)] ?? ''
      switch (roll(5)) {
        case 0:
          await quietly(app.request('thread/goal/set', { threadId, status: 'paused' }))
          break
        case 1:
          await quietly(app.request('thread/goal/set', { threadId, status: 'active' }))
          break
        case 2: {
          const turn = app.notifications.findLast(({ method }) => method === 'turn/started')
          if (turn?.method !== 'turn/started') break
          const { threadId: of, turn: running } = turn.params
          await quietly(app.request('turn/interrupt', { threadId: of, turnId: running.id }))
          break
        }
        default:
          await app.request('skein/goal/list', { limit: 1 })
      }
      if (move % 50 === 49) {
        expect(mostAtOnce(app.notifications)).toBeLessThanOrEqual(4)
        await app.kill9()
        app = await opened.restart()
        expect(
          (await allGoals(app)).every(
            ({ status, skein }) => status !== 'active' || skein.hold === 'startHold',
          ),
        ).toBe(true)
        await app.request('skein/goal/resumeAll', {})
      }
    }
    expect(mostAtOnce(app.notifications)).toBeLessThanOrEqual(4)
    await app.request('skein/goal/pauseAll', {})
    const asked = model.requests.length
    const goals = await allGoals(app)
    expect(goals).toHaveLength(THREADS)
    for (const goal of goals) {
      expect(goal.status).not.toBe('active')
      expect(goal.tokensUsed).toBeLessThanOrEqual(BUDGET + 400)
      expect(goal.tokensUsed % 400).toBe(0)
    }
    const { data } = await app.request('skein/goal/list', { limit: 100, status: ['active'] })
    expect(data).toEqual([])
    await app.request('skein/goal/list', { limit: 1 })
    expect(model.requests.length).toBe(asked)
  },
  LIFE_MS_MAX,
)
