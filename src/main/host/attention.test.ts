import { expect, test } from 'vitest'
import type {
  GoalActor,
  GoalNotify,
  GoalStatus,
  Notification,
  ThreadStatus,
} from '../../protocol/index.ts'
import type { Outgoing, Server } from '../api/server.ts'
import { followAttention } from './attention.ts'

function setup() {
  let outgoing: Outgoing | undefined
  const changes: string[] = []
  const requests: unknown[] = []
  const server: Server = {
    connect(out) {
      outgoing = out
      return {
        request(method, params, reply) {
          requests.push({ method, params })
          reply({
            result: method === 'thread/read' ? { thread: { name: null, preview: 'Mend it' } } : {},
          })
        },
        answer: () => {},
        close: () => {},
      }
    },
    ready: Promise.resolve(),
    shutdown: () => Promise.resolve(),
  }
  const attention = followAttention(server, '1', (threadId, kind) => {
    changes.push(`${threadId} ${kind}`)
  })
  const say = (threadId: string, status: ThreadStatus) =>
    outgoing?.notify({
      method: 'thread/status/changed',
      params: { threadId, status },
    } as Notification)
  const sayGoal = (
    threadId: string,
    status: GoalStatus,
    actor: GoalActor,
    notify: GoalNotify = 'ends',
  ) => {
    const goal = { threadId, status, tokenBudget: 100, tokensUsed: 120, skein: { actor, notify } }
    outgoing?.notify({
      method: 'thread/goal/updated',
      params: { threadId, turnId: null, goal },
    } as unknown as Notification)
  }
  return { attention, changes, requests, say, sayGoal }
}

const running: ThreadStatus = { type: 'active', activeFlags: [] }
const asking: ThreadStatus = { type: 'active', activeFlags: ['waitingOnApproval'] }

test('a turn that asks and then ends is told step by step', () => {
  const { attention, changes, say } = setup()
  say('a', running)
  say('b', running)
  say('a', asking)
  expect([attention.running(), attention.waiting()]).toEqual([2, 1])
  say('a', asking)
  say('a', running)
  say('a', { type: 'idle' })
  say('b', { type: 'systemError' })
  expect(changes).toEqual(['a needsApproval', 'a settled', 'a finished', 'b failed'])
  expect([attention.running(), attention.waiting()]).toEqual([0, 0])
})

test('a thread that is loaded or put away without a turn says nothing', () => {
  const { changes, say } = setup()
  say('a', { type: 'idle' })
  say('a', { type: 'notLoaded' })
  expect(changes).toEqual([])
})

test('a thread without a name is called by what was asked first', async () => {
  expect(await setup().attention.titleOf('a' as never)).toBe('Mend it')
})

test('a goal is told of when it ends, never its turns', () => {
  const { changes, say, sayGoal } = setup()
  sayGoal('a', 'active', 'user')
  for (let turn = 0; turn < 2; turn++) {
    say('a', running)
    say('a', { type: 'idle' })
  }
  say('a', running)
  sayGoal('a', 'complete', 'model')
  say('a', { type: 'idle' })
  sayGoal('b', 'active', 'user')
  sayGoal('b', 'paused', 'user')
  sayGoal('c', 'active', 'user')
  sayGoal('c', 'blocked', 'system')
  expect(changes).toEqual(['a goalReached', 'c goalStopped'])
})

test('of a goal each turn is told, or nothing at all, where a person chose so', () => {
  const { changes, say, sayGoal } = setup()
  sayGoal('a', 'active', 'user', 'turns')
  say('a', running)
  say('a', { type: 'idle' })
  sayGoal('b', 'active', 'user', 'none')
  say('b', running)
  sayGoal('b', 'blocked', 'system', 'none')
  say('b', { type: 'idle' })
  expect(changes).toEqual(['a finished'])
})

test('a used-up budget is topped up from here, once', () => {
  const { attention, changes, requests, sayGoal } = setup()
  sayGoal('a', 'active', 'user')
  sayGoal('a', 'budgetLimited', 'system')
  expect(changes).toEqual(['a goalSpent'])
  attention.topUp('a')
  expect(requests.at(-1)).toMatchObject({
    method: 'thread/goal/set',
    params: { threadId: 'a', status: 'active', tokenBudget: 180 },
  })
  sayGoal('a', 'active', 'user')
  const before = requests.length
  attention.topUp('a')
  expect(requests).toHaveLength(before)
})
