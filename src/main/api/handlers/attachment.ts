// What clients keep with a thread, and what a person has typed and not sent.
import type { Notification, ThreadId } from '../../../protocol/index.ts'
import type { Clock } from '../../lib/clock.ts'
import { SkeinError } from '../../lib/errors.ts'
import { newId } from '../../lib/ids.ts'
import type { Store } from '../../storage/store.ts'
import { notFound } from '../../threads/thread-errors.ts'
import type { ThreadManager } from '../../threads/thread-manager.ts'
import type { Handlers } from '../router.ts'
import type { Subscriptions } from '../subscriptions.ts'
import { limitOf } from './paging.ts'

/** Characters of JSON: a message of the greatest length, each character escaped, fits. */
const JSON_CHARS_MAX = 8 * 1024 * 1024

type AttachmentMethods =
  | `thread/attachment/${'add' | 'list' | 'remove'}`
  | `skein/draft/${'read' | 'write'}`

export function attachmentHandlers(ports: {
  readonly manager: ThreadManager
  readonly store: Store
  readonly clock: Clock
  readonly subscriptions: Pick<Subscriptions, 'broadcast' | 'tellOthers'>
}): Pick<Handlers, AttachmentMethods> {
  const { manager, store, clock, subscriptions } = ports

  /** A thread that is not kept cannot keep anything either. */
  async function makeStored(threadId: ThreadId): Promise<void> {
    if (manager.find(threadId)?.actor.state().snapshot.values.ephemeral) throw notFound(threadId)
    await manager.makeStored(threadId)
  }

  return {
    async 'thread/attachment/add'({ threadId, attachmentType, identityKey, payload }) {
      const identity = { attachmentType, identityKey }
      for (const [field, value] of Object.entries(identity))
        if (value === '') throw new SkeinError('invalidParams', `${field} must not be empty`)
      checkSize('payload', payload)
      await makeStored(threadId)
      const fresh = { threadId, id: newId(), ...identity, payload, atMs: clock.now() }
      const { attachment, isNew } = await store.addAttachment(fresh)
      if (isNew) subscriptions.broadcast(updated(threadId, identity, attachment.id, 'created'))
      return { outcome: isNew ? 'created' : 'existing', attachment }
    },
    async 'thread/attachment/list'({ threadId, cursor, limit }) {
      if (manager.find(threadId)?.actor.state().stored === false)
        return { data: [], nextCursor: null }
      const page = await store.attachmentsPage({ threadId, cursor, limit: limitOf(limit) })
      return { data: [...page.data], nextCursor: page.nextCursor }
    },
    async 'thread/attachment/remove'({ threadId, attachmentType, identityKey }) {
      await makeStored(threadId)
      const identity = { attachmentType, identityKey }
      const removed = await store.removeAttachment({ threadId, ...identity })
      if (removed !== null) subscriptions.broadcast(updated(threadId, identity, removed, 'deleted'))
      return {}
    },
    async 'skein/draft/read'({ threadId }) {
      if (threadId !== undefined && manager.find(threadId)?.actor.state().stored === false)
        return { draft: null, rev: 0 }
      return store.readDraft(threadId ?? null)
    },
    async 'skein/draft/write'({ threadId = null, draft, expectedRev }, { connection }) {
      checkSize('draft', draft)
      if (threadId !== null) await makeStored(threadId)
      const kept = await store.writeDraft({ threadId, draft, expectedRev, atMs: clock.now() })
      const params = { threadId, rev: kept.rev }
      subscriptions.tellOthers(threadId, { method: 'skein/draft/changed', params }, connection)
      return kept
    },
  }
}

function updated(
  threadId: ThreadId,
  identity: { attachmentType: string; identityKey: string },
  attachmentId: string,
  operation: 'created' | 'deleted',
): Notification {
  const params = { threadId, ...identity, attachmentId, operation }
  return { method: 'thread/attachment/updated', params }
}

function checkSize(field: string, value: unknown): void {
  if (value === undefined) throw new SkeinError('invalidParams', `missing field \`${field}\``)
  const { length } = JSON.stringify(value)
  if (length > JSON_CHARS_MAX)
    throw new SkeinError('tooLarge', `${field} is larger than ${JSON_CHARS_MAX} characters`)
}
