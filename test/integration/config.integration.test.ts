// Configuration over the wire: files written and watched, changes tried, snapshots compared, requirements held.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { message, response } from '../responses-events.ts'
import { stream } from '../responses-server.ts'
import { openApp, runTurn, startThread } from '../scripted-app.ts'

const ok = stream(response([message('ok')]))

test('turns under other settings are told apart, and any two of them compared', async () => {
  const opened = await openApp()
  const { app, model } = opened
  model.otherwise(ok)
  const threadId = await startThread(opened)
  const first = await runTurn(app, threadId, 'one')
  const second = await runTurn(app, threadId, 'two', {
    model: 'other-model',
    skein: { onlyThisTurn: true },
  })
  const third = await runTurn(app, threadId, 'three')
  const fourth = await runTurn(app, threadId, 'four')
  const { data, nextCursor } = await app.request('skein/config/snapshot/list', { threadId })
  expect(nextCursor).toBeNull()
  const [a, b] = [first.skein?.snapshotId, second.skein?.snapshotId]
  expect(data).toEqual([
    { snapshotId: a, firstTurnId: third.id, lastTurnId: fourth.id, turns: 2 },
    { snapshotId: b, firstTurnId: second.id, lastTurnId: second.id, turns: 1 },
    { snapshotId: a, firstTurnId: first.id, lastTurnId: first.id, turns: 1 },
  ])
  const { rows } = await app.request('skein/config/snapshot/diff', {
    left: a ?? '',
    right: b ?? '',
  })
  expect(rows).toEqual([
    {
      key: 'model',
      left: 'mock-model',
      right: 'other-model',
      leftLayer: 'user',
      rightLayer: 'turn',
    },
  ])
})

test('a change is tried without being made, and what is refused says by whom', async () => {
  const opened = await openApp()
  const { app, home, work } = opened
  const requirements = join(home, 'requirements.toml')
  await writeFile(requirements, 'allowed_sandbox_modes = ["read-only", "workspace-write"]\n')
  const threadId = await startThread(opened)
  const before = await app.request('skein/config/snapshot/read', { threadId })
  const preview = await app.request('skein/config/preview', {
    threadId,
    overrides: { model: 'other-model', permissions: ':danger-full-access', cwd: join(work, '..') },
  })
  expect(preview.changes.map(({ key, after }) => [key, after])).toEqual(
    expect.arrayContaining([
      ['model', 'other-model'],
      ['cwd', join(work, '..')],
    ]),
  )
  expect(preview.refused).toEqual([
    {
      field: 'permissions',
      value: 'danger-full-access',
      allowed: ['read-only', 'workspace-write'],
      layer: requirements,
      message: `invalid value for \`sandbox_mode\`: \`danger-full-access\` is not in the allowed set [read-only, workspace-write] (set by ${requirements})`,
    },
  ])
  expect(await app.request('skein/config/snapshot/read', { threadId })).toEqual(before)

  const refusal = app.request('turn/start', {
    threadId,
    input: [{ type: 'text', text: 'go' }],
    permissions: ':danger-full-access',
  })
  await expect(refusal).rejects.toMatchObject({
    error: {
      code: -32600,
      message: expect.stringMatching(/^invalid turn context override: invalid value for/),
      data: {
        field: 'sandbox_mode',
        value: 'danger-full-access',
        allowed: ['read-only', 'workspace-write'],
        layer: requirements,
      },
    },
  })
  const edited = await app.request('skein/config/preview', {
    cwd: work,
    edits: [{ keyPath: 'approval_policy', value: 'never' }],
  })
  expect(edited.changes).toEqual([
    { key: 'approval_policy', before: 'on-request', after: 'never', layer: 'user' },
  ])
})

test('a written file counts at once, keeps its comments, and is told of', async () => {
  const { app, home } = await openApp()
  const file = join(home, 'config.toml')
  const text = await readFile(file, 'utf8')
  await writeFile(file, `# mine\n${text}`)
  const { version, status } = await app.request('config/value/write', {
    keyPath: 'personality',
    value: 'friendly',
    mergeStrategy: 'replace',
  })
  expect(status).toBe('ok')
  const { params } = await app.waitFor('skein/config/changed')
  expect(params.files).toEqual([file])
  expect(await readFile(file, 'utf8')).toMatch(/^# mine\n[^[]*personality = "friendly"\n/)
  const { origins } = await app.request('config/read', {})
  expect(origins.personality).toEqual({ name: { type: 'user', file, profile: null }, version })
})

test('the sandbox of a thread is asked about a path', async () => {
  const opened = await openApp()
  const { app, work } = opened
  await mkdir(join(work, 'sub'), { recursive: true })
  const threadId = await startThread(opened)
  await app.request('thread/settings/update', { threadId, permissions: ':workspace' })
  const check = (path: string) => app.request('skein/sandbox/check', { threadId, path })
  expect(await check('sub/file.txt')).toMatchObject({ read: true, write: true })
  expect(await check('.git/config')).toEqual({
    read: true,
    write: false,
    rule: `${join(work, '.git')} is protected inside a writable folder.`,
  })
  expect(await check('/etc/passwd')).toMatchObject({ read: true, write: false })
})
