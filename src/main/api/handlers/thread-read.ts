// Threads as they are read and listed.
import type { Params, Result, Thread, ThreadId } from '../../../protocol/index.ts'
import { SkeinError } from '../../lib/errors.ts'
import type { Store, ThreadPage } from '../../storage/store.ts'
import { environmentsOf } from '../../threads/environments.ts'
import type { ThreadManager } from '../../threads/thread-manager.ts'
import { type Handlers, ResultText } from '../router.ts'
import { isThreadId, notLoaded } from '../thread-ids.ts'
import { threadFromRecord, threadFromState } from '../thread-view.ts'
import { threadPageQuery } from './thread-page-query.ts'
import { allTurns } from './thread-turns.ts'

type ReadMethods = 'thread/read' | 'thread/list' | 'thread/loaded/list'

export function threadReadHandlers({
  manager,
  store,
}: {
  readonly manager: ThreadManager
  readonly store: Store
}): Pick<Handlers, ReadMethods> {
  /** With what only a loaded thread has. */
  function listed(id: ThreadId, json: string): string {
    const actor = manager.find(id)?.actor
    if (!actor) return json
    const stored: Thread = JSON.parse(json)
    const environments = environmentsOf(actor.state().snapshot.values)
    return JSON.stringify({ ...stored, status: actor.status(), environments } satisfies Thread)
  }

  return {
    async 'thread/read'({ threadId, includeTurns }) {
      const live = manager.find(threadId)
      if (live) {
        if (includeTurns && live.actor.state().snapshot.values.ephemeral)
          throw new SkeinError('invalidParams', 'ephemeral threads do not support includeTurns')
        const turns = includeTurns ? await allTurns(store, live, threadId) : []
        const state = live.actor.state()
        const record = await store.findThread(threadId)
        const thread = threadFromState(state, live.actor.status(), turns, record)
        return {
          thread,
          readState: record?.readState ?? null,
          skein: { lastSeq: state.lastSeq, imported: state.imported },
        }
      }
      const record = await store.findThread(threadId)
      if (!record) throw notLoaded(threadId)
      const turns = includeTurns ? await allTurns(store, undefined, threadId) : []
      const thread = threadFromRecord(record, { type: 'notLoaded' }, turns)
      const imported = record.origin === 'import'
      const { lastSeq, readState } = record
      return { thread, readState, skein: { lastSeq, imported } }
    },

    async 'thread/list'(params) {
      checkThreadFilters(params)
      if (params.parentThreadId !== undefined || params.ancestorThreadId !== undefined)
        return noThreads // no sub-agents here
      if (Array.isArray(params.cwd) && params.cwd.length === 0) return noThreads // in none of no folders
      if (params.projectId && !(await store.findProject(params.projectId)))
        throw new SkeinError('notFound', `project not found: ${params.projectId}`)
      const page = await store.threadPage(threadPageQuery(params, manager))
      const threads = page.threads.map((json, at) => listed(page.ids[at] ?? '', json))
      return new ResultText(listOf({ ...page, threads }))
    },

    async 'thread/loaded/list'({ cursor, limit }) {
      if (cursor !== undefined && !isThreadId(cursor))
        throw new SkeinError('invalidParams', 'invalid cursor')
      const ids = [...manager.loadedIds()].sort()
      const from = cursor === undefined ? 0 : ids.findIndex((id) => id > cursor)
      const start = from === -1 ? ids.length : from
      const end = limit === undefined ? ids.length : start + Math.max(1, limit)
      const data = ids.slice(start, end)
      return { data, nextCursor: end < ids.length ? (data.at(-1) ?? null) : null }
    },
  }
}

/** The result of `thread/list`. */
function listOf({ threads, nextCursor, backwardsCursor, readStates }: ThreadPage): string {
  const member = (name: keyof Result<'thread/list'>, json: string): string => `"${name}":${json}`
  const members = [
    member('data', `[${threads.join()}]`),
    member('nextCursor', JSON.stringify(nextCursor)),
    member('backwardsCursor', JSON.stringify(backwardsCursor)),
    member('readStates', readStates),
  ]
  return `{${members.join()}}`
}

const noThreads = { data: [], nextCursor: null, backwardsCursor: null, readStates: {} }

function checkThreadFilters(filters: Params<'thread/list'>): void {
  const { excludedThreadIds = [], parentThreadId, ancestorThreadId } = filters
  if (excludedThreadIds.length > 100)
    throw new SkeinError('tooLarge', 'excludedThreadIds accepts at most 100 entries')
  const strange = excludedThreadIds.find((id) => !isThreadId(id))
  if (strange !== undefined)
    throw new SkeinError('contradiction', `invalid excluded thread id: ${strange}`)
  if (parentThreadId === undefined) return
  if (!isThreadId(parentThreadId))
    throw new SkeinError('invalidParams', `invalid parent thread id: ${parentThreadId}`)
  if (ancestorThreadId !== undefined)
    throw new SkeinError(
      'invalidParams',
      'parentThreadId and ancestorThreadId are mutually exclusive',
    )
}
