// Questions to the worker that wait for their answers.
import { SkeinError } from '../lib/errors.ts'
import { type Answer, type ToWorker, unpackError } from './worker-messages.ts'

/** A read that takes longer is given up: the caller can say so instead of waiting for ever. */
const READ_MS_MAX = 30_000

export type Question = ToWorker extends infer M
  ? M extends { readonly id: number }
    ? Omit<M, 'id'>
    : never
  : never

export interface Requests {
  /** Writes have no deadline: whether they were recorded must be known. */
  ask(question: Question): Promise<unknown>
  settle(answer: Answer): void
  /** The worker is at it: the question waits for as long as it takes. */
  postpone(id: number): void
  /** Nothing may be asked any more; what waits is still answered. */
  refuse(reason: SkeinError): void
  /** Fails everything that waits, and refuses the rest. */
  end(reason: SkeinError): void
}

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (reason: unknown) => void
  /** When it is given up, on the clock of `performance`; never for a write. */
  dueMs: number | undefined
}

export function createRequests(post: (message: ToWorker) => void): Requests {
  const waiting = new Map<number, Waiting>()
  let lastId = 0
  let refusal: SkeinError | undefined
  /** One clock for all: nearly every read is answered in a moment. */
  let isWatching = false

  function take(id: number): Waiting | undefined {
    const asked = waiting.get(id)
    waiting.delete(id)
    return asked
  }

  function watchFor(ms: number): void {
    isWatching = true
    setTimeout(giveUpLate, ms).unref()
  }

  function giveUpLate(): void {
    isWatching = false
    const nowMs = performance.now()
    const dues = [...waiting].flatMap(([id, { dueMs }]) => {
      if (dueMs !== undefined && dueMs <= nowMs) giveUp(id)
      return dueMs !== undefined && dueMs > nowMs ? [dueMs] : []
    })
    if (dues.length > 0) watchFor(Math.min(...dues) - nowMs)
  }

  function giveUp(id: number): void {
    const message = `Storage has not answered for ${READ_MS_MAX / 1000} seconds. Its disk may be very slow.`
    take(id)?.reject(new SkeinError('storageDegraded', message))
  }

  return {
    ask(question) {
      if (refusal) return Promise.reject(refusal)
      const id = ++lastId
      return new Promise((resolve, reject) => {
        // First, because what cannot be sent throws, and is then waited for by nobody.
        post({ ...question, id } as ToWorker)
        const dueMs = question.op === 'read' ? performance.now() + READ_MS_MAX : undefined
        waiting.set(id, { resolve, reject, dueMs })
        if (dueMs !== undefined && !isWatching) watchFor(READ_MS_MAX)
      })
    },
    settle(answer) {
      const asked = take(answer.id)
      if ('error' in answer) asked?.reject(unpackError(answer.error))
      else asked?.resolve(answer.value)
    },
    postpone(id) {
      const asked = waiting.get(id)
      if (asked) asked.dueMs = undefined
    },
    refuse(reason) {
      refusal ??= reason
    },
    end(reason) {
      refusal ??= reason
      for (const id of [...waiting.keys()]) take(id)?.reject(refusal)
    },
  }
}
