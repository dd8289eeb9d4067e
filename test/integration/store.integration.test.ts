// The store over the wire: threads come from files of another app, go on here, and go out into files again.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ModelItem } from '../../src/main/model/model-item.ts'
import { message, response } from '../responses-events.ts'
import { silence, stream } from '../responses-server.ts'
import {
  itemDone,
  rolloutLines,
  turnEnd,
  turnStart,
  wholeTurn,
  writeRollout,
} from '../rollout-files.ts'
import { importReport } from '../rollout-import.ts'
import { openApp, runTurn, type ScriptedApp, startThread, words } from '../scripted-app.ts'

const A = '01960000-0000-7000-8000-00000000000a'
const body = wholeTurn('legacy', 't1', 'one', 'uno')

/** Of all files below a folder: what is in them, and when they were written. */
function stateOf(folder: string): unknown {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => {
    const path = join(folder, name)
    const { mtimeMs } = statSync(path)
    if (statSync(path).isDirectory()) return [name, mtimeMs]
    return [name, mtimeMs, createHash('sha256').update(readFileSync(path)).digest('hex')]
  })
}

async function importedThread(): Promise<ScriptedApp & { source: string }> {
  const scripted = await openApp()
  const source = join(scripted.work, 'their home')
  await writeRollout(source, A, rolloutLines({ id: A }, body))
  const report = await scripted.app.request('skein/rollout/import', { codexHome: source })
  expect(report).toEqual(importReport({ threads: 1, items: 2 }))
  return { ...scripted, source }
}

/** What people and the model said, as the model was sent it last. */
function said({ model }: ScriptedApp): unknown[] {
  const input = (model.requests.at(-1)?.body.input ?? []) as readonly ModelItem[]
  const texts = input.flatMap(({ role, content }) =>
    role === 'developer' ? [] : ((content ?? []) as { text: string }[]).map(({ text }) => text),
  )
  return texts.filter((text) => !text.startsWith('<environment'))
}

test('a thread that is loaded goes on from what its file had when it was read last', async () => {
  const scripted = await importedThread()
  const { app, source, model } = scripted
  await app.request('thread/resume', { threadId: A })
  const more = [...body, ...wholeTurn('legacy', 't2', 'there', 'ok')]
  await writeRollout(source, A, rolloutLines({ id: A }, more))
  const report = await app.request('skein/rollout/import', { codexHome: source })
  expect(report).toEqual(importReport({ items: 2, alreadyPresent: 1 }))
  model.script(stream(response([message('yes')])))
  await runTurn(app, A, 'here')
  expect(said(scripted)).toEqual(['one', 'uno', 'there', 'ok', 'here'])
})

test('one that went on here and was killed is here afterwards, and its file as it was', async () => {
  const scripted = await importedThread()
  const { app, source, model, restart } = scripted
  const before = stateOf(source)
  model.script(stream(response([message('yes')])), silence)
  await app.request('thread/resume', { threadId: A })
  await runTurn(app, A, 'here')
  await app.request('turn/start', { threadId: A, input: words('and on') })
  await app.kill9()
  const again = await restart()
  expect(await again.request('skein/rollout/import', { codexHome: source })).toEqual(
    importReport({ alreadyPresent: 1 }),
  )
  const { thread } = await again.request('thread/read', { threadId: A, includeTurns: true })
  expect(thread.turns.map(({ status }) => status)).toEqual([
    'completed',
    'completed',
    'interrupted',
  ])
  expect(stateOf(source)).toEqual(before)
})

test('an item of a kind nobody knows is shown as it came', async () => {
  const { app, work } = await openApp()
  const source = join(work, 'their home')
  const hologram = { type: 'Hologram', id: 'h', depth: 3 }
  const lines = [turnStart('t1'), itemDone('t1', hologram), turnEnd('t1')]
  await writeRollout(source, A, rolloutLines({ id: A, mode: 'paginated' }, lines))
  await app.request('skein/rollout/import', { codexHome: source })
  const { thread } = await app.request('thread/read', { threadId: A, includeTurns: true })
  expect(thread.turns[0]?.items).toMatchObject([{ type: 'hologram', id: 'h', depth: 3 }])
})

test('no file is written where none can be, and the reason is told', async () => {
  const scripted = await openApp()
  const { app, work } = scripted
  const threadId = await startThread(scripted)
  scripted.model.script(stream(response([message('yes')])))
  await runTurn(app, threadId, 'hello')
  await mkdir(join(work, 'there'))
  await writeFile(join(work, 'file'), 'mine')
  const places = {
    'no/where.jsonl': 'not an absolute path: no/where.jsonl',
    [join(work, 'there')]: `there is something at ${join(work, 'there')} already`,
    [join(work, 'file')]: `there is something at ${join(work, 'file')} already`,
    [join(work, 'no/where')]: `there is no folder ${join(work, 'no')}`,
    [join(work, 'file/in')]: `there can be no file in ${join(work, 'file')}`,
    [join(work, 'a\0b')]: 'the path has a zero in it',
  }
  for (const [path, reason] of Object.entries(places)) {
    const refused = { code: -32600, message: expect.stringContaining(reason) }
    for (const format of ['codex', 'skein'])
      expect(await app.refusal('skein/rollout/export', { threadId, path, format })).toMatchObject(
        refused,
      )
    expect(await app.refusal('skein/store/backup', { path })).toMatchObject(refused)
  }
  expect(readdirSync(work).sort()).toEqual(['file', 'there'])
  expect(readFileSync(join(work, 'file'), 'utf8')).toBe('mine')
})
