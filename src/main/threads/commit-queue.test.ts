import { describe, expect, it } from 'vitest'
import { threadState } from '../../../test/builders.ts'
import { createFakeClock } from '../../../test/fake-clock.ts'
import { SkeinError } from '../lib/errors.ts'
import type { Journal } from '../storage/journal.ts'
import { isNumbered, type ThreadEvent } from '../storage/thread-event.ts'
import { createCommitQueue } from './commit-queue.ts'
import type { ThreadSignal } from './thread-signal.ts'
import { createRecordings } from './turn/recordings.ts'

const renamed = (name: string): ThreadEvent => ({ type: 'threadRenamed', name })

/** A journal that commits when the test says so. */
function setUp(stored = true) {
  const commits: {
    after: number
    events: readonly ThreadEvent[]
    done: () => void
    fail: (error: unknown) => void
  }[] = []
  const journal: Journal = {
    commit: (_threadId, after, _atMs, events) =>
      new Promise((resolve, reject) => {
        const done = (): void => resolve(after + events.filter(isNumbered).length)
        commits.push({ after, events, done, fail: reject })
      }),
    checkpoint: () => undefined,
    discard: () => undefined,
    flush: async () => undefined,
  }
  const heard: string[] = []
  const publish = (signal: ThreadSignal): void => {
    if (signal.type === 'recorded' && signal.event.type === 'threadRenamed')
      heard.push(`${signal.seq} ${signal.event.name}`)
    if (signal.type === 'warning') heard.push(signal.message)
  }
  const queue = createCommitQueue({
    threadId: 'thread-1',
    initial: threadState({ stored }),
    journal,
    clock: createFakeClock(5),
    publish,
    beforeCommit: () => undefined,
    applied: () => undefined,
  })
  /** Commits may be asked for only some microtasks later. */
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
  return { queue, commits, heard, settle }
}

describe('steps', () => {
  it('are published only after their commit', async () => {
    const { queue, commits, heard, settle } = setUp()
    const step = queue.step(() => [renamed('a')])
    await settle()
    expect([commits.length, heard]).toEqual([1, []])
    commits[0]?.done()
    expect((await step).happened).toBe(true)
    expect(heard).toEqual(['1 a'])
  })

  it('that wait behind a commit share the next one, in order', async () => {
    const { queue, commits, heard, settle } = setUp()
    const all = [queue.step(() => [renamed('a')])]
    await settle()
    all.push(
      queue.step(() => [renamed('b')]),
      queue.step(() => [renamed('c')]),
    )
    await settle()
    commits[0]?.done()
    await settle()
    expect(commits.map(({ after, events }) => [after, events.length])).toEqual([
      [0, 1],
      [1, 2],
    ])
    commits[1]?.done()
    await Promise.all(all)
    expect(heard).toEqual(['1 a', '2 b', '3 c'])
  })

  it('decide on what the steps before them lead to', async () => {
    const { queue, commits, settle } = setUp()
    const seen: (string | null)[] = []
    const first = queue.step(() => [renamed('a')])
    const second = queue.step((state) => {
      seen.push(state.name)
      return []
    })
    await settle()
    commits[0]?.done()
    await first
    expect([(await second).happened, seen]).toEqual([false, ['a']])
  })

  it('that are refused concern nobody else', async () => {
    const { queue, commits, settle } = setUp()
    const good = queue.step(() => [renamed('a')])
    const bad = queue.step(() => {
      throw new SkeinError('conflict', 'no')
    })
    await expect(bad).rejects.toThrow('no')
    await settle()
    commits[0]?.done()
    expect((await good).state.name).toBe('a')
  })

  it('leave the state as it was when the disk refuses', async () => {
    const { queue, commits, heard, settle } = setUp()
    const step = queue.step(() => [renamed('a')])
    await settle()
    commits[0]?.fail(new SkeinError('storageDegraded', 'disk is full'))
    await expect(step).rejects.toThrow('disk is full')
    expect([queue.state().name, queue.state().lastSeq, heard]).toEqual([null, 0, []])
  })

  it('make the row of a thread with its first fact', async () => {
    const { queue, commits, settle } = setUp(false)
    const step = queue.step(() => [renamed('a')])
    await settle()
    expect(commits[0]?.events.map(({ type }) => type)).toEqual(['threadCreated', 'threadRenamed'])
    commits[0]?.done()
    expect((await step).state.stored).toBe(true)
  })
})

describe('steps that are recorded soon', () => {
  it('share the commit of what follows at once', async () => {
    const { queue, commits, heard, settle } = setUp()
    const soon = queue.stepSoon(() => [renamed('a')])
    await Promise.resolve()
    const next = queue.step(() => [renamed('b')])
    await settle()
    expect(commits.map(({ events }) => events.length)).toEqual([2])
    commits[0]?.done()
    await Promise.all([soon, next])
    expect(heard).toEqual(['1 a', '2 b'])
  })

  it('are recorded by themselves when nothing follows', async () => {
    const { queue, commits, heard, settle } = setUp()
    const soon = queue.stepSoon(() => [renamed('a')])
    await settle()
    await settle()
    commits[0]?.done()
    await soon
    expect(heard).toEqual(['1 a'])
  })

  it('keep what is said after them behind them', async () => {
    const { queue, commits, heard, settle } = setUp()
    const soon = queue.stepSoon(() => [renamed('a')])
    queue.say({ type: 'warning', message: 'after a' })
    await settle()
    commits[0]?.done()
    await soon
    await queue.idle()
    expect(heard).toEqual(['1 a', 'after a'])
  })

  it('that fail are known to have failed when the next step decides', async () => {
    const { queue, commits, settle } = setUp()
    const recordings = createRecordings()
    recordings.add(queue.stepSoon(() => [renamed('a')]))
    await settle()
    await settle()
    const next = queue.step(() => {
      recordings.check()
      return [renamed('b')]
    })
    commits[0]?.fail(new SkeinError('storageDegraded', 'disk is full'))
    await expect(next).rejects.toThrow('disk is full')
    await expect(recordings.done()).rejects.toThrow('disk is full')
    expect(commits).toHaveLength(1)
  })
})

describe('what is merely said', () => {
  it('leaves at once when nothing is under way, and keeps its place otherwise', async () => {
    const { queue, commits, heard, settle } = setUp()
    queue.say({ type: 'warning', message: 'first' })
    expect(heard).toEqual(['first'])
    const step = queue.step(() => [renamed('a')])
    queue.say({ type: 'warning', message: 'after a' })
    const next = queue.step(() => [renamed('b')])
    await settle()
    commits[0]?.done()
    await settle()
    commits[1]?.done()
    await Promise.all([step, next])
    expect(heard).toEqual(['first', '1 a', 'after a', '2 b'])
  })
})

describe('work between the steps', () => {
  it('sees nothing recorded while it runs', async () => {
    const { queue, commits, settle } = setUp()
    let finish = (): void => undefined
    const work = queue.between(
      () =>
        new Promise<string>((resolve) => {
          finish = () => resolve('read')
        }),
    )
    const step = queue.step(() => [renamed('a')])
    await settle()
    expect(commits).toHaveLength(0)
    finish()
    expect(await work).toBe('read')
    await settle()
    commits[0]?.done()
    await step
  })
})
