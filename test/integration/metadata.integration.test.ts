// What is known of a thread beside its words, and the pause of its waits.
import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { functionCall, message, response } from '../responses-events.ts'
import { stream } from '../responses-server.ts'
import { openApp, runTurn, startThread, turnEnd, words } from '../scripted-app.ts'

const unknown = '01890000-0000-7000-8000-000000000000'
const capabilities = { experimentalApi: true }

test('metadata change field by field, without a word of the person, and outlive the process', async () => {
  const opened = await openApp()
  const { app, restart } = opened
  const threadId = await startThread(opened)
  const update = (gitInfo: Record<string, string | null>) =>
    app.request('thread/metadata/update', { threadId, gitInfo })
  const first = await update({ branch: ' main ', sha: 'abc' })
  expect(first.thread).toMatchObject({
    id: threadId,
    gitInfo: { sha: 'abc', branch: 'main', originUrl: null },
    status: { type: 'idle' },
  })
  expect((await update({ branch: null })).thread.gitInfo).toEqual({
    sha: 'abc',
    branch: null,
    originUrl: null,
  })
  await app.end()
  const again = await restart()
  const read = await again.request('thread/read', { threadId })
  expect(read.thread.gitInfo).toEqual({ sha: 'abc', branch: null, originUrl: null })
  const unloaded = await again.request('thread/metadata/update', {
    threadId,
    gitInfo: { sha: null },
  })
  expect([unloaded.thread.gitInfo, unloaded.thread.status]).toEqual([null, { type: 'notLoaded' }])
  expect((await again.request('thread/loaded/list', {})).data).toEqual([])
})

test('metadata are refused when there is nothing to change, no thread, or nothing is kept', async () => {
  const opened = await openApp({ capabilities })
  const { app } = opened
  const threadId = await startThread(opened)
  const ephemeral = (await app.request('thread/start', { ephemeral: true })).thread.id
  const refusal = (params: Record<string, unknown>) => app.refusal('thread/metadata/update', params)
  const cases: [Record<string, unknown>, string][] = [
    [{ threadId }, 'thread metadata update must include at least one field'],
    [{ threadId, gitInfo: {} }, 'gitInfo must include at least one field'],
    [{ threadId, gitInfo: { branch: ' ' } }, 'gitInfo.branch must not be empty'],
    [{ threadId: unknown, gitInfo: { sha: 'a' } }, `no rollout found for thread id ${unknown}`],
    [
      { threadId: ephemeral, gitInfo: { sha: 'a' } },
      `ephemeral thread does not support metadata updates: ${ephemeral}`,
    ],
  ]
  for (const [params, message] of cases)
    expect(await refusal(params)).toEqual({ code: -32600, message })
})

test('the memory mode is set to one of two words', async () => {
  const opened = await openApp({ capabilities })
  const { app } = opened
  const threadId = await startThread(opened)
  expect(await app.request('thread/memoryMode/set', { threadId, mode: 'disabled' })).toEqual({})
  const polluted = await app.refusal('thread/memoryMode/set', { threadId, mode: 'polluted' })
  expect(polluted.code).toBe(-32600)
  expect(polluted.message).toMatch(/enabled.*disabled/)
  const ephemeral = (await app.request('thread/start', { ephemeral: true })).thread.id
  const refused = await app.refusal('thread/memoryMode/set', {
    threadId: ephemeral,
    mode: 'enabled',
  })
  expect(refused).toEqual({
    code: -32600,
    message: `ephemeral thread does not support metadata updates: ${ephemeral}`,
  })
})

test('elicitations are counted per thread', async () => {
  const opened = await openApp({ capabilities })
  const { app } = opened
  const threadId = await startThread(opened)
  const change = async (way: 'increment' | 'decrement') =>
    await app.request(`thread/${way}_elicitation`, { threadId })
  expect([
    await change('increment'),
    await change('increment'),
    await change('decrement'),
    await change('decrement'),
  ]).toEqual([
    { count: 1, paused: true },
    { count: 2, paused: true },
    { count: 1, paused: true },
    { count: 0, paused: false },
  ])
  expect(await app.refusal('thread/decrement_elicitation', { threadId })).toEqual({
    code: -32600,
    message: 'out-of-band elicitation count is already zero',
  })
  const stranger = await app.refusal('thread/increment_elicitation', { threadId: unknown })
  expect(stranger).toEqual({ code: -32600, message: `thread not found: ${unknown}` })
})

test('a thread knows where its folder stood in Git when it began, also after a restart', async () => {
  const opened = await openApp()
  const { app, work, model, restart } = opened
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-C', work, ...args], { encoding: 'utf8' }).trim()
  const who = ['-c', 'user.name=T', '-c', 'user.email=t@example.org', '-c', 'commit.gpgsign=false']
  git('init', '--quiet', '--initial-branch=work')
  git(...who, 'commit', '--quiet', '--allow-empty', '--message=x')
  git('remote', 'add', 'origin', 'https://example.org/a.git')
  const gitInfo = {
    sha: git('rev-parse', 'HEAD'),
    branch: 'work',
    originUrl: 'https://example.org/a.git',
  }
  const { thread } = await app.request('thread/start', { cwd: work })
  expect(thread.gitInfo).toEqual(gitInfo)
  model.script(stream(response([message('ok')])))
  await runTurn(app, thread.id, 'hi')
  git('checkout', '--quiet', '-b', 'later')
  const forked = await app.request('thread/fork', { threadId: thread.id })
  expect(forked.thread.gitInfo).toEqual({ ...gitInfo, branch: 'later' })
  await app.end()
  const again = await restart()
  const read = await again.request('thread/read', { threadId: thread.id })
  expect(read.thread.gitInfo).toEqual(gitInfo)
})

test('while somebody is asked elsewhere, a wait for a command does not run out', async () => {
  const opened = await openApp({ capabilities })
  const { app, model } = opened
  const threadId = await startThread(opened, { sandbox: 'danger-full-access' })
  const cmd = 'echo ready; sleep 60'
  model.script(
    stream(response([functionCall('exec_command', { cmd, login: false, yield_time_ms: 500 })])),
    stream(response([message('ok')])),
  )
  await app.request('thread/increment_elicitation', { threadId })
  const { turn } = await app.request('turn/start', { threadId, input: words('go') })
  await app.waitFor('item/commandExecution/outputDelta')
  const beganAt = performance.now()
  await new Promise((resolve) => setTimeout(resolve, 900))
  expect(model.requests.length).toBe(1)
  await app.request('thread/decrement_elicitation', { threadId })
  await turnEnd(app, turn.id)
  expect(performance.now() - beganAt).toBeGreaterThan(1_350)
  expect(JSON.stringify(model.requests[1]?.body.input)).toContain('Process running with session ID')
})
