// Goals of threads that end and come back: killed, restarted, unloaded, archived, deleted, forked.
import { expect, test } from 'vitest'
import { functionCall, message, response } from '../responses-events.ts'
import { steps, stream, waitFor } from '../responses-server.ts'
import { openApp, runTurn, type ScriptedApp, startThread } from '../scripted-app.ts'

const silence = steps(waitFor(null))
/** 650 tokens for a goal. */
const thousand = { input: 1000, cached: 400, output: 50, reasoning: 30 }

async function openIdle(): Promise<ScriptedApp & { readonly threadId: string }> {
  const opened = await openApp()
  opened.model.otherwise(silence)
  return { ...opened, threadId: await startThread(opened) }
}

test('[42] [43] killed in mid-turn: the goal is still active, and nothing runs until a person says so', async () => {
  const opened = await openIdle()
  const { threadId, model } = opened
  const plan = functionCall('update_plan', { plan: [{ step: 'go on', status: 'pending' }] })
  model.script(stream(response([plan], { usage: thousand })))
  await opened.app.request('thread/goal/set', { threadId, objective: 'x' })
  await model.waitForRequest(2)
  await opened.app.kill9()
  const app = await opened.restart()
  const { goal } = await app.request('thread/goal/get', { threadId })
  expect(goal).toMatchObject({ status: 'active', tokensUsed: 650, skein: { hold: 'startHold' } })
  await app.request('thread/list', {})
  await app.request('thread/read', { threadId })
  await app.request('thread/resume', { threadId })
  await app.waitFor('thread/goal/updated')
  const { conditions } = await app.request('skein/goal/explain', { threadId })
  expect(conditions.filter(({ holds }) => !holds)).toHaveLength(1)
  expect(model.requests).toHaveLength(2)
  expect(await app.request('skein/goal/resumeAll', {})).toEqual({ resumed: 1 })
  await model.waitForRequest(3)
})

test('[45] set active while its thread is not loaded, a goal starts when the thread is, held no more', async () => {
  const opened = await openIdle()
  const { threadId, model } = opened
  await opened.app.request('thread/goal/set', { threadId, objective: 'x' })
  await model.waitForRequest(1)
  await opened.app.kill9()
  const app = await opened.restart()
  const { goal } = await app.request('thread/goal/set', { threadId, status: 'active' })
  expect(goal).toMatchObject({ status: 'active', skein: { hold: null } })
  const { conditions } = await app.request('skein/goal/explain', { threadId })
  const failing = conditions.filter(({ holds }) => !holds).map(({ name }) => name)
  expect(failing).toEqual(['thread is loaded'])
  expect(model.requests).toHaveLength(1)
  await app.request('thread/resume', { threadId })
  await model.waitForRequest(2)
})

test('[56] a stop over the wire: the goal is paused before the turn has ended, and nothing follows', async () => {
  const { app, threadId, model } = await openIdle()
  await app.request('thread/goal/set', { threadId, objective: 'x' })
  const { params: started } = await app.waitFor('turn/started')
  await model.waitForRequest(1)
  const from = app.notifications.length
  await app.request('turn/interrupt', { threadId, turnId: started.turn.id })
  const { params } = await app.waitFor('turn/completed')
  expect(params.turn.status).toBe('interrupted')
  const told = app.notifications.slice(from).flatMap(({ method, params }) => {
    if (method === 'thread/goal/updated') return [params.goal.skein.reason]
    return method === 'turn/completed' ? ['end'] : []
  })
  expect([...new Set(told)]).toEqual(['user_interrupt', 'end'])
  const { conditions } = await app.request('skein/goal/explain', { threadId })
  expect(conditions.filter(({ holds }) => !holds).map(({ name }) => name)).toEqual([
    'goal is active',
  ])
  expect(model.requests).toHaveLength(1)
})

test('[47] [48] archiving pauses a goal, deleting takes it away', async () => {
  const { app, threadId } = await openIdle()
  await app.request('thread/goal/set', { threadId, objective: 'x' })
  await app.waitFor('turn/started')
  await app.request('thread/archive', { threadId })
  const { params } = await app.waitFor('turn/completed')
  expect(params.turn.status).toBe('interrupted')
  expect((await app.refusal('thread/goal/get', { threadId })).message).toContain('not found')
  await app.request('thread/unarchive', { threadId })
  const { goal } = await app.request('thread/goal/get', { threadId })
  expect(goal).toMatchObject({ status: 'paused', skein: { reason: 'archived' } })
  await app.request('thread/resume', { threadId })
  expect(app.notifications.filter(({ method }) => method === 'turn/started')).toHaveLength(1)
  await app.request('thread/delete', { threadId })
  expect((await app.request('skein/goal/list', {})).data).toEqual([])
})

test('[49] [50] [51] a fork takes the goal along only when asked, under its own id and from zero', async () => {
  const opened = await openApp()
  const { app, model } = opened
  model.script(stream(response([message('hi')])))
  model.otherwise(silence)
  const threadId = await startThread(opened)
  await runTurn(app, threadId, 'hello')
  const plan = functionCall('update_plan', { plan: [{ step: 'go on', status: 'pending' }] })
  model.script(stream(response([plan], { usage: thousand })))
  const source = await app.request('thread/goal/set', { threadId, objective: 'x' })
  await model.waitForRequest(3)
  expect((await app.request('thread/goal/get', { threadId })).goal?.tokensUsed).toBe(650)
  const { thread: plain } = await app.request('thread/fork', { threadId })
  expect(await app.request('thread/goal/get', { threadId: plain.id })).toEqual({ goal: null })
  const { thread: copy } = await app.request('thread/fork', {
    threadId,
    skein: { goal: 'deferred' },
  })
  const { goal } = await app.request('thread/goal/get', { threadId: copy.id })
  expect(goal).toMatchObject({ objective: 'x', status: 'active', tokensUsed: 0 })
  expect(goal?.skein.goalId).not.toBe(source.goal.skein.goalId)
  const { conditions } = await app.request('skein/goal/explain', { threadId: copy.id })
  const failing = conditions.filter(({ holds }) => !holds).map(({ name }) => name)
  expect(failing).toEqual(['not deferred by a fork'])
  model.script(stream(response([message('first')])))
  await runTurn(app, copy.id, 'go')
  await app.waitFor(
    'turn/started',
    (started) => started.threadId === copy.id && started.turn.skein?.trigger === 'goal',
  )
})
