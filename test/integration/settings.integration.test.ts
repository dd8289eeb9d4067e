// Under which settings a turn runs: overrides, snapshots, configuration and models.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { message, response } from '../responses-events.ts'
import { stream } from '../responses-server.ts'
import { openApp, runTurn, startThread, turnEnd, words } from '../scripted-app.ts'

test('overrides of a turn stick, and each turn can tell under what it ran', async () => {
  const opened = await openApp()
  const { app, model, work } = opened
  model.otherwise(stream(response([message('ok')])))
  const threadId = await startThread(opened)
  const first = await runTurn(app, threadId, 'one')
  const second = await runTurn(app, threadId, 'two', {
    model: 'bigger-model',
    effort: 'high',
    summary: 'detailed',
    approvalPolicy: 'never',
    sandboxPolicy: { type: 'readOnly', networkAccess: false },
    serviceTier: 'flex',
    cwd: join(work, '..'),
  })
  const { params } = await app.waitFor('thread/settings/updated')
  expect(params.threadSettings).toMatchObject({
    model: 'bigger-model',
    effort: 'high',
    summary: 'detailed',
    approvalPolicy: 'never',
    sandboxPolicy: { type: 'readOnly', networkAccess: false },
    activePermissionProfile: null,
    serviceTier: 'flex',
    cwd: join(work, '..'),
  })
  const third = await runTurn(app, threadId, 'three', { serviceTier: null })
  const bodies = model.requests.map(({ body }) => body)
  expect(bodies.map((body) => [body.model, body.reasoning, body.service_tier])).toMatchObject([
    ['mock-model', {}, undefined],
    ['bigger-model', { effort: 'high', summary: 'detailed' }, 'flex'],
    ['bigger-model', { effort: 'high', summary: 'detailed' }, undefined],
  ])
  const snapshots = await Promise.all(
    [first, second, third].map(({ id }) =>
      app.request('skein/config/snapshot/read', { threadId, turnId: id }),
    ),
  )
  expect(snapshots.map(({ snapshot }) => snapshot.values.model)).toEqual([
    'mock-model',
    'bigger-model',
    'bigger-model',
  ])
  expect(snapshots.map(({ snapshot }) => snapshot.origins.model)).toEqual([
    'user',
    'thread',
    'thread',
  ])
  expect(snapshots[0]?.snapshot.id).toBe(first.skein?.snapshotId)
  const byId = await app.request('skein/config/snapshot/read', {
    snapshotId: first.skein?.snapshotId ?? '',
  })
  expect(byId).toEqual(snapshots[0])
  const now = await app.request('skein/config/snapshot/read', { threadId })
  expect(now.snapshot.id).toBe(third.skein?.snapshotId)
  expect(now.snapshot.sandboxPolicy).toEqual({ type: 'readOnly', networkAccess: false })
})

test('equal settings share one snapshot', async () => {
  const opened = await openApp()
  opened.model.otherwise(stream(response([message('ok')])))
  const threadId = await startThread(opened)
  const first = await runTurn(opened.app, threadId, 'one')
  const second = await runTurn(opened.app, threadId, 'two')
  expect(second.skein?.snapshotId).toBe(first.skein?.snapshotId)
})

test('a refused override leaves the thread as it was', async () => {
  const opened = await openApp()
  const { app, model } = opened
  model.otherwise(stream(response([message('ok')])))
  const threadId = await startThread(opened)
  const before = await app.request('skein/config/snapshot/read', { threadId })
  const refused: object[] = [
    { permissions: ':nothing' },
    { permissions: ':workspace', sandboxPolicy: { type: 'dangerFullAccess' } },
    { approvalPolicy: 'sometimes' },
    { sandboxPolicy: { type: 'strict' } },
    { model: '' },
    { model: 'other', runtimeWorkspaceRoots: ['relative'] },
  ]
  for (const params of refused) {
    const error = await app.refusal('turn/start', { threadId, input: words('x'), ...params })
    expect(error, JSON.stringify(params)).toMatchObject({ code: -32600 })
  }
  expect(await app.request('skein/config/snapshot/read', { threadId })).toEqual(before)
  expect(model.requests).toEqual([])
  expect(await runTurn(app, threadId, 'fine')).toMatchObject({ status: 'completed' })
})

test('an output schema is sent strictly, and for its turn alone', async () => {
  const opened = await openApp()
  const { app, model } = opened
  model.otherwise(stream(response([message('{}')])))
  const schema = { type: 'object', properties: {}, additionalProperties: false }
  const threadId = await startThread(opened)
  await runTurn(app, threadId, 'one', { outputSchema: schema })
  await runTurn(app, threadId, 'two')
  expect(model.requests[0]?.body.text).toMatchObject({
    format: { type: 'json_schema', strict: true, schema },
  })
  expect(JSON.stringify(model.requests[1]?.body.text ?? null)).not.toContain('json_schema')
})

test('a joining input with another output schema is refused with -32603', async () => {
  const opened = await openApp()
  const { app, model } = opened
  model.script({ type: 'silence' })
  const threadId = await startThread(opened)
  const { turn } = await app.request('turn/start', { threadId, input: words('one') })
  const joining = { threadId, input: words('two'), outputSchema: { type: 'object' } }
  expect(await app.refusal('turn/start', joining)).toMatchObject({ code: -32603 })
  await app.request('turn/interrupt', { threadId, turnId: turn.id })
  expect(await turnEnd(app, turn.id)).toMatchObject({ status: 'interrupted' })
})

test('a request carries the fields of the Responses API', async () => {
  const opened = await openApp()
  const { app, model, work } = opened
  await writeFile(join(work, 'AGENTS.md'), 'Always be brief.')
  model.script(stream(response([message('ok')])))
  const threadId = await startThread(opened, { developerInstructions: 'Speak plainly.' })
  await runTurn(app, threadId, 'hello')
  const body = model.requests[0]?.body
  expect(body).toMatchObject({
    model: 'mock-model',
    instructions: expect.stringMatching(/\S/),
    tool_choice: 'auto',
    store: false,
    stream: true,
    include: ['reasoning.encrypted_content'],
    prompt_cache_key: threadId,
  })
  const text = JSON.stringify(body?.input)
  expect(text).toContain('Always be brief.')
  expect(text).toContain('Speak plainly.')
  expect(text).toContain(work)
  expect(body?.input.at(-1)).toMatchObject({
    role: 'user',
    content: [{ type: 'input_text', text: 'hello' }],
  })
})

test('config/read shows values, the layer of each, and the layers themselves', async () => {
  const opened = await openApp({
    config: 'approval_policy = "never"\nsomething_unknown = 1',
    process: { args: ['-c', 'model="from-flag"', '-c', 'model_reasoning_effort="low"'] },
  })
  const { app, home } = opened
  const { config, origins, layers } = await app.request('config/read', { includeLayers: true })
  expect(config).toMatchObject({
    model: 'from-flag',
    model_provider: 'mock',
    approval_policy: 'never',
    model_reasoning_effort: 'low',
    sandbox_mode: null,
    something_unknown: 1,
  })
  const file = join(home, 'config.toml')
  const user = {
    name: { type: 'user', file, profile: null },
    version: expect.stringMatching(/^sha256:/),
  }
  expect(origins.approval_policy).toEqual(user)
  expect(origins['model_providers.mock.base_url']).toEqual(user)
  expect(origins.model).toMatchObject({ name: { type: 'sessionFlags' } })
  expect(layers?.map(({ name, disabledReason }) => [name.type, disabledReason])).toEqual([
    ['sessionFlags', null],
    ['user', null],
    ...(layers?.some(({ name }) => name.type === 'system') ? [['system', null]] : []),
  ])
  expect(layers?.[1]?.config).toMatchObject({ model: 'mock-model', approval_policy: 'never' })
  expect(await app.request('config/read', {})).toEqual({ config, origins })
  const started = await app.request('thread/start', {})
  expect(started).toMatchObject({
    model: 'from-flag',
    approvalPolicy: 'never',
    reasoningEffort: 'low',
  })
})

test('config/read hides secrets', async () => {
  const opened = await openApp({
    provider: 'http_headers = { "X-Key" = "top-secret" }\nstream_max_retries = 0',
  })
  const read = await opened.app.request('config/read', { includeLayers: true })
  expect(JSON.stringify(read)).toContain('X-Key')
  expect(JSON.stringify(read)).not.toContain('top-secret')
})

test('a change of config.toml counts for the next thread', async () => {
  const opened = await openApp()
  const { app, home, model } = opened
  await writeFile(
    join(home, 'config.toml'),
    `model = "new-model"\nmodel_provider = "mock"\n[model_providers.mock]\nbase_url = "${model.url}"\n`,
  )
  expect(await app.request('thread/start', {})).toMatchObject({ model: 'new-model' })
})

test('model/list offers the configured model, the demo offers itself', async () => {
  const { app } = await openApp()
  const { data, nextCursor } = await app.request('model/list', {})
  expect(nextCursor).toBeNull()
  const [configured] = data.filter(({ isDefault }) => isDefault)
  expect(configured).toMatchObject({ model: 'mock-model', hidden: false })
  expect(data.filter(({ isDefault }) => isDefault)).toHaveLength(1)
  const demo = await app.request('model/list', { modelProvider: 'demo' })
  expect(demo.data).toMatchObject([{ skein: { provider: 'demo', demo: true } }])
  const page = await app.request('model/list', { limit: 1 })
  expect(page.data).toHaveLength(1)
})

test('permission profiles and the account are answered for clients that ask at start', async () => {
  const { app } = await openApp()
  const { data } = await app.request('permissionProfile/list', {})
  expect(data.slice(0, 3).map(({ id, allowed }) => [id, allowed])).toEqual([
    [':read-only', true],
    [':workspace', true],
    [':danger-full-access', true],
  ])
  expect(await app.request('account/read', {})).toEqual({
    account: null,
    userId: null,
    requiresOpenaiAuth: false,
    workspaceRouting: null,
  })
})
