import { expect, test } from 'vitest'
import type { GoalActor, GoalStatus, Notification, ThreadStatus } from '../../protocol/index.ts'
import type { Outgoing, Server } from '../api/server.ts'
import { followAttention } from './attention.ts'

function setup() {
  let outgoing: Outgoing | undefined
  const changes: string[] = []
  const server: Server = {
    connect(out) {
      outgoing = out
      return {
        request: (method, _params, reply) =>
          reply({
            result: method === 'thread/read' ? { thread: { name: null, preview: 'Mend it' } } : {},
          }),
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
  const sayGoal = (threadId: string, status: GoalStatus, actor: GoalActor) =>
    outgoing?.notify({
      method: 'thread/goal/updated',
      params: { threadId, turnId: null, goal: { threadId, status, skein: { actor } } },
    } as Notification)
  return { attention, changes, say, sayGoal }
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
