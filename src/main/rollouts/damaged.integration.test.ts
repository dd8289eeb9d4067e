// Many rollouts, each damaged in its own way: whatever is imported of them can be read, all of it.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import zlib from 'node:zlib'
import { expect, test } from 'vitest'
import { makeTestHome, openTestStore } from '../../../test/open-test-store.ts'
import { randomOf } from '../../../test/random.ts'
import {
  event,
  itemDone,
  line,
  rolloutLines,
  said,
  turnEnd,
  wholeTurn,
} from '../../../test/rollout-files.ts'
import { importHome, turnsOf } from '../../../test/rollout-import.ts'
import { ThreadItem } from '../../protocol/index.ts'

const SEED = 17
const PER_DAMAGE = 16

const below = randomOf(SEED)
const nonsense = [null, 17, -1.5, 9e15, 1e300, [], {}, 'x', true, [null]]

/** A thread with a little of everything. */
function bytesOf(id: string, mode: 'legacy' | 'paginated'): Buffer {
  const summary = {
    type: 'message',
    role: 'user',
    content: [{ type: 'input_text', text: 'short' }],
  }
  const call = { call_id: 'c1', name: 'exec_command', arguments: '{"cmd":"ls"}' }
  const usage = { input_tokens: 1, output_tokens: 2, total_tokens: 3 }
  const command = { type: 'CommandExecution', id: 'c1', command: ['ls'], duration: { secs: 1 } }
  const body = [
    ...wholeTurn(mode, 't1', 'one', 'uno'),
    event('task_started', { turn_id: 't2', model_context_window: 1000 }),
    line('turn_context', { turn_id: 't2', cwd: '/srv', model: 'm', approval_policy: 'never' }),
    said('user', 'two'),
    line('response_item', { type: 'function_call', ...call }),
    line('response_item', { type: 'function_call_output', call_id: 'c1', output: 'a\nb' }),
    mode === 'legacy'
      ? event('web_search_end', { call_id: 'w', query: 'q' })
      : itemDone('t2', command),
    line('token_usage_record', { turn_id: 't2', response_id: 'r', usage }),
    event('thread_goal_updated', { goal: { objective: 'be done', status: 'paused' } }),
    turnEnd('t2', { started_at: 1_777_000_000, completed_at: 1_777_000_001 }),
    line('compacted', { message: 'short', replacement_history: [summary] }),
    ...wholeTurn(mode, 't3', 'three', 'tre'),
  ]
  return Buffer.from(`${rolloutLines({ id, mode }, body).join('\n')}\n`)
}

type Lines = string[]
const anyOf = (lines: Lines): number => below(lines.length)
const byLines = (damage: (lines: Lines) => Lines) => (bytes: Buffer) =>
  Buffer.from(`${damage(bytes.toString().trimEnd().split('\n')).join('\n')}\n`)

/** Somewhere in a value, something else. */
function spoiled(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0)
    return nonsense[below(nonsense.length)]
  const members = Object.entries(value)
  const [name, member] = members[below(members.length)] ?? ['', null]
  const other = below(3) === 0 ? nonsense[below(nonsense.length)] : spoiled(member)
  return Array.isArray(value) ? [other] : { ...value, [name]: other }
}

const spoil = byLines((lines) =>
  lines.map((text) => {
    const { payload, ...others } = JSON.parse(text)
    return below(3) === 0 ? JSON.stringify({ ...others, payload: spoiled(payload) }) : text
  }),
)

const damages: readonly ((bytes: Buffer) => Buffer)[] = [
  (bytes) => bytes.subarray(0, below(bytes.length)),
  (bytes) => Buffer.from(bytes).fill(0, below(bytes.length)),
  (bytes) => Buffer.from(bytes.map((byte) => (below(400) === 0 ? below(256) : byte))),
  byLines((lines) => lines.flatMap((text) => [text, text])),
  byLines((lines) => [...lines, ...lines]),
  byLines((lines) => lines.filter(() => below(4) > 0)),
  byLines((lines) => lines.toSpliced(anyOf(lines), 1, lines[anyOf(lines)] ?? '')),
  byLines(([head = '', ...others]) => [head, ...others.reverse()]),
  // The most ways to go wrong.
  ...Array.from({ length: 8 }, () => spoil),
  (bytes) => zlib.zstdCompressSync(bytes).subarray(0, 40 + below(600)),
]

test('what is imported of damaged files can be read', async () => {
  const [store, home] = [await openTestStore(), await makeTestHome()]
  const folder = join(home, 'sessions')
  await mkdir(folder)
  const ids: string[] = []
  for (const [kind, damage] of damages.entries())
    for (let number = 0; number < PER_DAMAGE; number += 1) {
      const id = `01960000-0000-7000-8000-${String(kind * 1000 + number).padStart(12, '0')}`
      const content = damage(bytesOf(id, number % 2 === 0 ? 'legacy' : 'paginated'))
      const end = kind === damages.length - 1 ? 'jsonl.zst' : 'jsonl'
      await writeFile(join(folder, `rollout-2026-05-01T10-00-00-${id}.${end}`), content)
      ids.push(id)
    }

  const { threads, failed } = await importHome(store, home)
  const whole = failed.filter((entry) => entry.line === undefined)
  expect(threads + whole.length).toBeGreaterThanOrEqual(ids.length)
  expect(threads).toBeGreaterThan(ids.length / 2)
  for (const threadId of ids) {
    if (!(await store.findThread(threadId))) continue
    const turns = await turnsOf(store, threadId)
    expect(turns.every(([status]) => status !== 'inProgress')).toBe(true)
    await store.modelHistory(threadId)
    const page = { threadId, turnId: undefined, cursor: undefined, limit: 100, deferOutput: false }
    const { data } = await store.itemsPage({ ...page, sortDirection: 'asc' })
    for (const { item } of data) ThreadItem.parse(item)
  }
  expect((await store.health()).state).toBe('healthy')
})
