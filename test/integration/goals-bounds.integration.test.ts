// Goals over the wire, where something else has a say: reviews, watchers, other threads, compaction, another process.
import { expect, test } from 'vitest'
import { startAppServer } from '../app-server-client.ts'
import { createGate } from '../gate.ts'
import { customCall, functionCall, message, response } from '../responses-events.ts'
import { steps, stream, waitFor, write } from '../responses-server.ts'
import { openApp, startThread, turnEnd } from '../scripted-app.ts'

const silence = steps(waitFor(null))
const plan = functionCall('update_plan', { plan: [{ step: 'go on', status: 'pending' }] })

function parts(body: { readonly input: unknown }, part: string): number {
  return JSON.stringify(body.input).split(part).length - 1
}

test('[41] a review is offered no goal tools, the turn before it was', async () => {
  const opened = await openApp()
  const { app, model } = opened
  model.otherwise(stream(response([message('{"findings":[]}')])))
  const threadId = await startThread(opened)
  const objective = 'x'
  await app.request('thread/goal/set', { threadId, objective, status: 'complete' })
  const input = [{ type: 'text' as const, text: 'hello', text_elements: [] }]
  const { turn } = await app.request('turn/start', { threadId, input })
  await turnEnd(app, turn.id)
  const target = { type: 'custom', instructions: 'look' } as const
  const review = await app.request('review/start', { threadId, target })
  await turnEnd(app, review.turn.id)
  const offered = model.requests.map(({ body }) => /"\w+_goal"/.test(JSON.stringify(body.tools)))
  expect(offered).toEqual([true, false])
})

test('[46] a goal goes on though nobody watches its thread', async () => {
  const opened = await openApp()
  const { app, model } = opened
  const gate = createGate()
  model.script(
    steps(waitFor(gate.passed), write(response([plan]))),
    stream(response([message('a step')])),
  )
  model.otherwise(silence)
  const threadId = await startThread(opened)
  await app.request('thread/goal/set', { threadId, objective: 'x' })
  await model.waitForRequest(1)
  expect(await app.request('thread/unsubscribe', { threadId })).toEqual({ status: 'unsubscribed' })
  const told = app.notifications.length
  gate.open()
  const third = await model.waitForRequest(3)
  expect(parts(third.body, 'automatic turn 2')).toBe(1)
  const turns = app.notifications.slice(told).filter(({ method }) => method.startsWith('turn/'))
  expect(turns).toEqual([])
})

test('[63] after a compaction in mid-turn, which is charged, objective and audit rules still stand, exactly once', async () => {
  const opened = await openApp({ config: 'model_auto_compact_token_limit = 5000' })
  const { app, model } = opened
  const full = { input: 6000, cached: 0, output: 10, reasoning: 0 }
  const notes = { input: 70, cached: 20, output: 5, reasoning: 0 }
  model.script(
    stream(response([plan], { usage: full })),
    stream(response([message('notes without a word of what is wanted')], { usage: notes })),
  )
  model.otherwise(silence)
  const threadId = await startThread(opened)
  await app.request('thread/goal/set', { threadId, objective: 'paint the bridge' })
  const after = await model.waitForRequest(3)
  const { goal } = await app.request('thread/goal/get', { threadId })
  expect(goal?.tokensUsed).toBe(6010 + notes.input - notes.cached + notes.output)
  expect(parts(after.body, '<summary_of_earlier_work>')).toBe(1)
  for (const rule of ['paint the bridge', '<standing_goal>', 'name the evidence for each'])
    expect(parts(after.body, rule)).toBe(1)
})

test('[66] of six threads with goals four work, and the next begins when one ends', async () => {
  const opened = await openApp()
  const { app, model } = opened
  const gate = createGate()
  const done = response([functionCall('update_goal', { status: 'complete' })])
  model.script(steps(waitFor(gate.passed), write(done)), silence, silence, silence)
  model.script(stream(response([message('over')])))
  model.otherwise(silence)
  const threadIds: string[] = []
  for (let n = 0; n < 6; n++) threadIds.push(await startThread(opened))
  for (const threadId of threadIds)
    await app.request('thread/goal/set', { threadId, objective: 'x' })
  await model.waitForRequest(4)
  for (const threadId of threadIds.slice(4)) {
    const { conditions } = await app.request('skein/goal/explain', { threadId })
    expect(conditions.filter(({ holds }) => !holds)).toEqual([
      { name: 'a place is free', holds: false, value: '4 of 4 automatic turns run' },
    ])
  }
  const begun = () => app.notifications.filter(({ method }) => method === 'turn/started').length
  expect(begun()).toBe(4)
  gate.open()
  await app.waitFor('turn/started', ({ threadId }) => threadId === threadIds[4])
  expect(begun()).toBe(5)
})

test('[53] a goal cleared while it waits for a place starts no turn, and the place goes to the next', async () => {
  const opened = await openApp({ config: '[goals]\nmax_simultaneous = 1' })
  const { app, model } = opened
  const gate = createGate()
  const done = response([functionCall('update_goal', { status: 'complete' })])
  model.script(steps(waitFor(gate.passed), write(done)), stream(response([message('over')])))
  model.otherwise(silence)
  const [first = '', second = '', third = ''] = [
    await startThread(opened),
    await startThread(opened),
    await startThread(opened),
  ]
  await app.request('thread/goal/set', { threadId: first, objective: 'x' })
  await model.waitForRequest(1)
  for (const threadId of [second, third])
    await app.request('thread/goal/set', { threadId, objective: 'x' })
  await app.request('thread/goal/clear', { threadId: second })
  gate.open()
  await app.waitFor('turn/started', ({ threadId }) => threadId === third)
  const begun = app.notifications.flatMap(({ method, params }) =>
    method === 'turn/started' ? [params.threadId] : [],
  )
  expect(begun).toEqual([first, third])
})

test('[71] another process is refused where one works, and the goal goes on undisturbed', async () => {
  const opened = await openApp()
  const { app, model } = opened
  model.otherwise(silence)
  const threadId = await startThread(opened)
  await app.request('thread/goal/set', { threadId, objective: 'x' })
  await model.waitForRequest(1)
  const second = startAppServer({ home: opened.home, env: { HOME: opened.home } })
  const { code } = await second.exited
  expect(code).not.toBe(0)
  expect(second.stderr()).toContain(String(app.pid))
  const { goal } = await app.request('thread/goal/get', { threadId })
  expect(goal?.status).toBe('active')
  expect(model.requests).toHaveLength(1)
})

test('the log of a goal names the files a turn changed; the thread itself tells the status', async () => {
  const opened = await openApp()
  const { app, model } = opened
  const patch = '*** Begin Patch\n*** Add File: notes/a.txt\n+hi\n*** End Patch\n'
  model.script(
    stream(response([customCall('apply_patch', patch)])),
    stream(response([message('wrote it')])),
  )
  model.otherwise(silence)
  const threadId = await startThread(opened, {
    approvalPolicy: 'never',
    sandbox: 'danger-full-access',
  })
  const read = async () => (await app.request('thread/read', { threadId })).thread.skein
  expect((await read())?.goalStatus).toBeNull()
  await app.request('thread/goal/set', { threadId, objective: 'x' })
  await model.waitForRequest(3)
  const { data } = await app.request('skein/goal/log/list', { threadId, kind: 'turn' })
  expect(data).toMatchObject([{ filesChanged: ['notes/a.txt'], productive: true }])
  expect((await read())?.goalStatus).toBe('active')
  await app.request('thread/goal/set', { threadId, status: 'paused' })
  expect((await read())?.goalStatus).toBe('paused')
})
