// Recorded events of a thread told again, for a client that missed some.
import { SkeinError } from '../../lib/errors.ts'
import type { Store } from '../../storage/store.ts'
import type { ThreadManager } from '../../threads/thread-manager.ts'
import { presentAgain } from '../present.ts'
import type { Handlers } from '../router.ts'
import { limitOf } from './paging.ts'

export function eventHandlers(ports: {
  readonly manager: ThreadManager
  readonly store: Store
}): Pick<Handlers, 'skein/event/list'> {
  return {
    async 'skein/event/list'({ threadId, afterSeq, limit }) {
      const live = ports.manager.find(threadId)?.actor.state()
      const hasRows = live === undefined || (live.stored && !live.snapshot.values.ephemeral)
      const { events, isKept, lastSeq } = hasRows
        ? await ports.store.recordedEvents({ threadId, afterSeq, limit: limitOf(limit) })
        : { events: [], isKept: afterSeq === live.lastSeq, lastSeq: live.lastSeq }
      if (!isKept)
        throw new SkeinError(
          'conflict',
          `what followed event ${afterSeq} is not kept any more: read the thread again`,
          { skein_error_code: 'resync_required', lastSeq },
        )
      const data = events.flatMap(({ seq, atMs, fact }) =>
        presentAgain(threadId, fact, atMs).map((notification) => ({ ...notification, seq })),
      )
      return { data, lastSeq }
    },
  }
}
