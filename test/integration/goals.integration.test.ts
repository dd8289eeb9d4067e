// Goals over the wire: what clients set and hear, and the turns that follow by themselves.
import { expect, test } from 'vitest'
import { functionCall, message, response } from '../responses-events.ts'
import { steps, stream, waitFor } from '../responses-server.ts'
import { openApp, runTurn, type ScriptedApp, startThread } from '../scripted-app.ts'

const done = stream(response([functionCall('update_goal', { status: 'complete' })]))
const silence = steps(waitFor(null))

async function openIdle(): Promise<ScriptedApp & { readonly threadId: string }> {
  const opened = await openApp()
  opened.model.otherwise(silence)
  return { ...opened, threadId: await startThread(opened) }
}

test('[8] [9] [10] [7] an objective set on an idle thread: answer, notification, then a turn without a user message', async () => {
  const opened = await openApp()
  const { app, model } = opened
  model.script(stream(response([message('working')])))
  model.otherwise(done)
  const threadId = await startThread(opened)
  const params = { threadId, objective: '  do <b> & c  ' }
  const line = JSON.stringify({ id: 'set', method: 'thread/goal/set', params })
  const answer = await app.exchange(line, 'set')
  expect(answer).toMatchObject({
    result: { goal: { threadId, objective: 'do <b> & c', status: 'active', tokensUsed: 0 } },
  })
  const updated = await app.waitFor('thread/goal/updated')
  expect(updated.params.turnId).toBeNull()
  await app.waitFor('turn/completed')
  const request = await model.waitForRequest(1)
  expect(JSON.stringify(request.body.input)).toContain('do &lt;b&gt; &amp; c')
  const methods = app.notifications.map(({ method }) => method)
  const told = methods.indexOf('thread/goal/updated')
  expect(app.heardBefore('set')).toBeLessThanOrEqual(told)
  expect(told).toBeLessThan(methods.indexOf('turn/started'))
  const { thread } = await app.request('thread/read', { threadId, includeTurns: true })
  expect(thread.turns[0]?.items.map(({ type }) => type)).toEqual(['agentMessage'])
  expect(thread.preview).toBe('do <b> & c')
})

test('[1] [2] [3] [4] [5] [7] what is no goal is refused with its reason, and nothing is told', async () => {
  const { app, threadId } = await openIdle()
  expect(await app.request('thread/goal/get', { threadId })).toEqual({ goal: null })
  const refused = async (params: Record<string, unknown>) =>
    JSON.stringify(await app.refusal('thread/goal/set', { threadId, ...params }))
  expect(await refused({ status: 'paused' })).toContain('no goal exists')
  expect(await refused({ objective: ' \n ' })).toContain('must not be empty')
  expect(await refused({ objective: 'a'.repeat(4001) })).toContain('4001')
  for (const tokenBudget of [0, -1, 1.5, '5'])
    expect(await refused({ objective: 'x', tokenBudget })).toMatch(/budget/i)
  expect(await refused({ objective: 'x', status: 'done' })).toContain('usageLimited')
  expect(await app.request('thread/goal/get', { threadId })).toEqual({ goal: null })
  expect(app.notifications.filter(({ method }) => method.startsWith('thread/goal'))).toEqual([])
  const params = { threadId, objective: '😀'.repeat(4000), status: 'paused' } as const
  const { goal } = await app.request('thread/goal/set', params)
  expect(goal.objective).toBe(params.objective)
  for (const tokenBudget of [0, -1, 1.5, '5'])
    expect(await refused({ tokenBudget })).toMatch(/budget/i)
  expect(await app.request('thread/goal/get', { threadId })).toEqual({ goal })
})

test('[6] a configured maximum is also the default', async () => {
  const opened = await openApp({ config: '[goals]\nmax_goal_token_budget = 100\n' })
  const { app } = opened
  const threadId = await startThread(opened)
  const objective = 'x'
  const { message: text } = await app.refusal('thread/goal/set', {
    threadId,
    objective,
    tokenBudget: 101,
  })
  expect(text).toMatch(/101.*100/)
  const status = 'paused' as const
  const { goal } = await app.request('thread/goal/set', { threadId, objective, status })
  expect(goal.tokenBudget).toBe(100)
  const unlimited = await app.exchange(
    `{"id":99,"method":"thread/goal/set","params":{"threadId":"${threadId}","tokenBudget":null}}\n`,
    99,
  )
  expect(unlimited).toMatchObject({ result: { goal: { tokenBudget: 100 } } })
})

test('[15] [16] [17] a limited goal stays so until its budget is raised and it is set going', async () => {
  const { app, threadId } = await openIdle()
  const set = async (params: Record<string, unknown>) =>
    (await app.request('thread/goal/set', { threadId, ...params })).goal
  const status = 'budgetLimited'
  expect((await set({ objective: 'x', status, tokenBudget: 5 })).skein.actor).toBe('user')
  expect((await set({ status: 'paused' })).status).toBe(status)
  expect((await set({ status: 'blocked' })).status).toBe(status)
  expect((await set({ tokenBudget: 50 })).status).toBe(status)
  expect(app.notifications.some(({ method }) => method === 'turn/started')).toBe(false)
  expect((await set({ status: 'active' })).status).toBe('active')
  await app.waitFor('turn/started')
})

test('[23] [21] an edit keeps a complete goal complete; clearing twice says so', async () => {
  const { app, threadId } = await openIdle()
  await app.request('thread/goal/set', { threadId, objective: 'x', status: 'complete' })
  const { goal } = await app.request('thread/goal/set', { threadId, objective: 'y' })
  expect(goal).toMatchObject({ objective: 'y', status: 'complete' })
  expect(await app.request('thread/goal/clear', { threadId })).toEqual({ cleared: true })
  await app.waitFor('thread/goal/cleared')
  expect(await app.request('thread/goal/clear', { threadId })).toEqual({ cleared: false })
})

test('[39] [40] without the feature, in an ephemeral thread and in none there are no goals', async () => {
  const off = await openApp({ config: '[features]\ngoals = false\n' })
  const id = await startThread(off)
  for (const method of ['thread/goal/get', 'thread/goal/set', 'thread/goal/clear']) {
    const { message } = await off.app.refusal(method, { threadId: id, objective: 'x' })
    expect(message).toContain('disabled')
  }
  const { app, model, ...opened } = await openApp()
  model.script(stream(response([message('hi')])))
  const threadId = await startThread({ app, ...opened }, { ephemeral: true })
  for (const method of ['thread/goal/get', 'thread/goal/set', 'thread/goal/clear'])
    expect(await app.refusal(method, { threadId, objective: 'x' })).toMatchObject({ code: -32600 })
  await runTurn(app, threadId, 'hello')
  expect(JSON.stringify((await model.waitForRequest(1)).body.tools)).not.toContain('update_goal')
  expect((await app.refusal('thread/goal/get', { threadId: 'nonsense' })).message).toContain(
    'invalid thread id',
  )
})
