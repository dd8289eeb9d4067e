import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { SkeinError } from '../lib/errors.ts'
import { createRequests, type Requests } from './requests.ts'
import { packError, type ToWorker } from './worker-messages.ts'

let posted: ToWorker[]
let requests: Requests

beforeEach(() => {
  vi.useFakeTimers()
  posted = []
  requests = createRequests((message) => posted.push(structuredClone(message)))
})
afterEach(() => {
  vi.useRealTimers()
})

const read = { op: 'read', name: 'findThread', args: ['thread-1'] } as const
const flush = { op: 'flush' } as const
const closed = new SkeinError('storageDegraded', 'The store is closed.')

describe('requests', () => {
  it('get the answer with their number, in whatever order answers come', async () => {
    const answers = Promise.all([requests.ask(read), requests.ask(flush)])
    expect(posted).toEqual([
      { ...read, id: 1 },
      { ...flush, id: 2 },
    ])
    requests.settle({ id: 2, value: 'second' })
    requests.settle({ id: 1, value: 'first' })
    expect(await answers).toEqual(['first', 'second'])
  })

  it('fail with the error that was thrown over there', async () => {
    const thrown = new SkeinError('conflict', 'too late', { lastSeq: 4 })
    const answers = Promise.allSettled([requests.ask(read), requests.ask(read)])
    requests.settle({ id: 1, error: packError(thrown) })
    requests.settle({ id: 2, error: packError(new TypeError('a bug')) })
    expect(await answers).toEqual([
      { status: 'rejected', reason: thrown },
      { status: 'rejected', reason: new Error('a bug') },
    ])
  })

  it('give up a read after half a minute, but never a write', async () => {
    const outcome = Promise.allSettled([requests.ask(read)])
    const written = requests.ask(flush)
    vi.advanceTimersByTime(30_000)
    expect(await outcome).toEqual([
      { status: 'rejected', reason: expect.objectContaining({ code: 'storageDegraded' }) },
    ])
    requests.settle({ id: 1, value: 'too late' })
    requests.settle({ id: 2, value: 'recorded' })
    expect(await written).toBe('recorded')
  })

  it('give up each read at its own time', async () => {
    const first = Promise.allSettled([requests.ask(read)])
    vi.advanceTimersByTime(20_000)
    let isSecondOver = false
    const second = requests.ask(read).finally(() => {
      isSecondOver = true
    })
    vi.advanceTimersByTime(29_999)
    expect((await first)[0]?.status).toBe('rejected')
    expect(isSecondOver).toBe(false)
    vi.advanceTimersByTime(1)
    await expect(second).rejects.toMatchObject({ code: 'storageDegraded' })
    expect(vi.getTimerCount()).toBe(0)
  })

  it('wait for as long as it takes once the worker says that it is at it', async () => {
    const answered = requests.ask(read)
    requests.postpone(1)
    vi.advanceTimersByTime(300_000)
    requests.settle({ id: 1, value: 'at last' })
    expect(await answered).toBe('at last')
  })

  it('that wait are answered after new ones are refused, and fail at the end', async () => {
    const [first, second] = [requests.ask(flush), Promise.allSettled([requests.ask(flush)])]
    requests.refuse(closed)
    await expect(requests.ask(flush)).rejects.toBe(closed)
    requests.settle({ id: 1, value: 'done' })
    expect(await first).toBe('done')
    requests.end(new SkeinError('storageDegraded', 'gone'))
    expect(await second).toEqual([{ status: 'rejected', reason: closed }])
  })

  it('that cannot be sent fail at once', async () => {
    const unsendable = { ...read, args: [() => undefined] }
    await expect(requests.ask(unsendable)).rejects.toThrow('could not be cloned')
    expect(vi.getTimerCount()).toBe(0)
  })
})
