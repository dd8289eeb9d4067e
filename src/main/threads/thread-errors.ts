// Refusals for threads that are not there, or put away.
import type { ThreadId } from '../../protocol/index.ts'
import { SkeinError } from '../lib/errors.ts'

export function notFound(threadId: ThreadId): SkeinError {
  return new SkeinError('notFound', `thread not found: ${threadId}`)
}

export function archivedThread(threadId: ThreadId): SkeinError {
  return new SkeinError('conflict', `session ${threadId} is archived. Unarchive it first.`)
}

/** There is nothing on disk that could be opened. */
export function noRollout(threadId: ThreadId): SkeinError {
  return new SkeinError('notFound', `no rollout found for thread id ${threadId}`)
}
