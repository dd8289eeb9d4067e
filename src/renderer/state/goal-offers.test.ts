import { expect, it } from 'vitest'
import type { GoalStatus, Notification, ThreadGoal } from '../../protocol/index.ts'
import { createGoalOffers } from './goal-offers.ts'
import type { GoalStore } from './goal-store.ts'
import type { NotificationPump } from './notification-pump.ts'

function setup(first: GoalStatus) {
  let status = first
  const listeners: ((batch: readonly Notification[]) => void)[] = []
  const pump = {
    subscribe: (listener: (batch: readonly Notification[]) => void) => {
      listeners.push(listener)
      return () => undefined
    },
  } as unknown as NotificationPump
  const goals = {
    getState: () => ({ goals: new Map([['t', { status } as ThreadGoal]]) }),
  } as unknown as GoalStore
  const offers = createGoalOffers(goals, pump)
  const tell = (notification: unknown) => {
    for (const listener of listeners) listener([notification as Notification])
  }
  return {
    offer: () => offers.getState().get('t') ?? null,
    dismiss: () => offers.dismiss('t'),
    say: (text: string, threadId = 't') => {
      const item = { type: 'userMessage', content: [{ type: 'text', text, text_elements: [] }] }
      tell({ method: 'item/completed', params: { threadId, item } })
    },
    become(next: GoalStatus) {
      status = next
      tell({ method: 'thread/goal/updated', params: { goal: { threadId: 't', status } } })
    },
  }
}

it.each([
  ['stop', 'pause'],
  ['Please pause for now', 'pause'],
  ['Stop! That is wrong', 'pause'],
  ['do not stop', null],
  ['stopping is not what I want', null],
  ['go on', null],
])('to an active goal, %j offers %s', (words, offered) => {
  const opened = setup('active')
  opened.say(words)
  expect(opened.offer()).toBe(offered)
})

it.each([
  ['paused', 'resume'],
  ['blocked', 'resume'],
  ['usageLimited', 'resume'],
  ['budgetLimited', null],
  ['complete', null],
] as const)('to a %s goal, a message offers %s', (status, offered) => {
  const opened = setup(status)
  opened.say('here is the key')
  expect(opened.offer()).toBe(offered)
})

it('is gone once it was taken, left, or another message says otherwise', () => {
  const opened = setup('active')
  opened.say('stop')
  opened.become('active')
  expect(opened.offer()).toBe('pause')
  opened.become('paused')
  expect(opened.offer()).toBeNull()
  opened.say('go on')
  opened.dismiss()
  expect(opened.offer()).toBeNull()
  opened.become('active')
  opened.say('stop')
  opened.say('rather not')
  expect(opened.offer()).toBeNull()
})

it('says nothing of threads without a goal', () => {
  const opened = setup('active')
  opened.say('stop', 'other')
  expect(opened.offer()).toBeNull()
})
