// Submissions of a thread in order, one at a time; who brings more than fit in waits for room.
import { SkeinError } from '../lib/errors.ts'
import type { TraceContext } from '../model/model-client.ts'
import type { Op } from './thread-op.ts'

/** Submissions that may wait at a time. */
export const SUBMISSIONS_MAX = 512

export interface Submission {
  readonly id: string
  readonly op: Op
  readonly trace: TraceContext | null
}

export interface Submissions {
  /** Resolves when it has a place; rejects when nothing is handled any more. */
  add(submission: Submission): Promise<void>
  readonly isOpen: boolean
  /** Nothing more is taken or handled; who waits for room is refused. */
  close(): void
}

export function agentDied(): SkeinError {
  return new SkeinError('upstream', 'internal error; agent loop died unexpectedly')
}

/** `handle` must not throw. */
export function createSubmissions(handle: (submission: Submission) => Promise<void>): Submissions {
  const queue: Submission[] = []
  let isOpen = true
  let draining = false
  let waiting: {
    readonly submission: Submission
    readonly settle: (error?: SkeinError) => void
  }[] = []

  function take(submission: Submission): void {
    queue.push(submission)
    if (!draining) void drain()
  }

  async function drain(): Promise<void> {
    draining = true
    await Promise.resolve() // add() returns before anything is handled
    for (let next = queue.shift(); next && isOpen; next = queue.shift()) {
      const admitted = waiting.shift()
      if (admitted) {
        queue.push(admitted.submission)
        admitted.settle()
      }
      await handle(next)
    }
    draining = false
  }

  return {
    add(submission) {
      if (!isOpen) return Promise.reject(agentDied())
      if (queue.length < SUBMISSIONS_MAX && waiting.length === 0) {
        take(submission)
        return Promise.resolve()
      }
      return new Promise((resolve, reject) =>
        waiting.push({ submission, settle: (error) => (error ? reject(error) : resolve()) }),
      )
    },
    get isOpen() {
      return isOpen
    },
    close() {
      isOpen = false
      queue.length = 0
      const refused = waiting
      waiting = []
      for (const { settle } of refused) settle(agentDied())
    },
  }
}
