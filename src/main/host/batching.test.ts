import { expect, test } from 'vitest'
import type { Notification } from '../../protocol/index.ts'
import {
  BATCH_BYTES_MAX,
  BATCH_DELAY_MS,
  createBatcher,
  QUEUE_BYTES_MAX,
  type Timing,
} from './batching.ts'

/** Time that passes when the test says so. */
function fakeTiming(): Timing & { pass(ms: number): void } {
  let nowMs = 1_000
  let timers: { dueAtMs: number; then: () => void }[] = []
  return {
    now: () => nowMs,
    after(delayMs, then) {
      const timer = { dueAtMs: nowMs + delayMs, then }
      timers.push(timer)
      return () => {
        timers = timers.filter((other) => other !== timer)
      }
    },
    pass(ms) {
      const end = nowMs + ms
      for (;;) {
        const next = timers.sort((a, b) => a.dueAtMs - b.dueAtMs)[0]
        if (!next || next.dueAtMs > end) break
        timers.shift()
        nowMs = next.dueAtMs
        next.then()
      }
      nowMs = end
    },
  }
}

function setup() {
  const timing = fakeTiming()
  const sent: { atMs: number; methods: string[]; bytes: number; names: string[] }[] = []
  const channel = {
    isOpen: true,
    hasRoom: () => channel.isOpen,
    send(text: string) {
      const batch = JSON.parse(text) as Notification[]
      sent.push({
        atMs: timing.now() - 1_000,
        methods: batch.map((entry) => entry.method),
        bytes: Buffer.byteLength(text),
        names: batch.flatMap((entry) =>
          entry.method === 'item/agentMessage/delta' ? entry.params.delta : [],
        ),
      })
    },
  }
  return { timing, sent, channel, batcher: createBatcher(channel, timing) }
}

function delta(text: string): Notification {
  return {
    method: 'item/agentMessage/delta',
    params: { threadId: 't', turnId: 'u', itemId: 'i', delta: text },
  } as Notification
}

const turnCompleted = {
  method: 'turn/completed',
  params: { threadId: 't', turn: {} },
} as unknown as Notification

test('what comes together leaves together, and the next batch not before its time', () => {
  const { timing, sent, batcher } = setup()
  batcher.push(delta('a'))
  batcher.push(delta('b'))
  timing.pass(1)
  batcher.push(delta('c'))
  timing.pass(4)
  batcher.push(delta('d'))
  timing.pass(50)
  expect(sent.map(({ atMs, names }) => ({ atMs, names }))).toEqual([
    { atMs: 0, names: ['a', 'b'] },
    { atMs: BATCH_DELAY_MS, names: ['c', 'd'] },
  ])
})

test('a message holds at most 64 KB, the rest comes in the next ones, in order', () => {
  const { timing, sent, batcher } = setup()
  const texts = Array.from({ length: 20 }, (_, index) => `${index}`.padEnd(10_000, '.'))
  for (const text of texts) batcher.push(delta(text))
  timing.pass(200)
  expect(sent.flatMap(({ names }) => names)).toEqual(texts)
  expect(sent.every(({ bytes }) => bytes <= BATCH_BYTES_MAX)).toBe(true)
  expect(sent.map(({ atMs }) => atMs)).toEqual([0, 16, 32, 48])
})

test('one notification larger than a message leaves alone', () => {
  const { timing, sent, batcher } = setup()
  batcher.push(delta('a'))
  batcher.push(delta('b'.repeat(BATCH_BYTES_MAX)))
  batcher.push(delta('c'))
  timing.pass(100)
  expect(sent.map(({ names }) => names.map((name) => name[0]))).toEqual([['a'], ['b'], ['c']])
})

test('the end of a turn goes out at once, with all that came before it', () => {
  const { timing, sent, batcher } = setup()
  batcher.push(delta('first'))
  timing.pass(1)
  batcher.push(delta('x'.repeat(BATCH_BYTES_MAX)))
  batcher.push(turnCompleted)
  timing.pass(0)
  expect(sent.map(({ atMs, methods }) => ({ atMs, methods }))).toEqual([
    { atMs: 0, methods: ['item/agentMessage/delta'] },
    { atMs: 1, methods: ['item/agentMessage/delta'] },
    { atMs: 1, methods: ['turn/completed'] },
  ])
})

test('flush sends what waits before it returns', () => {
  const { sent, batcher } = setup()
  batcher.push(delta('a'))
  batcher.flush()
  expect(sent.map(({ names }) => names)).toEqual([['a']])
})

test('a window that takes nothing is sent nothing until it has room again', () => {
  const { timing, sent, channel, batcher } = setup()
  channel.isOpen = false
  batcher.push(delta('a'))
  timing.pass(100)
  expect(sent).toEqual([])
  channel.isOpen = true
  batcher.resume()
  timing.pass(0)
  expect(sent.map(({ names }) => names)).toEqual([['a']])
})

test('a queue beyond 8 MiB is dropped as a whole, and the window is told to read again', () => {
  const { timing, sent, channel, batcher } = setup()
  channel.isOpen = false
  const text = 'x'.repeat(60_000)
  for (let bytes = 0; bytes < QUEUE_BYTES_MAX; bytes += text.length) batcher.push(delta(text))
  batcher.push(delta('after'))
  channel.isOpen = true
  batcher.resume()
  timing.pass(1_000)
  expect(sent.flatMap(({ methods }) => methods)).toEqual([
    'skein/resync',
    'item/agentMessage/delta',
  ])
  expect(sent.flatMap(({ names }) => names)).toEqual(['after'])
})

test('nothing leaves after close', () => {
  const { timing, sent, batcher } = setup()
  batcher.push(delta('a'))
  batcher.close()
  timing.pass(100)
  batcher.flush()
  expect(sent).toEqual([])
})
