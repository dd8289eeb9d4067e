// Importing rollouts into the real store, through the real threads.
import { appendFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeTestHome, openTestStore } from '../../../test/open-test-store.ts'
import {
  event,
  itemDone,
  line,
  rolloutLines,
  said,
  turnEnd,
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
  wordsOf,
} from '../../../test/rollout-import.ts'
import { importedSnapshots } from '../compose/imported-snapshots.ts'
import type { ResolvedConfig } from '../config/config-service.ts'
import { createRolloutImport } from './import-service.ts'

const A = '01960000-0000-7000-8000-00000000000a'
const B = '01960000-0000-7000-8000-00000000000b'
const config = { values: {}, origins: {}, layers: [] } as unknown as ResolvedConfig
const worker = join(import.meta.dirname, 'worker.ts')

test.each(['legacy', 'paginated'] as const)(
  'a %s thread comes with its turns and its history',
  async (mode) => {
    const [store, home] = [await openTestStore(), await makeTestHome()]
    const body = [...wholeTurn(mode, 't1', 'one', 'uno'), ...wholeTurn(mode, 't2', 'two', 'due')]
    const path = await writeRollout(home, A, rolloutLines({ id: A, mode }, body))
    const before = await readFile(path)

    expect(await importHome(store, home)).toEqual(importReport({ threads: 1, items: 4 }))
    expect(await turnsOf(store, A)).toEqual([
      ['completed', 'userMessage', 'agentMessage'],
      ['completed', 'userMessage', 'agentMessage'],
    ])
    expect(await historyOf(store, A)).toEqual([
      'user: one',
      'assistant: uno',
      'user: two',
      'assistant: due',
    ])
    expect(await store.findThread(A)).toMatchObject({
      id: A,
      origin: 'import',
      preview: 'one',
      cwd: '/projects/somewhere',
      turnCount: 2,
      modelProvider: 'mock',
    })
    expect(await readFile(path)).toEqual(before)
    expect(await importHome(store, home)).toEqual(importReport({ alreadyPresent: 1 }))
  },
)

test('a shell call of a legacy file becomes a command with its output and exit code', async () => {
  const [store, home] = [await openTestStore(), await makeTestHome()]
  const call = { name: 'exec_command', arguments: '{"cmd":"make it"}', call_id: 'c1' }
  const output = 'Process exited with code 2\nOutput:\nno rule\n'
  const lines = rolloutLines({ id: A }, [
    turnStart('t1'),
    event('user_message', { message: 'make it' }),
    line('response_item', { type: 'function_call', ...call }),
    line('response_item', { type: 'function_call_output', call_id: 'c1', output }),
    turnEnd('t1'),
  ])
  await writeRollout(home, A, lines)
  await importHome(store, home)
  const { data } = await store.itemsPage({
    threadId: A,
    turnId: undefined,
    cursor: undefined,
    limit: 10,
    sortDirection: 'asc',
    deferOutput: false,
  })
  expect(data[1]?.item).toMatchObject({
    type: 'commandExecution',
    id: 'c1',
    command: 'make it',
    status: 'failed',
    exitCode: 2,
    aggregatedOutput: 'no rule\n',
  })
})

test('turns that failed, were interrupted, or never ended say so', async () => {
  const [store, home] = [await openTestStore(), await makeTestHome()]
  const lines = rolloutLines({ id: A }, [
    ...[turnStart('t1'), event('user_message', { message: 'fail' })],
    turnEnd('t1', { error: { message: 'it broke' } }),
    ...[turnStart('t2'), event('user_message', { message: 'stop' })],
    event('turn_aborted', { turn_id: 't2', reason: 'interrupted' }),
    ...[turnStart('t3'), event('user_message', { message: 'killed' })],
  ])
  await writeRollout(home, A, lines)
  await importHome(store, home)
  expect(await turnsOf(store, A)).toEqual([
    ['failed', 'userMessage'],
    ['interrupted', 'userMessage'],
    ['interrupted', 'userMessage'],
  ])
})

test('a rollback takes the newest turns of the person away from people and model', async () => {
  const [store, home] = [await openTestStore(), await makeTestHome()]
  const lines = rolloutLines({ id: A }, [
    ...wholeTurn('legacy', 't1', 'keep', 'kept'),
    ...wholeTurn('legacy', 't2', 'drop', 'dropped'),
    event('thread_rolled_back', { num_turns: 1 }),
    ...wholeTurn('legacy', 't3', 'instead', 'better'),
  ])
  await writeRollout(home, A, lines)
  await importHome(store, home)
  expect(await historyOf(store, A)).toEqual([
    'user: keep',
    'assistant: kept',
    'user: instead',
    'assistant: better',
  ])
  expect(await turnsOf(store, A)).toHaveLength(2)
})

test('a compaction replaces what the model reads, and nothing of what people see', async () => {
  const [store, home] = [await openTestStore(), await makeTestHome()]
  const summary = {
    type: 'message',
    role: 'user',
    content: [{ type: 'input_text', text: 'in short' }],
  }
  const lines = rolloutLines({ id: A }, [
    ...wholeTurn('legacy', 't1', 'long', 'story'),
    turnStart('t2'),
    line('compacted', { message: 'in short', replacement_history: [summary] }),
    event('context_compacted'),
    turnEnd('t2'),
    ...wholeTurn('legacy', 't3', 'more', 'yes'),
  ])
  await writeRollout(home, A, lines)
  await importHome(store, home)
  expect(await historyOf(store, A)).toEqual(['user: in short', 'user: more', 'assistant: yes'])
  expect(await turnsOf(store, A)).toEqual([
    ['completed', 'userMessage', 'agentMessage'],
    ['completed', 'contextCompaction'],
    ['completed', 'userMessage', 'agentMessage'],
  ])
})

test('a revert segment and a fork read what they stand on from other files', async () => {
  const [store, home] = [await openTestStore(), await makeTestHome()]
  const first = [
    ...wholeTurn('paginated', 't1', 'keep', 'kept'),
    ...wholeTurn('paginated', 't2', 'drop', 'x'),
  ]
  await writeRollout(home, A, rolloutLines({ id: A, mode: 'paginated' }, first))
  const base = { thread_id: A, end_ordinal_exclusive: 7, end_byte_offset: 1 }
  const segment = '01960000-0000-7000-8000-0000000000aa'
  const reverted = { id: A, mode: 'paginated', extra: { history_base: base } }
  const instead = wholeTurn('paginated', 't3', 'instead', 'better')
  await writeRollout(home, A, rolloutLines(reverted, instead, 7), { segment })
  const forked = { id: B, mode: 'paginated', extra: { history_base: base, forked_from_id: A } }
  await writeRollout(home, B, rolloutLines(forked, wholeTurn('paginated', 't4', 'else', 'ok'), 7))

  expect(await importHome(store, home)).toEqual(importReport({ threads: 2, items: 8 }))
  expect(await historyOf(store, A)).toEqual([
    'user: keep',
    'assistant: kept',
    'user: instead',
    'assistant: better',
  ])
  expect(await historyOf(store, B)).toEqual([
    'user: keep',
    'assistant: kept',
    'user: else',
    'assistant: ok',
  ])
})

test('what was summed up is there again for whoever goes back to before it', async () => {
  const [store, home] = [await openTestStore(), await makeTestHome()]
  const summary = (words: string) => ({
    ...{ type: 'message', role: 'user', content: [{ type: 'input_text', text: words }] },
  })
  const summedUp = (turn: string, ...words: string[]) => [
    turnStart(turn),
    line('compacted', { message: '', replacement_history: words.map(summary) }),
    turnEnd(turn),
  ]
  const lines = rolloutLines({ id: A }, [
    ...wholeTurn('legacy', 't1', 'one', 'uno'),
    ...summedUp('t2', 'one', 'in short'),
    ...wholeTurn('legacy', 't3', 'two', 'due'),
    ...summedUp('t4', 'one', 'two', 'shorter'),
    ...wholeTurn('legacy', 't5', 'three', 'tre'),
  ])
  await writeRollout(home, A, lines)
  await importHome(store, home)
  const before = async (turnId: string) => {
    const { ord } = await store.placeOf(A, { turnId, through: false })
    return wordsOf(await store.modelHistory(A, ord))
  }
  expect(await before('t2')).toEqual(['user: one', 'assistant: uno'])
  const first = ['user: one', 'user: in short']
  expect(await before('t3')).toEqual(first)
  expect(await before('t4')).toEqual([...first, 'user: two', 'assistant: due'])
  expect(await historyOf(store, A)).toEqual([
    ...['user: one', 'user: two', 'user: shorter', 'user: three', 'assistant: tre'],
  ])
})

test('what was reverted twice, and a fork of it, stand on the part before, which has an id of its own', async () => {
  const [store, home] = [await openTestStore(), await makeTestHome()]
  const whole = (turn: string) => wholeTurn('paginated', turn, turn, `re ${turn}`)
  const parts = ['01960000-0000-7000-8000-0000000000a1', '01960000-0000-7000-8000-0000000000a2']
  const baseOf = (thread_id: string, end_ordinal_exclusive: number) => ({
    extra: { history_base: { thread_id, end_ordinal_exclusive, end_byte_offset: 1 } },
  })
  const [a1 = '', a2 = ''] = parts
  const A0 = { id: A, mode: 'paginated' }
  await writeRollout(home, A, rolloutLines(A0, [...whole('one'), ...whole('two')]))
  const second = [...whole('three'), ...whole('four')]
  await writeRollout(home, A, rolloutLines({ ...A0, ...baseOf(A, 7) }, second, 7), { segment: a1 })
  const third = rolloutLines({ ...A0, ...baseOf(a1, 14) }, whole('five'), 14)
  await writeRollout(home, A, third, { segment: a2 })
  const forked = { id: B, mode: 'paginated', ...baseOf(a2, 21) }
  await writeRollout(home, B, rolloutLines(forked, whole('six'), 21))

  expect(await importHome(store, home)).toEqual(importReport({ threads: 2, items: 14 }))
  const told = ['one', 'three', 'five'].flatMap((turn) => [
    `user: ${turn}`,
    `assistant: re ${turn}`,
  ])
  expect(await historyOf(store, A)).toEqual(told)
  expect(await historyOf(store, B)).toEqual([...told, 'user: six', 'assistant: re six'])
})

test('names, archived state and goals come along', async () => {
  const [store, home] = [await openTestStore(), await makeTestHome()]
  const lines = rolloutLines({ id: A }, wholeTurn('legacy', 't1', 'one', 'uno'))
  await writeRollout(home, A, lines, { folder: 'archived_sessions' })
  const names = ['an old name', 'The name'].map((name) =>
    JSON.stringify({ id: A, thread_name: name }),
  )
  await writeFile(join(home, 'session_index.jsonl'), `${names.join('\n')}\n`)
  await importHome(store, home)
  const thread = await store.findThread(A)
  expect(thread?.name).toBe('The name')
  expect(thread?.archivedMs).not.toBeNull()
})

test('what is damaged is left out and told; the rest is imported', async () => {
  const [store, home] = [await openTestStore(), await makeTestHome()]
  const good = rolloutLines({ id: A }, wholeTurn('legacy', 't1', 'one', 'uno'))
  const damaged = [
    'not json at all',
    good[0],
    '',
    ...good.slice(1, 4),
    '{"type":"event_msg"}',
    ...good.slice(4),
  ]
  const path = await writeRollout(home, A, [], {
    text: `${damaged.join('\r\n')}\r\n{"timestamp":"2026-`,
  })
  const unknown = rolloutLines({ id: B, mode: 'telepathic' }, [])
  const refused = await writeRollout(home, B, unknown)
  const C = '01960000-0000-7000-8000-00000000000c'
  const empty = await writeRollout(home, C, [], { text: '' })

  const told = await importHome(store, home)
  expect(told).toMatchObject({ threads: 1, items: 2 })
  expect(told.failed).toEqual(
    expect.arrayContaining([
      { path, line: 1, reason: 'not JSON' },
      { path, line: 7, reason: 'no timestamp' },
      { path: refused, reason: 'unknown history mode "telepathic"' },
      { path: empty, reason: 'the file is empty, or nothing of it can be read' },
    ]),
  )
  expect(await turnsOf(store, A)).toEqual([['completed', 'userMessage', 'agentMessage']])
})

test('a source that grew is read again; what was done to the thread here is kept', async () => {
  const [store, home] = [await openTestStore(), await makeTestHome()]
  const body = wholeTurn('legacy', 't1', 'one', 'uno')
  const path = await writeRollout(home, A, rolloutLines({ id: A }, body))
  await importHome(store, home)
  const { lastSeq } = (await store.findThread(A)) ?? { lastSeq: 0 }
  await store.journal.commit(A, lastSeq, 1, [{ type: 'threadRenamed', name: 'Mine' }])
  const more = rolloutLines({ id: A }, [...body, ...wholeTurn('legacy', 't2', 'two', 'due')])
  await appendFile(path, `${more.slice(7).join('\n')}\n`)

  expect(await importHome(store, home)).toEqual(importReport({ alreadyPresent: 1, items: 2 }))
  expect(await turnsOf(store, A)).toHaveLength(2)
  expect((await store.findThread(A))?.name).toBe('Mine')
})

test('a thread that went on here and there becomes two', async () => {
  const [store, home] = [await openTestStore(), await makeTestHome()]
  const body = wholeTurn('legacy', 't1', 'one', 'uno')
  const path = await writeRollout(home, A, rolloutLines({ id: A }, body))
  await importHome(store, home)
  const model = { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'here' }] }
  await store.journal.commit(A, 0, 1, [
    { type: 'modelItemsRecorded', turnId: null, items: [model] },
  ])
  const more = rolloutLines({ id: A }, [...body, ...wholeTurn('legacy', 't2', 'there', 'ok')])
  await appendFile(path, `${more.slice(7).join('\n')}\n`)

  const told = await importHome(store, home)
  expect(told).toMatchObject({ threads: 1, alreadyPresent: 0 })
  expect(told.skipped).toMatchObject([{ path }])
  expect((await historyOf(store, A)).at(-1)).toBe('user: here')
  expect(await importHome(store, home)).toEqual(importReport({ alreadyPresent: 1 }))
})

test('a file that was moved into the archive is the same thread', async () => {
  const [store, home] = [await openTestStore(), await makeTestHome()]
  const lines = rolloutLines({ id: A }, wholeTurn('legacy', 't1', 'one', 'uno'))
  const path = await writeRollout(home, A, lines)
  await importHome(store, home)
  await mkdir(join(home, 'archived_sessions'))
  await rename(path, join(home, 'archived_sessions', `rollout-2026-05-01T10-00-00-${A}.jsonl`))
  expect(await importHome(store, home)).toEqual(importReport({ alreadyPresent: 1 }))
})

test('a thread deleted here stays away until its file is asked for', async () => {
  const [store, home] = [await openTestStore(), await makeTestHome()]
  const lines = rolloutLines({ id: A }, wholeTurn('legacy', 't1', 'one', 'uno'))
  const path = await writeRollout(home, A, lines)
  await importHome(store, home)
  await store.journal.commit(A, 0, 1, [{ type: 'threadDeleted' }])
  expect((await importHome(store, home)).skipped).toMatchObject([{ path }])
  expect(await runImportOf(store, { paths: [path], home: undefined })).toEqual(
    importReport({ threads: 1, items: 2 }),
  )
  expect(await turnsOf(store, A)).toHaveLength(1)
})

test('a thread of its own does the reading, and tells how far it is', async () => {
  const [store, home] = [await openTestStore(), await makeTestHome()]
  const lines = rolloutLines({ id: A }, [
    turnStart('t1'),
    line('turn_context', {
      turn_id: 't1',
      cwd: '/elsewhere',
      model: 'm1',
      approval_policy: 'never',
    }),
    event('user_message', { message: 'one' }),
    turnEnd('t1'),
  ])
  await writeRollout(home, A, lines)
  const told: number[][] = []
  const done = await createRolloutImport(store, worker).run({
    what: { paths: [], home },
    snapshotOf: importedSnapshots(config),
    signal: new AbortController().signal,
    progress: (...counts) => void told.push(counts),
  })
  expect(done).toEqual(importReport({ threads: 1, items: 1 }))
  expect(told.at(-1)).toEqual([1, 1])
  const id = await store.snapshotIdOf(A, 't1')
  const { values } = JSON.parse((await store.snapshot(id ?? ''))?.json ?? '')
  expect(values).toMatchObject({ cwd: '/elsewhere', model: 'm1', approvalPolicy: 'never' })
  const now = await store.snapshotIdOf(A, undefined)
  const { values: own } = JSON.parse((await store.snapshot(now ?? ''))?.json ?? '')
  expect(own).toMatchObject({ cwd: '/elsewhere', model: 'm1', approvalPolicy: 'on-request' })
})

test('an import that is stopped keeps what it has and says so', async () => {
  const [store, home] = [await openTestStore(), await makeTestHome()]
  await writeRollout(home, A, rolloutLines({ id: A }, [said('user', 'x'), itemDone('t1', {})]))
  const stop = new AbortController()
  stop.abort()
  expect(await runImportOf(store, { paths: [], home }, stop.signal)).toEqual(
    importReport({ cancelled: true }),
  )
})

test('a thread exported in our own form comes back as it was', async () => {
  const [store, home] = [await openTestStore(), await makeTestHome()]
  const lines = rolloutLines({ id: A }, wholeTurn('legacy', 't1', 'one', 'uno'))
  await writeRollout(home, A, lines)
  await importHome(store, home)
  const file = join(home, 'thread.skein')
  expect(await store.archiveThread(A, file)).toMatchObject({ turns: 1, items: 2 })

  const other = await openTestStore()
  expect(await runImportOf(other, { paths: [file], home: undefined })).toEqual(
    importReport({ threads: 1, items: 2 }),
  )
  expect(await other.loadThread(A)).toEqual(await store.loadThread(A))
  expect(await other.modelHistory(A)).toEqual(await store.modelHistory(A))
  const again = join(home, 'again.skein')
  await other.archiveThread(A, again)
  expect(await readFile(again, 'utf8')).toBe(await readFile(file, 'utf8'))
  expect(await runImportOf(other, { paths: [file], home: undefined })).toEqual(
    importReport({ alreadyPresent: 1 }),
  )
})

test('a thread that never ran goes on with the configured model', async () => {
  const [store, home] = [await openTestStore(), await makeTestHome()]
  await writeRollout(home, A, rolloutLines({ id: A }, [event('user_message', { message: 'x' })]))
  const values = { model: 'configured' }
  await createRolloutImport(store, worker).run({
    what: { paths: [], home },
    snapshotOf: importedSnapshots({ ...config, values } as ResolvedConfig),
    signal: new AbortController().signal,
    progress: () => undefined,
  })
  expect((await store.findThread(A))?.model).toBeNull()
  const id = await store.snapshotIdOf(A, undefined)
  const { values: own } = JSON.parse((await store.snapshot(id ?? ''))?.json ?? '')
  expect(own).toMatchObject({ model: 'configured', modelProvider: 'mock' })
})
