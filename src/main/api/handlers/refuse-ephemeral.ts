// A thread that is not kept has no place in lists, and nothing can be put down about it.
import type { ThreadId } from '../../../protocol/index.ts'
import { SkeinError } from '../../lib/errors.ts'
import type { ThreadManager } from '../../threads/thread-manager.ts'

/** Throws SkeinError `conflict`. */
export function refuseEphemeral(
  manager: Pick<ThreadManager, 'find'>,
  threadId: ThreadId,
  what = 'metadata updates',
): void {
  if (manager.find(threadId)?.actor.state().snapshot.values.ephemeral)
    throw new SkeinError('conflict', `ephemeral thread does not support ${what}: ${threadId}`)
}
