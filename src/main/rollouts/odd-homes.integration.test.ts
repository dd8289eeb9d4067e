// Homes in which something is not what it should be: the rest is imported all the same.
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import zlib from 'node:zlib'
import { expect, test } from 'vitest'
import { makeTestHome, openTestStore } from '../../../test/open-test-store.ts'
import { rolloutLines, wholeTurn, writeRollout } from '../../../test/rollout-files.ts'
import {
  historyOf,
  importHome,
  importReport,
  runImportOf,
  turnsOf,
} from '../../../test/rollout-import.ts'

const A = '01960000-0000-7000-8000-00000000000a'
const B = '01960000-0000-7000-8000-00000000000b'
const oneTurn = [['completed', 'userMessage', 'agentMessage']]
const lines = rolloutLines({ id: A }, wholeTurn('legacy', 't1', 'one', 'uno'))

/** A home with one thread, and whatever is done to it before it is imported. */
async function imported(spoil: (home: string, path: string) => Promise<unknown>) {
  const [store, home] = [await openTestStore(), await makeTestHome()]
  const path = await writeRollout(home, A, lines)
  await spoil(home, path)
  return { store, home, path, report: await importHome(store, home) }
}

test('a link that leads to itself', async () => {
  const { report } = await imported(async (home) => {
    const loop = join(home, `sessions/rollout-2026-05-01T10-00-00-${B}.jsonl`)
    await symlink(loop, loop)
  })
  expect(report).toEqual(importReport({ threads: 1, items: 2 }))
})

test('a file where the archive should be', async () => {
  const { home, report } = await imported((home) => writeFile(join(home, 'archived_sessions'), ''))
  expect(report).toMatchObject({ threads: 1, failed: [{ path: join(home, 'archived_sessions') }] })
})

test('folders where the list of names, the catalogue and the goals should be', async () => {
  const { report } = await imported(async (home) => {
    for (const name of ['session_index.jsonl', 'state_5.sqlite', 'goals_1.sqlite'])
      await mkdir(join(home, name))
  })
  expect(report).toEqual(importReport({ threads: 1, items: 2 }))
})

test('a folder with the name of a rollout', async () => {
  const { report } = await imported((home) =>
    mkdir(join(home, `sessions/rollout-2026-05-01T10-00-00-${B}.jsonl`)),
  )
  expect(report).toEqual(importReport({ threads: 1, items: 2 }))
})

test('a folder of a home that is named itself, and any folder of rollouts', async () => {
  const { store, home } = await imported(async () => undefined)
  const other = await makeTestHome()
  const body = wholeTurn('legacy', 't1', 'two', 'due')
  await writeRollout(other, B, rolloutLines({ id: B }, body), { folder: 'of a friend/deep' })
  const paths = [join(home, 'sessions'), join(other, 'of a friend')]
  expect(await runImportOf(store, { paths, home: undefined })).toEqual(
    importReport({ threads: 1, items: 2, alreadyPresent: 1 }),
  )
})

test('a home that is one folder too deep, or none at all', async () => {
  const { store, home } = await imported(async () => undefined)
  expect(await importHome(store, join(home, 'sessions'))).toEqual(
    importReport({ alreadyPresent: 1 }),
  )
  const nothing = await makeTestHome()
  const skipped = [{ path: nothing, reason: 'there are no rollouts in this folder' }]
  expect(await importHome(store, nothing)).toEqual(importReport({ skipped }))
  const file = join(nothing, 'file')
  await writeFile(file, '')
  expect(await importHome(store, file)).toMatchObject({ threads: 0, failed: [{ path: file }] })
})

const spoiled: Readonly<Record<string, string>> = {
  'a mark of byte order before the first line': `\uFEFF${lines.join('\n')}\n`,
  'zeros before the lines that were written after a power loss': `${lines[0]}\n${'\0'.repeat(4096)}${lines.slice(1).join('\n')}\n`,
  'zeros at the end': `${lines.join('\n')}\n${'\0'.repeat(4096)}`,
}

for (const [what, content] of Object.entries(spoiled))
  test(`${what}: nothing is lost, and nothing is said`, async () => {
    const { store, report } = await imported((_, path) => writeFile(path, content))
    expect(report).toEqual(importReport({ threads: 1, items: 2 }))
    expect(await store.findThread(A)).toMatchObject({ cwd: '/projects/somewhere' })
    expect(await turnsOf(store, A)).toEqual(oneTurn)
  })

test('bytes that are no text come as marks of what was lost', async () => {
  const { store, report } = await imported((_, path) => {
    const bytes = Buffer.from(`${lines.join('\n')}\n`)
    bytes[bytes.indexOf('uno')] = 0xff
    return writeFile(path, bytes)
  })
  expect(report).toMatchObject({ threads: 1, items: 2 })
  expect(await turnsOf(store, A)).toEqual(oneTurn)
})

test('a compressed file that was cut off gives what is before the cut, and says so', async () => {
  const turns = Array.from({ length: 300 }, (_, index) =>
    wholeTurn('legacy', `t${index}`, `${index} ${crypto.randomUUID()}`, crypto.randomUUID()),
  )
  const whole = `${rolloutLines({ id: B }, turns.flat()).join('\n')}\n`
  const name = `sessions/rollout-2026-05-01T10-00-00-${B}.jsonl.zst`
  const { store, home, report } = await imported(async (home) => {
    const packed = zlib.zstdCompressSync(whole)
    await writeFile(join(home, name), packed.subarray(0, packed.length * 0.9))
  })
  expect(report).toMatchObject({ threads: 2, failed: [{ path: join(home, name) }] })
  expect((await turnsOf(store, B)).length).toBeGreaterThan(90)
  expect((await historyOf(store, B))[0]).toMatch(/^user: 0 /)
})

test('several compressed pieces behind each other', async () => {
  const { store, report } = await imported(async (_, path) => {
    const pieces = [lines.slice(0, 3), lines.slice(3)].map((some) =>
      zlib.zstdCompressSync(`${some.join('\n')}\n`),
    )
    await writeFile(`${path}.zst`, Buffer.concat(pieces))
    await rm(path)
  })
  expect(report).toEqual(importReport({ threads: 1, items: 2 }))
  expect(await turnsOf(store, A)).toEqual(oneTurn)
})
