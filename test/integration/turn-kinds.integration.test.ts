// Turns that do something else than answer, and changes of a thread's story, over the wire.
import { expect, test } from 'vitest'
import { functionCall, message, response } from '../responses-events.ts'
import { silence, status, stream } from '../responses-server.ts'
import { openApp, runTurn, type ScriptedApp, startThread, turnEnd, words } from '../scripted-app.ts'

/** What the model was sent: role and the beginning of the words, without what the app says of settings. */
async function sent({ model }: ScriptedApp, request: number): Promise<readonly string[]> {
  const { body } = await model.waitForRequest(request)
  const input = body.input as readonly { role?: string; content?: readonly { text?: string }[] }[]
  return input.flatMap(({ role, content }) => {
    const text = content?.[0]?.text ?? ''
    const isOfApp = role === 'developer' || text.startsWith('<environment>')
    return isOfApp ? [] : [`${role}: ${text.split('\n')[0]}`]
  })
}

async function shown({ app }: ScriptedApp, threadId: string): Promise<readonly string[][]> {
  const { data } = await app.request('thread/turns/list', {
    threadId,
    sortDirection: 'asc',
    itemsView: 'full',
  })
  return data.map(({ items }) => items.map(({ type }) => type))
}

async function threeTurns(opened: ScriptedApp) {
  opened.model.otherwise(stream(response([message('fine')])))
  const threadId = await startThread(opened)
  const turns = []
  for (const text of ['one', 'two', 'three'])
    turns.push((await runTurn(opened.app, threadId, text)).id)
  return { threadId, turns }
}

test('a revert takes turns out of the transcript and of what the model knows, also after a restart', async () => {
  const opened = await openApp()
  const { threadId, turns } = await threeTurns(opened)
  await expect(
    opened.app.request('thread/revert', { threadId, beforeTurnId: 'nope' }),
  ).rejects.toThrow('turn not found: nope')
  await opened.app.request('thread/revert', { threadId, beforeTurnId: turns[1] ?? '' })
  await opened.app.waitFor('thread/reverted')
  await opened.app.end()
  const app = await opened.restart()
  await app.request('thread/resume', { threadId, excludeTurns: true })
  await runTurn(app, threadId, 'four')
  expect(await sent(opened, 4)).toEqual(['user: one', 'assistant: fine', 'user: four'])
  expect(await shown({ ...opened, app }, threadId)).toHaveLength(2)
})

test('a thread reverted to nothing is called after its next words', async () => {
  const opened = await openApp()
  const { threadId, turns } = await threeTurns(opened)
  const beforeTurnId = turns[0] ?? ''
  const { thread } = await opened.app.request('thread/revert', { threadId, beforeTurnId })
  expect(thread.preview).toBe('')
  await opened.app.end()
  const app = await opened.restart()
  expect((await app.request('thread/read', { threadId })).thread.preview).toBe('')
  await app.request('thread/resume', { threadId, excludeTurns: true })
  await runTurn(app, threadId, 'another beginning')
  expect((await app.request('thread/read', { threadId })).thread.preview).toBe('another beginning')
})

test('a fork goes on from its turn, and outlives changes of its source', async () => {
  const opened = await openApp()
  const { threadId, turns } = await threeTurns(opened)
  const { app } = opened
  const fork = await app.request('thread/fork', { threadId, lastTurnId: turns[1] ?? '' })
  expect(fork.thread).toMatchObject({ forkedFromId: threadId, preview: 'one' })
  expect(fork.thread.turns.map(({ id }) => id)).toEqual(turns.slice(0, 2))
  await app.request('thread/revert', { threadId, beforeTurnId: turns[0] ?? '' })
  await runTurn(app, fork.thread.id, 'mine')
  expect(await sent(opened, 4)).toEqual([
    'user: one',
    'assistant: fine',
    'user: two',
    'assistant: fine',
    'user: mine',
  ])
  const second = await app.request('thread/fork', { threadId: fork.thread.id })
  expect(second.thread.turns).toHaveLength(3)
})

test('a compacted thread goes on from the summary; a revert brings back what was before it', async () => {
  const opened = await openApp()
  const { threadId, turns } = await threeTurns(opened)
  const { app, model } = opened
  model.script(stream(response([message('the notes')])))
  await app.request('thread/compact/start', { threadId })
  const { params } = await app.waitFor(
    'item/completed',
    ({ item }) => item.type === 'contextCompaction',
  )
  await turnEnd(app, params.turnId)
  await runTurn(app, threadId, 'four')
  const summary = 'user: <summary_of_earlier_work>'
  expect(await sent(opened, 5)).toEqual([
    'user: one',
    'user: two',
    'user: three',
    summary,
    'user: four',
  ])
  expect(await shown(opened, threadId)).toHaveLength(5)
  await app.request('thread/revert', { threadId, beforeTurnId: turns[2] ?? '' })
  await runTurn(app, threadId, 'again')
  expect((await sent(opened, 6)).slice(0, 3)).toEqual(['user: one', 'assistant: fine', 'user: two'])
})

test('a full window is compacted by itself before the next answer', async () => {
  const opened = await openApp()
  const { app, model } = opened
  const threadId = await startThread(opened)
  model.script(
    stream(response([message('fine')])),
    status(400, { error: { code: 'context_length_exceeded', message: 'too long' } }),
    stream(response([message('the notes')])),
  )
  model.otherwise(stream(response([message('done')])))
  await runTurn(app, threadId, 'one')
  expect((await runTurn(app, threadId, 'two')).status).toBe('failed')
  expect((await runTurn(app, threadId, 'three')).status).toBe('completed')
  expect((await shown(opened, threadId))[2]).toEqual([
    'userMessage',
    'contextCompaction',
    'agentMessage',
  ])
})

test('a window that fills in the middle of a turn is compacted before the turn goes on', async () => {
  const opened = await openApp({ config: 'model_auto_compact_token_limit = 1000' })
  const { app, model } = opened
  const threadId = await startThread(opened)
  const usage = { input: 2000, cached: 0, output: 10, reasoning: 0 }
  const plan = functionCall('update_plan', { plan: [] })
  model.script(stream(response([plan], { usage })), stream(response([message('the notes')])))
  model.otherwise(stream(response([message('done')])))
  expect((await runTurn(app, threadId, 'one')).status).toBe('completed')
  expect(await shown(opened, threadId)).toEqual([
    ['userMessage', 'contextCompaction', 'agentMessage'],
  ])
  expect(await sent(opened, 3)).toEqual(['user: one', 'user: <summary_of_earlier_work>'])
})

test('before a model with a smaller window takes over, the old one sums up', async () => {
  const opened = await openApp()
  const { app, model } = opened
  const threadId = await startThread(opened, { model: 'gpt-4.1' })
  const usage = { input: 200_000, cached: 0, output: 10, reasoning: 0 }
  model.script(stream(response([message('fine')], { usage })))
  model.script(stream(response([message('the notes')])))
  model.otherwise(stream(response([message('done')])))
  await runTurn(app, threadId, 'one')
  await runTurn(app, threadId, 'two', { model: 'gpt-4o' })
  expect(model.requests.map(({ body }) => body.model)).toEqual(['gpt-4.1', 'gpt-4.1', 'gpt-4o'])
  expect(await sent(opened, 3)).toEqual([
    'user: one',
    'user: <summary_of_earlier_work>',
    'user: two',
  ])
})

test('a review cannot be steered, and leaves its findings in transcript and history', async () => {
  const opened = await openApp()
  const { app, model } = opened
  const threadId = await startThread(opened)
  const findings = { findings: [{ title: 'Mend it', body: 'It breaks.' }] }
  model.otherwise(stream(response([message(JSON.stringify(findings))])))
  const target = { type: 'custom', instructions: 'look' } as const
  const { turn } = await app.request('review/start', { threadId, target })
  await turnEnd(app, turn.id)
  expect(await shown(opened, threadId)).toEqual([
    ['enteredReviewMode', 'exitedReviewMode', 'agentMessage'],
  ])
  await runTurn(app, threadId, 'go')
  expect(await sent(opened, 2)).toEqual([
    'user: <review_result>',
    'assistant: Review comment:',
    'user: go',
  ])
})

test('a review that is stopped, or whose process dies, is left without findings', async () => {
  const opened = await openApp()
  const { app, model } = opened
  const threadId = await startThread(opened)
  model.otherwise({ type: 'silence' })
  const target = { type: 'custom', instructions: 'look' } as const
  const first = await app.request('review/start', { threadId, target })
  await model.waitForRequest(1)
  await app.request('turn/interrupt', { threadId, turnId: first.turn.id })
  await turnEnd(app, first.turn.id)
  await app.request('review/start', { threadId, target })
  await model.waitForRequest(2)
  await app.kill9()
  const again = await opened.restart()
  const reviews = await shown({ ...opened, app: again }, threadId)
  const left = ['enteredReviewMode', 'exitedReviewMode']
  expect(reviews).toEqual([left, left])
  model.otherwise(stream(response([message('fine')])))
  await again.request('thread/resume', { threadId, excludeTurns: true })
  expect((await runTurn(again, threadId, 'go on')).status).toBe('completed')
})

test("a person's command runs in a turn of its own, and the model reads it later", async () => {
  const opened = await openApp()
  const { app, model } = opened
  model.otherwise(stream(response([message('fine')])))
  const threadId = await startThread(opened)
  await app.request('thread/shellCommand', { threadId, command: 'echo hi; exit 3' })
  const { params } = await app.waitFor('turn/completed')
  expect(params.turn.status).toBe('completed')
  await runTurn(app, threadId, 'go')
  expect(await sent(opened, 1)).toEqual(['user: <user_shell_command>', 'user: go'])
})

test('settings are announced only when they changed, and one turn may have its own', async () => {
  const opened = await openApp()
  const { app, model } = opened
  model.otherwise(stream(response([message('fine')])))
  const threadId = await startThread(opened)
  await app.request('thread/settings/update', { threadId, model: 'mock-model' })
  await app.request('thread/settings/update', { threadId, effort: 'low' })
  await app.waitFor('thread/settings/updated')
  const params = { threadId, input: words('once'), model: 'other' }
  await expect(
    app.request('turn/start', { ...params, skein: { onlyThisTurn: ['cwd'] } }),
  ).rejects.toThrow('skein.onlyThisTurn')
  const once = await app.request('turn/start', { ...params, skein: { onlyThisTurn: true } })
  await turnEnd(app, once.turn.id)
  await runTurn(app, threadId, 'again')
  const models = [1, 2].map(async (request) => (await model.waitForRequest(request)).body.model)
  expect(await Promise.all(models)).toEqual(['other', 'mock-model'])
  await app.request('thread/settings/update', { threadId, skein: { clear: ['effort'] } })
  const heard = app.notifications.filter(({ method }) => method === 'thread/settings/updated')
  expect(heard).toHaveLength(2)
})

test('a thread that is not loaded, or put away, is neither reverted nor opened', async () => {
  const opened = await openApp()
  const { threadId, turns } = await threeTurns(opened)
  await opened.app.end()
  const app = await opened.restart()
  const revert = { threadId, beforeTurnId: turns[0] ?? '' }
  expect((await app.refusal('thread/revert', revert)).message).toBe(`thread not found: ${threadId}`)
  expect(await shown({ ...opened, app }, threadId)).toHaveLength(3)
  await app.request('thread/archive', { threadId })
  for (const method of ['thread/resume', 'thread/fork'])
    expect(await app.refusal(method, { threadId }), method).toMatchObject({
      code: -32600,
      message: expect.stringMatching(`^session ${threadId} is archived\\.`),
    })
})

test('a resume tells how the goal stands, and the counts with the turns', async () => {
  const opened = await openApp()
  const { threadId } = await threeTurns(opened)
  await opened.app.end()
  const app = await opened.restart()
  await app.request('thread/resume', { threadId, excludeTurns: true })
  await app.waitFor('thread/goal/cleared', (params) => params.threadId === threadId)
  const methods = () => app.notifications.map(({ method }) => method)
  expect(methods()).not.toContain('thread/tokenUsage/updated')
  await app.request('thread/goal/set', { threadId, objective: 'later', status: 'paused' })
  const from = app.notifications.length
  await app.request('thread/resume', { threadId })
  const told = await app.waitFor('thread/goal/updated', () => true, from)
  expect(told.params).toMatchObject({ threadId, turnId: null, goal: { objective: 'later' } })
  expect(methods().slice(from)).toContain('thread/tokenUsage/updated')
})

test('a fork is answered like a start', async () => {
  const opened = await openApp()
  const { threadId } = await threeTurns(opened)
  const start = await opened.app.request('thread/start', { cwd: opened.work })
  const fork = await opened.app.request('thread/fork', { threadId, excludeTurns: true })
  expect(Object.keys(fork).toSorted()).toEqual(Object.keys(start).toSorted())
})

test('a summary that was stopped is not told as written', async () => {
  const opened = await openApp()
  const { app, model } = opened
  model.script(stream(response([message('fine')])), silence)
  const threadId = await startThread(opened)
  await runTurn(app, threadId, 'one')
  const from = app.notifications.length
  await app.request('thread/compact/start', { threadId })
  const { params } = await app.waitFor('turn/started', () => true, from)
  await model.waitForRequest(2)
  await app.request('turn/interrupt', { threadId, turnId: params.turn.id })
  await turnEnd(app, params.turn.id)
  const ended = app.notifications.slice(from).filter(({ method }) => method === 'item/completed')
  expect(ended).toEqual([])
})

test('a thread that only had a review is listed, called after what was looked at', async () => {
  const opened = await openApp()
  const { app, model } = opened
  model.otherwise(stream(response([message('all is well')])))
  const threadId = await startThread(opened)
  const { turn } = await app.request('review/start', {
    threadId,
    target: { type: 'custom', instructions: 'look at the doors' },
  })
  expect(turn).toMatchObject({ startedAt: null, items: [{ type: 'userMessage' }] })
  await turnEnd(app, turn.id)
  const { data } = await app.request('thread/list', {})
  expect(data.map(({ id, preview }) => [id, preview])).toEqual([[threadId, 'look at the doors']])
})
