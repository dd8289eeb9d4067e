// What the reader accepts, row by row: every way a rollout is known to be damaged, odd, or elsewhere.
import { execFileSync } from 'node:child_process'
import { appendFile, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import zlib from 'node:zlib'
import { expect, test } from 'vitest'
import { makeTestHome, openTestStore } from '../../../test/open-test-store.ts'
import {
  event,
  itemDone,
  line,
  rolloutLines,
  said,
  turnStart,
  wholeTurn,
  writeRollout,
} from '../../../test/rollout-files.ts'
import {
  historyOf,
  importHome,
  importReport,
  runImportOf,
  turnsOf,
} from '../../../test/rollout-import.ts'
import { LINE_BYTES_MAX } from './line-reader.ts'

const A = '01960000-0000-7000-8000-00000000000a'
const B = '01960000-0000-7000-8000-00000000000b'
const modes = ['legacy', 'paginated'] as const
const oneTurn = [['completed', 'userMessage', 'agentMessage']]

function lines(mode: (typeof modes)[number] = 'legacy'): string[] {
  return rolloutLines({ id: A, mode }, wholeTurn(mode, 't1', 'one', 'uno'))
}

/** The home with one file of these bytes, as one import finds it. */
async function importOf(content: string | Buffer, name?: string) {
  const [store, home] = [await openTestStore(), await makeTestHome()]
  const folder = join(home, 'sessions/2026/05/01')
  await mkdir(folder, { recursive: true })
  const path = join(folder, name ?? `rollout-2026-05-01T10-00-00-${A}.jsonl`)
  await writeFile(path, content)
  return { store, home, path, report: await importHome(store, home) }
}

const accepted: Readonly<Record<string, (whole: string[]) => string>> = {
  'a last line that was cut off': (whole) => `${whole.join('\n')}\n{"timestamp":"2026-05-01T10:0`,
  'blank lines': (whole) => `\n${whole.join('\n\n \n')}\n\n`,
  'line ends of Windows': (whole) => `${whole.join('\r\n')}\r\n`,
  'no newline at the end': (whole) => whole.join('\n'),
  'lines, events and items of kinds nobody knows': (whole) =>
    `${[
      ...whole,
      ...rolloutLines(
        { id: A },
        [
          line('hologram', { depth: 3 }),
          event('mind_read', { thought: 'x' }),
          line('response_item', { type: 'telepathy', words: [] }),
        ],
        100,
      ).slice(1),
    ].join('\n')}\n`,
}

for (const [what, made] of Object.entries(accepted))
  test.each(modes)(`${what}: accepted in %s form, and nothing is said`, async (mode) => {
    const { store, report } = await importOf(made(lines(mode)))
    expect(report).toEqual(importReport({ threads: 1, items: 2 }))
    expect(await turnsOf(store, A)).toEqual(oneTurn)
    expect(await historyOf(store, A)).toEqual(['user: one', 'assistant: uno'])
  })

test.each(modes)(
  'garbage in the middle of a %s file: that line is left out and told',
  async (mode) => {
    const whole = lines(mode)
    whole.splice(
      4,
      0,
      '\u0000\u0000\u0000',
      '{"timestamp":"2026-05-01T10:00:03.000Z","type":"event_m{"',
    )
    const { store, path, report } = await importOf(`${whole.join('\n')}\n`)
    expect(report).toEqual(
      importReport({
        threads: 1,
        items: 2,
        failed: [
          { path, line: 5, reason: 'not JSON' },
          { path, line: 6, reason: 'not JSON' },
        ],
      }),
    )
    expect(await turnsOf(store, A)).toEqual(oneTurn)
  },
)

test('garbage as the first line: the thread comes all the same', async () => {
  const { store, path, report } = await importOf(`garbage\n${lines().join('\n')}\n`)
  expect(report).toMatchObject({ threads: 1, items: 2, failed: [{ path, line: 1 }] })
  expect(await store.findThread(A)).toMatchObject({ cwd: '/projects/somewhere', preview: 'one' })
})

test('a header that is lost: the name of the file tells the thread, and what it says is there', async () => {
  const { store, report } = await importOf(`${lines().slice(1).join('\n')}\n`)
  expect(report).toMatchObject({ threads: 1, items: 2 })
  expect(await turnsOf(store, A)).toEqual(oneTurn)
})

test.each([
  ['an empty file', '', 'the file is empty, or nothing of it can be read'],
  [
    'zeros where a file was',
    '\u0000'.repeat(5000),
    'the file is empty, or nothing of it can be read',
  ],
  [
    'a form of history nobody knows',
    `${rolloutLines({ id: A, mode: 'telepathic' }, []).join('\n')}\n`,
    'unknown history mode "telepathic"',
  ],
])('%s: told as failed, and nothing is made of it', async (_, content, reason) => {
  const { store, path, report } = await importOf(content)
  expect(report).toEqual(importReport({ failed: [{ path, reason }] }))
  expect(await store.findThread(A)).toBeUndefined()
})

test('numbers of lines that are missing, doubled or skipped: the order of the lines counts', async () => {
  const numbered = lines('paginated').map((text, index) => {
    const { ordinal: _, ...rest } = JSON.parse(text)
    return JSON.stringify(index % 3 === 2 ? rest : { ...rest, ordinal: Math.floor(index / 2) * 7 })
  })
  const { store, report } = await importOf(`${numbered.join('\n')}\n`)
  expect(report).toEqual(importReport({ threads: 1, items: 2 }))
  expect(await historyOf(store, A)).toEqual(['user: one', 'assistant: uno'])
})

test('a file with a name of its own, outside of any home', async () => {
  const [store, folder] = [await openTestStore(), await makeTestHome()]
  const path = join(folder, 'sent by a friend.jsonl')
  await writeFile(path, `${lines().join('\n')}\n`)
  const what = { paths: [path], home: undefined }
  expect(await runImportOf(store, what)).toEqual(importReport({ threads: 1, items: 2 }))
  expect(await turnsOf(store, A)).toEqual(oneTurn)
})

test('a second header with another id is the copy of what it was forked from', async () => {
  const [own, ...body] = lines()
  const [parent] = rolloutLines({ id: B, extra: { cwd: '/of/the/parent' } }, [])
  const { store, report } = await importOf(`${[own, parent, ...body].join('\n')}\n`)
  expect(report).toEqual(importReport({ threads: 1, items: 2 }))
  expect(await store.findThread(A)).toMatchObject({ cwd: '/projects/somewhere' })
  expect(await store.findThread(B)).toBeUndefined()
})

test('a turn that never ended was interrupted, and the model sees what was said', async () => {
  const whole = rolloutLines({ id: A, mode: 'paginated' }, [
    turnStart('t1'),
    said('user', 'one'),
    itemDone('t1', { type: 'UserMessage', id: 'u', content: [{ type: 'text', text: 'one' }] }),
  ])
  const { store } = await importOf(`${whole.join('\n')}\n`)
  expect(await turnsOf(store, A)).toEqual([['interrupted', 'userMessage']])
  expect(await historyOf(store, A)).toEqual(['user: one'])
  const page = { threadId: A, cursor: undefined, limit: 1, sortDirection: 'asc' } as const
  const { data } = await store.turnsPage({ ...page, itemsView: 'notLoaded' })
  expect(data[0]?.completedAt).toBeNull()
})

test('a line of more than 64 MiB is left out and told; the others come', async () => {
  const [head, ...body] = lines()
  const huge = `{"timestamp":"2026-05-01T10:00:00.000Z","type":"event_msg","payload":{"type":"user_message","message":"${'x'.repeat(LINE_BYTES_MAX)}"}}`
  const { store, path, report } = await importOf(`${[head, huge, ...body].join('\n')}\n`)
  expect(report).toEqual(
    importReport({
      threads: 1,
      items: 2,
      failed: [{ path, line: 2, reason: 'longer than 64 MiB' }],
    }),
  )
  expect(await turnsOf(store, A)).toEqual(oneTurn)
}, 60_000)

test('lines longer than what is read at a time come whole', async () => {
  const long = `ü${'x'.repeat(3_000_000)}ü`
  const body = [
    ...wholeTurn('legacy', 't1', long, 'uno'),
    ...wholeTurn('legacy', 't2', 'two', long),
  ]
  const { store, report } = await importOf(`${rolloutLines({ id: A }, body).join('\n')}\n`)
  expect(report).toEqual(importReport({ threads: 1, items: 4 }))
  expect(await historyOf(store, A)).toEqual([
    `user: ${long}`,
    'assistant: uno',
    'user: two',
    `assistant: ${long}`,
  ])
})

const zst = `rollout-2026-05-01T10-00-00-${A}.jsonl.zst`

test.each(modes)('a compressed %s file', async (mode) => {
  const packed = zlib.zstdCompressSync(`${lines(mode).join('\n')}\n`)
  const { store, report } = await importOf(packed, zst)
  expect(report).toEqual(importReport({ threads: 1, items: 2 }))
  expect(await historyOf(store, A)).toEqual(['user: one', 'assistant: uno'])
})

test('a compressed file that is damaged is told as failed', async () => {
  const packed = zlib.zstdCompressSync(`${lines().join('\n')}\n`)
  packed.fill(0xff, 12, packed.length)
  const { store, path, report } = await importOf(packed, zst)
  expect(report).toMatchObject({ threads: 0, failed: [{ path }] })
  expect(await store.findThread(A)).toBeUndefined()
})

test('beside its compressed twin the plain file counts; compressed later, it is still known', async () => {
  const [store, home] = [await openTestStore(), await makeTestHome()]
  const path = await writeRollout(home, A, lines())
  await writeFile(`${path}.zst`, 'not even compressed')
  expect(await importHome(store, home)).toEqual(importReport({ threads: 1, items: 2 }))
  await rm(path)
  await writeFile(`${path}.zst`, zlib.zstdCompressSync(`${lines().join('\n')}\n`))
  expect(await importHome(store, home)).toEqual(importReport({ alreadyPresent: 1 }))
})

test('a file that was compressed after it had grown is read again', async () => {
  const [store, home] = [await openTestStore(), await makeTestHome()]
  const path = await writeRollout(home, A, lines())
  await importHome(store, home)
  const more = rolloutLines({ id: A }, wholeTurn('legacy', 't2', 'two', 'due'), 50).slice(1)
  await writeFile(`${path}.zst`, zlib.zstdCompressSync(`${[...lines(), ...more].join('\n')}\n`))
  await rm(path)
  expect(await importHome(store, home)).toEqual(importReport({ items: 2, alreadyPresent: 1 }))
})

test('a compressed file that goes on as a plain one is read again', async () => {
  const [store, home] = [await openTestStore(), await makeTestHome()]
  const path = await writeRollout(home, A, lines())
  await writeFile(`${path}.zst`, zlib.zstdCompressSync(`${lines().join('\n')}\n`))
  await rm(path)
  await importHome(store, home)
  await rm(`${path}.zst`)
  const body = [
    ...wholeTurn('legacy', 't1', 'one', 'uno'),
    ...wholeTurn('legacy', 't2', 'two', 'due'),
  ]
  await writeRollout(home, A, rolloutLines({ id: A }, body))
  expect(await importHome(store, home)).toEqual(importReport({ items: 2, alreadyPresent: 1 }))
  expect(await turnsOf(store, A)).toHaveLength(2)
})

test('files and folders behind links are found, and a circle of links ends', async () => {
  const [store, home, elsewhere] = [
    await openTestStore(),
    await makeTestHome(),
    await makeTestHome(),
  ]
  const real = await writeRollout(elsewhere, A, lines(), { folder: 'far' })
  await mkdir(join(home, 'sessions/2026/05/02'), { recursive: true })
  await symlink(real, join(home, `sessions/2026/05/02/rollout-2026-05-01T10-00-00-${A}.jsonl`))
  const other = rolloutLines({ id: B }, wholeTurn('legacy', 't1', 'two', 'due'))
  await writeRollout(elsewhere, B, other, { folder: 'folder' })
  await symlink(join(elsewhere, 'folder'), join(home, 'sessions/linked'))
  await symlink(join(home, 'sessions'), join(home, 'sessions/2026/circle'))
  await symlink(join(home, 'nowhere.jsonl'), join(home, 'sessions/gone.jsonl'))
  expect(await importHome(store, home)).toEqual(importReport({ threads: 2, items: 4 }))
})

test('the same file twice in a home is one thread', async () => {
  const [store, home] = [await openTestStore(), await makeTestHome()]
  await writeRollout(home, A, lines())
  await writeRollout(home, A, lines(), { folder: 'sessions/2026/06/01' })
  expect(await importHome(store, home)).toEqual(importReport({ threads: 1, items: 2 }))
  expect(await importHome(store, home)).toEqual(importReport({ alreadyPresent: 1 }))
})

test('a source that moved and grew is the same thread', async () => {
  const [store, home] = [await openTestStore(), await makeTestHome()]
  const path = await writeRollout(home, A, lines())
  await importHome(store, home)
  const moved = join(home, 'sessions', `rollout-2026-05-01T10-00-00-${A}.jsonl`)
  await rename(path, moved)
  const more = rolloutLines({ id: A }, wholeTurn('legacy', 't2', 'two', 'due'), 50).slice(1)
  await appendFile(moved, `${more.join('\n')}\n`)
  expect(await importHome(store, home)).toEqual(importReport({ items: 2, alreadyPresent: 1 }))
  expect(await turnsOf(store, A)).toHaveLength(2)
})

test('a source that is gone leaves its thread', async () => {
  const [store, home] = [await openTestStore(), await makeTestHome()]
  const path = await writeRollout(home, A, lines())
  await importHome(store, home)
  await rm(path)
  expect(await importHome(store, home)).toEqual(importReport({}))
  expect(await turnsOf(store, A)).toEqual(oneTurn)
})

test.each([
  ['\\\\?\\c:\\work\\app', 'C:\\work\\app'],
  ['d:/work', 'D:/work'],
  ['\\\\wsl.localhost\\Debian\\home', '\\\\wsl$\\Debian\\home'],
])('the folder %s is brought to one spelling', async (cwd, spelled) => {
  const whole = rolloutLines({ id: A, extra: { cwd } }, wholeTurn('legacy', 't1', 'one', 'uno'))
  const { store } = await importOf(`${whole.join('\n')}\n`)
  expect((await store.findThread(A))?.cwd).toBe(spelled)
})

test('a named pipe in a home is not waited for', async () => {
  const [store, home] = [await openTestStore(), await makeTestHome()]
  await writeRollout(home, A, lines())
  execFileSync('mkfifo', [join(home, `sessions/rollout-2026-05-01T10-00-00-${B}.jsonl`)])
  expect(await importHome(store, home)).toEqual(importReport({ threads: 1, items: 2 }))
})
