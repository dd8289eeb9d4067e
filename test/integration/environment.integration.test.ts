// A bad environment: broken configuration, missing folders, a full disk, a profile in use. The app stays up, says
// what is wrong, and loses nothing.
import { execFileSync } from 'node:child_process'
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { RequestRefused, startAppServer } from '../app-server-client.ts'
import { functionCall, manyDeltas, message, response } from '../responses-events.ts'
import { stream } from '../responses-server.ts'
import {
  makeProfile,
  openApp,
  openModelServer,
  runTurn,
  shakeHands,
  startThread,
  words,
} from '../scripted-app.ts'

const unconfined = { sandbox: 'danger-full-access', approvalPolicy: 'never' } as const
const root = join(import.meta.dirname, '../..')

test('a broken config.toml is told with file, line and effect, and the app works without it', async () => {
  const { home, work } = await makeProfile('http://127.0.0.1:9/v1')
  const file = join(home, 'config.toml')
  await writeFile(file, 'model = "x"\nmodel_provider = = "mock"\n')
  const app = startAppServer({ home })
  await shakeHands(app)
  const { params } = await app.waitFor('configWarning')
  expect(params).toEqual({
    summary: expect.stringContaining('line 2'),
    details: expect.stringContaining(file),
    path: file,
    range: { start: { line: 2, column: 18 }, end: { line: 2, column: 18 } },
  })
  const started = await app.request('thread/start', { cwd: work })
  expect(started).toMatchObject({ modelProvider: 'demo' })
  const { layers } = await app.request('config/read', { includeLayers: true })
  const user = layers?.find(({ name }) => name.type === 'user')
  expect(user).toMatchObject({ config: {}, disabledReason: expect.stringContaining('line 2') })
})

test('a config.toml that breaks while the app runs leaves the last good values in force', async () => {
  const opened = await openApp()
  await startThread(opened)
  const file = join(opened.home, 'config.toml')
  const good = await readFile(file, 'utf8')
  await writeFile(file, `${good}\n[[[`)
  expect(await opened.app.request('thread/start', {})).toMatchObject({ model: 'mock-model' })
  const { params } = await opened.app.waitFor('configWarning')
  expect(params.details).toMatch(/last good/)
  await writeFile(file, good.replace('mock-model', 'mended-model'))
  expect(await opened.app.request('thread/start', {})).toMatchObject({ model: 'mended-model' })
})

test('a key with a bad value is named and ignored alone', async () => {
  const { app } = await openApp({
    config: 'approval_policy = "perhaps"\nmodel_context_window = -5',
  })
  await app.waitFor('configWarning', ({ summary }) => summary.includes('approval_policy'))
  await app.waitFor('configWarning', ({ summary }) => summary.includes('model_context_window'))
  expect(await app.request('thread/start', {})).toMatchObject({
    model: 'mock-model',
    approvalPolicy: 'on-request',
  })
})

test('a profile without a config.toml gets the demo model', async () => {
  const { home, work } = await makeProfile('http://127.0.0.1:9/v1')
  await rm(join(home, 'config.toml'))
  const app = startAppServer({ home, env: { SKEIN_DEMO_SPEED: 'instant' } })
  await shakeHands(app)
  const threadId = await startThread({ app, work })
  expect(await runTurn(app, threadId, 'help')).toMatchObject({ status: 'completed' })
  expect(app.notifications.filter(({ method }) => method === 'configWarning')).toEqual([])
})

test('a profile folder that does not exist yet is made, for its owner alone', async () => {
  const { home } = await makeProfile('http://127.0.0.1:9/v1')
  const fresh = join(home, 'deep', 'profile')
  const app = startAppServer({ home: fresh, cwd: home })
  await shakeHands(app)
  expect(await app.request('thread/list', {})).toMatchObject({ data: [] })
  expect((await stat(fresh)).mode & 0o777).toBe(0o700)
})

test.each<[string, (work: string) => Promise<string>]>([
  ['is missing', async (work) => join(work, 'nowhere')],
  [
    'is a file',
    async (work) => {
      await writeFile(join(work, 'file'), '')
      return join(work, 'file')
    },
  ],
  [
    'goes away while the thread lives',
    async (work) => {
      await mkdir(join(work, 'short-lived'))
      return join(work, 'short-lived')
    },
  ],
])('a working directory that %s fails the commands, not the turn', async (name, makeCwd) => {
  const opened = await openApp()
  const { app, model, work } = opened
  const cwd = await makeCwd(work)
  model.script(
    stream(response([functionCall('exec_command', { cmd: 'echo hi' })])),
    stream(response([message('I see.')])),
  )
  const threadId = await startThread(opened, { ...unconfined, cwd })
  if (name.startsWith('goes')) await rm(cwd, { recursive: true })
  expect(await runTurn(app, threadId, 'go')).toMatchObject({ status: 'completed' })
  const output = String(model.requests[1]?.body.input.at(-1)?.output)
  expect(output).toContain(cwd)
  expect(output).not.toMatch(/\n\s+at /)
})

test('a second process on the same profile ends and names the one that holds it', async () => {
  const { app, home } = await openApp()
  const startedAt = performance.now()
  const second = startAppServer({ home })
  expect(await second.exited).toEqual({ code: 1, signal: null })
  expect(second.stderr()).toContain(home)
  expect(second.stderr()).toContain(`process ${app.pid} `)
  expect(second.stderr().trim().split('\n')).toHaveLength(1)
  expect(performance.now() - startedAt).toBeLessThan(10_000)
  expect(await app.request('thread/list', {})).toMatchObject({ data: [] })
})

test('a profile is free again as soon as its process was killed', async () => {
  const opened = await openApp()
  await opened.app.kill9()
  const app = await opened.restart()
  expect(await app.request('thread/list', {})).toMatchObject({ data: [] })
})

test('a damaged database is put aside, never deleted, and the app says so', async () => {
  const opened = await openApp()
  opened.model.otherwise(stream(response([message('ok')])))
  await runTurn(opened.app, await startThread(opened), 'hello')
  await opened.app.end()
  await writeFile(join(opened.home, 'skein.db'), 'x'.repeat(8_192))
  const app = await opened.restart()
  const health = await app.request('skein/store/health', {})
  expect(health).toMatchObject({ state: 'repaired', reason: expect.stringMatching(/\S/) })
  const aside = (await readdir(join(opened.home, 'backups'), { recursive: true })).join()
  expect(aside).toContain('skein.db')
  expect(await runTurn(app, await startThread({ ...opened, app }), 'hello')).toMatchObject({
    status: 'completed',
  })
})

test('while nothing can be written every request is answered, and the app still ends by itself', async () => {
  const model = await openModelServer()
  const { home, work } = await makeProfile(model.url)
  // The limit is told to the process as an error and not, as it would be by default, by a deadly signal.
  const limited = ['bash', '-c', `trap '' XFSZ; ulimit -f 600; exec "$@"`, 'bash']
  const node = join(root, 'node_modules/.bin/node')
  const command = [...limited, node, join(root, 'out/main/cli.js'), 'app-server']
  const app = startAppServer({ home, command, env: { NODE_DISABLE_COMPILE_CACHE: '1' } })
  await shakeHands(app)
  model.otherwise(({ body }) =>
    stream(response([message(manyDeltas(2_000, 100), { id: `m${body.input.length}` })])),
  )
  const threadId = await startThread({ app, work })
  const refusals: RequestRefused[] = []
  while (refusals.length < 5)
    await app.request('turn/start', { threadId, input: words('more') }).catch((error) => {
      expect(error).toBeInstanceOf(RequestRefused)
      refusals.push(error)
    })
  for (const refused of refusals) expect(String(refused)).toMatch(/-32603 .*(space|disk|write)/i)
  const health = await app.request('skein/store/health', {})
  expect(health).toMatchObject({ state: 'readOnly', reason: expect.stringMatching(/\S/) })
  expect(await app.request('thread/list', {})).toMatchObject({ data: [{ id: threadId }] })
  expect(await app.end()).toEqual({ code: 0, signal: null })
})

test.runIf(process.platform === 'linux' && process.getuid?.() === 0)(
  'a full disk stops turns with a reason, loses nothing, and once there is room all goes on',
  async () => {
    const opened = await openApp()
    const { home, work, model } = opened
    await opened.app.end()
    const config = await readFile(join(home, 'config.toml'))
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', home])
    onTestFinished(() => void execFileSync('umount', ['-l', home]))
    await writeFile(join(home, 'config.toml'), config)
    const app = await opened.restart()
    model.otherwise(stream(response([message(['fine'], { id: `m${model.requests.length}` })])))
    const threadId = await startThread({ app, work })
    await runTurn(app, threadId, 'before')
    const before = await app.request('thread/items/list', { threadId })
    await fill(home)
    model.otherwise(({ body }) =>
      stream(response([message(manyDeltas(500, 100), { id: `m${body.input.length}` })])),
    )
    const refused = await app
      .request('turn/start', { threadId, input: words('x'.repeat(200_000)) })
      .then(() => app.waitFor('skein/store/updated'))
      .catch((error: unknown) => error)
    expect(JSON.stringify(refused) + String(refused)).toMatch(/disk|space|full/i)
    const full = await app.request('skein/store/health', {})
    expect(full).toMatchObject({ state: 'readOnly', reason: expect.stringMatching(/space|disk/i) })
    const during = await app.request('thread/items/list', { threadId })
    expect(during.data.slice(0, before.data.length)).toEqual(before.data)
    await rm(join(home, 'filler'), { recursive: true })
    await expect
      .poll(
        async () => {
          await app
            .request('turn/start', { threadId, input: words('again') })
            .catch(() => undefined)
          return (await app.request('skein/store/health', {})).state
        },
        { timeout: 15_000 },
      )
      .toBe('healthy')
    await app.waitFor('turn/completed', ({ turn }) => turn.status === 'completed')
    expect(await app.end()).toEqual({ code: 0, signal: null })
    const reopened = await opened.restart()
    const after = await reopened.request('thread/items/list', { threadId, limit: 100 })
    expect(after.data.slice(0, before.data.length)).toEqual(before.data)
    expect(await reopened.request('skein/store/health', {})).toMatchObject({ state: 'healthy' })
  },
)

/** Takes every byte that is left. */
async function fill(folder: string): Promise<void> {
  await mkdir(join(folder, 'filler'))
  for (let size = 1024 * 1024; size >= 4096; size /= 2)
    for (let index = 0; ; index += 1)
      try {
        await writeFile(join(folder, 'filler', `${size}-${index}`), Buffer.alloc(size))
      } catch {
        break // it is full for files of this size
      }
}
