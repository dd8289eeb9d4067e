import { expect, it } from 'vitest'
import { makeTestHome } from '../../../test/open-test-store.ts'
import {
  event,
  line,
  rolloutLines,
  said,
  turnEnd,
  turnStart,
  wholeTurn,
  writeRollout,
} from '../../../test/rollout-files.ts'
import { fileOf } from './discover.ts'
import { type KeptLines, rowsOfLines, storedForm } from './kept-lines.ts'
import { type ReadContent, readRollout } from './read-rollout.ts'
import { eachLine } from './rollout-line.ts'
import { createThreadBuilder } from './thread-builder.ts'

const ID = '01960000-0000-7000-8000-00000000000c'
const call = { type: 'function_call', name: 'shell', arguments: '{"command":["ls"]}', call_id: 'c' }
const ran = (turnId: string, model: string) => line('turn_context', { turn_id: turnId, model })

async function read(text: string) {
  const path = await writeRollout(await makeTestHome(), ID, [], { text })
  return readRollout(fileOf(path), () => undefined, snapshotOf)
}

const snapshotOf = ({ model }: { model?: unknown }) => `snapshot of ${model}`

/** As if every line were parsed. */
function builtOf(text: string) {
  const builder = createThreadBuilder(ID, true)
  eachLine([text], builder.add, () => undefined)
  return builder.finish(snapshotOf)
}

function linesIn(content: ReadContent): KeptLines {
  if (content.form === 'rows') throw new Error('its rows were made')
  return content.lines
}

it.each([
  ['turns under changing settings', wholeTurn('legacy', 't1', 'a', 'b'), ran('t1', 'one')],
  ['an item without a turn', [said('developer', 'context')], ran('none', 'two')],
  [
    'a turn taken back',
    [...wholeTurn('legacy', 't1', 'a', 'b'), ran('t1', 'gone')],
    event('thread_rolled_back', { num_turns: 1 }),
  ],
  [
    'a history summed up in an old way',
    wholeTurn('legacy', 't1', 'a', 'b'),
    line('compacted', { message: 'sum' }),
  ],
  ['a command without an end', [turnStart('t1'), event('user_message', { message: 'a' })], call],
  ['turns without marks', [event('user_message', { message: 'a' })], said('assistant', 'b')],
] as const)('makes the very rows that were counted: %s', async (_, first, then) => {
  const extra = then === call ? line('response_item', call) : then
  const body = [...first, extra, turnStart('last'), ran('last', 'three'), turnEnd('last')]
  const lines = rolloutLines({ id: ID }, body as Parameters<typeof rolloutLines>[1])
  lines.splice(3, 0, 'garbage', '')
  const text = `${lines.join('\r\n')}\r\n{"timestamp":"half of a`
  const { content, built, badCount } = await read(text)
  expect(badCount).toBe(1)
  const { rows, ...whole } = builtOf(text)
  expect({ ...built, rows: undefined }).toEqual({ ...whole, rows: undefined })
  expect(rows()).toHaveLength(built.rowCount)
  const [about, bytes] = storedForm(linesIn(content))
  expect(rowsOfLines(Buffer.concat([Buffer.from(about), bytes]))).toEqual(rows())
  expect(rows()).toContainEqual(expect.objectContaining({ snapshotId: 'snapshot of three' }))
})

it('keeps the rows of what is no short file by itself', async () => {
  const turn = wholeTurn('paginated', 't1', 'long'.repeat(300_000), 'yes')
  const long = await read(rolloutLines({ id: ID, mode: 'paginated' }, turn).join('\n'))
  expect(long.content.form).toBe('rows')

  const base = { thread_id: 'elsewhere', end_ordinal_exclusive: 7 }
  const forked = { id: ID, mode: 'paginated', extra: { history_base: base } }
  const fork = await read(
    rolloutLines(forked, wholeTurn('paginated', 't2', 'a', 'b'), 7).join('\n'),
  )
  expect(fork).toMatchObject({ isBaseMissing: true, content: { form: 'rows' } })
})
