// Threads: start, resume, read, list, and the small changes of one.
import type {
  Notification,
  Params,
  Result,
  Thread,
  ThreadGoal,
  ThreadId,
  ThreadStatus,
  Turn,
} from '../../../protocol/index.ts'
import type { ClientTools } from '../../extensions/client-tools.ts'
import type { Goals } from '../../extensions/goals/goals.ts'
import { SkeinError } from '../../lib/errors.ts'
import type { Store, ThreadRecord, TurnsQuery } from '../../storage/store.ts'
import { collaborationModeOf } from '../../threads/collaboration-mode.ts'
import { environmentsOf } from '../../threads/environments.ts'
import { activeProfileView, sandboxPolicyOfSettings } from '../../threads/settings.ts'
import type { Thread as LiveThread } from '../../threads/thread.ts'
import { archivedThread, noRollout } from '../../threads/thread-errors.ts'
import type { ThreadManager } from '../../threads/thread-manager.ts'
import type { ClientConnection, RequestContext } from '../client-connection.ts'
import type { Handlers } from '../router.ts'
import type { Subscriptions } from '../subscriptions.ts'
import { isThreadId, notLoaded } from '../thread-ids.ts'
import { threadFromRecord, threadFromState } from '../thread-view.ts'
import { limitOf, liveTurns } from './paging.ts'
import { refuseEphemeral } from './refuse-ephemeral.ts'
import { threadPageQuery } from './thread-page-query.ts'

export interface ThreadHandlerPorts {
  readonly manager: ThreadManager
  readonly store: Store
  readonly subscriptions: Subscriptions
  readonly goals: Pick<Goals, 'archiving' | 'copy' | 'peek'>
  /** A client has just come to know the thread. */
  joined(thread: LiveThread, connection: ClientConnection): void
  readonly clientTools: Pick<ClientTools, 'check' | 'offer'>
}

type ThreadMethods =
  | 'thread/start'
  | 'thread/resume'
  | 'thread/fork'
  | 'thread/revert'
  | 'thread/read'
  | 'thread/list'
  | 'thread/loaded/list'
  | 'thread/name/set'
  | 'thread/archive'
  | 'thread/unarchive'
  | 'thread/delete'
  | 'thread/unsubscribe'

export function threadHandlers(ports: ThreadHandlerPorts): Pick<Handlers, ThreadMethods> {
  const { manager, store, subscriptions } = ports

  function statusOf(threadId: ThreadId): ThreadStatus {
    return manager.find(threadId)?.actor.status() ?? { type: 'notLoaded' }
  }

  /** As lists show it: the row, and what only a loaded thread has. */
  function listed(record: ThreadRecord): Thread {
    const values = manager.find(record.id)?.actor.state().snapshot.values
    const environments = values ? environmentsOf(values) : null
    return { ...threadFromRecord(record, statusOf(record.id)), environments }
  }

  /** Of a thread that is there, though a loaded one may have no row yet. */
  async function requireRecord(threadId: ThreadId): Promise<ThreadRecord | undefined> {
    const record = await store.findThread(threadId)
    if (!record && !manager.find(threadId)) throw noRollout(threadId)
    return record
  }

  return {
    async 'thread/start'({ dynamicTools, ...params }, { connection, holdUntilReplied }) {
      const { clientName, isWindow } = connection
      const source = isWindow ? 'appServer' : 'vscode'
      ports.clientTools.check(dynamicTools ?? [])
      const thread = await manager.start(params, { name: clientName, source })
      if (dynamicTools) ports.clientTools.offer(thread.actor.id, dynamicTools)
      holdUntilReplied()
      subscriptions.subscribe(thread.actor.id, connection)
      const result = setupOf(thread, [], undefined)
      subscriptions.broadcast({ method: 'thread/started', params: { thread: result.thread } })
      ports.joined(thread, connection)
      return result
    },

    async 'thread/resume'(params, request) {
      await checkResumable(manager, store, params.threadId)
      const present = manager.find(params.threadId)
      // The window opens what it just started; other clients have it open already, as with the reference.
      if (!request.connection.isWindow && present && !present.actor.state().stored)
        throw noRollout(params.threadId)
      const { threadId, config, ...overrides } = params
      const thread = await manager.resume(threadId, overrides, config)
      const result = await joinThread(ports, thread, params, request)
      const goal = await ports.goals.peek(threadId)
      if (goal !== undefined) request.connection.notify(goalNotice(threadId, goal))
      return result
    },

    async 'thread/fork'(params, request) {
      const { clientName, isWindow } = request.connection
      const source = isWindow ? 'appServer' : 'vscode'
      const thread = await manager.fork(params, { name: clientName, source })
      const goal = params.skein?.goal ?? (params.deferGoalContinuation ? 'deferred' : 'none')
      if (goal !== 'none') await ports.goals.copy(params.threadId, thread.actor.id, goal)
      const joined = await joinThread(ports, thread, params, request)
      subscriptions.broadcast({
        method: 'thread/started',
        params: { thread: { ...joined.thread, turns: [] } },
      })
      const {
        collaborationMode,
        initialTurnsPage,
        turnsBackwardsCursor,
        itemsBackwardsCursor,
        ...setup
      } = joined
      return setup
    },

    async 'thread/revert'({ threadId, beforeTurnId }) {
      const thread = manager.require(threadId)
      await thread.actor.revert(beforeTurnId)
      const newest = await newestOf(store, thread)
      return {
        thread: threadFromState(
          thread.actor.state(),
          thread.actor.status(),
          [],
          await store.findThread(threadId),
        ),
        turnsBackwardsCursor: newest.turnsCursor,
        itemsBackwardsCursor: newest.itemsCursor,
      }
    },

    async 'thread/read'({ threadId, includeTurns }) {
      const live = manager.find(threadId)
      if (live) {
        if (includeTurns && live.actor.state().snapshot.values.ephemeral)
          throw new SkeinError('invalidParams', 'ephemeral threads do not support includeTurns')
        const turns = includeTurns ? await allTurns(ports, live, threadId) : []
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
      const turns = includeTurns ? await allTurns(ports, undefined, threadId) : []
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
      const found = await store.threadPage(threadPageQuery(params, manager))
      const data = found.data.map(listed)
      const { nextCursor, backwardsCursor } = found
      return { data, nextCursor, backwardsCursor, readStates: readStatesOf(found.data) }
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

    async 'thread/name/set'({ threadId, name }) {
      refuseEphemeral(manager, threadId)
      await requireRecord(threadId)
      await manager.withThread(threadId, ({ actor }) => actor.rename(name))
      return {}
    },

    async 'thread/archive'({ threadId }) {
      const record = await requireRecord(threadId)
      if (record && record.archivedMs !== null) throw noRollout(threadId)
      await ports.goals.archiving(threadId)
      await manager.archive(threadId)
      return {}
    },

    async 'thread/unarchive'({ threadId }) {
      const noArchived = new SkeinError(
        'notFound',
        `no archived rollout found for thread id ${threadId}`,
      )
      const archived = await store.findThread(threadId)
      if (manager.find(threadId) && (archived?.archivedMs ?? null) === null)
        throw new SkeinError('conflict', `thread ${threadId} already has an active writer`)
      if (!archived || archived.archivedMs === null) throw noArchived
      await manager.withThread(threadId, ({ actor }) => actor.unarchive())
      const record = await store.findThread(threadId)
      if (!record) throw noArchived
      return { thread: threadFromRecord(record, statusOf(threadId)) }
    },

    async 'thread/delete'({ threadId }) {
      await requireRecord(threadId)
      await manager.remove(threadId)
      return {}
    },

    async 'thread/unsubscribe'({ threadId }, { connection }) {
      if (!manager.find(threadId)) return { status: 'notLoaded' }
      const was = subscriptions.unsubscribe(threadId, connection)
      return { status: was ? 'unsubscribed' : 'notSubscribed' }
    },
  }
}

/** How things stand with the goal of a thread that was opened. */
function goalNotice(threadId: ThreadId, goal: ThreadGoal | null): Notification {
  return goal
    ? { method: 'thread/goal/updated', params: { threadId, turnId: null, goal } }
    : { method: 'thread/goal/cleared', params: { threadId } }
}

const noThreads = { data: [], nextCursor: null, backwardsCursor: null, readStates: {} }

/** By thread id; of a thread without a turn there is nothing to read yet. */
function readStatesOf(records: readonly ThreadRecord[]): Result<'thread/list'>['readStates'] {
  return Object.fromEntries(
    records.flatMap(({ id, readState }) => (readState === null ? [] : [[id, readState]])),
  )
}

async function checkResumable(
  manager: ThreadManager,
  store: Store,
  threadId: ThreadId,
): Promise<void> {
  if (manager.find(threadId)) return
  const record = await store.findThread(threadId)
  if (!record) throw noRollout(threadId)
  if (record.archivedMs !== null) throw archivedThread(threadId)
}

/**
 * Subscribes the connection and reads the thread in one step between commits: what it is told here and what it
 * hears after that fit together without a gap. Open questions are asked again.
 */
async function joinThread(
  ports: ThreadHandlerPorts,
  thread: LiveThread,
  params: Pick<Params<'thread/resume'>, 'initialTurnsPage' | 'excludeTurns'>,
  { connection, holdUntilReplied }: RequestContext,
): Promise<Result<'thread/resume'>> {
  const { actor } = thread
  const page = params.initialTurnsPage
  return actor.between(async () => {
    // Asked for together, they are one round to the store.
    const [initialTurnsPage, turns, newest] = await Promise.all([
      page
        ? turnsPage(ports.store, thread, {
            threadId: actor.id,
            cursor: undefined,
            limit: limitOf(page.limit ?? undefined),
            sortDirection: page.sortDirection ?? 'desc',
            itemsView: page.itemsView ?? 'summary',
          })
        : null,
      params.excludeTurns ? [] : allTurns(ports, thread, actor.id),
      newestOf(ports.store, thread),
    ])
    holdUntilReplied()
    ports.subscriptions.subscribe(actor.id, connection)
    replay(actor, connection, newest.turnId, params.excludeTurns ?? false)
    ports.joined(thread, connection)
    return {
      ...setupOf(thread, turns, await ports.store.findThread(actor.id)),
      collaborationMode: collaborationModeOf(actor.state().snapshot.values),
      initialTurnsPage,
      turnsBackwardsCursor: newest.turnsCursor,
      itemsBackwardsCursor: newest.itemsCursor,
    }
  })
}

/** Token usage (of programs: with the turns it belongs to) and open questions, for a client that comes later. */
function replay(
  actor: LiveThread['actor'],
  connection: ClientConnection,
  turnId: string,
  withoutTurns: boolean,
): void {
  const { tokenUsage, turn, id: threadId } = actor.state()
  if (tokenUsage && (connection.isWindow || !withoutTurns))
    connection.notify({
      method: 'thread/tokenUsage/updated',
      params: { threadId, turnId, tokenUsage },
    })
  for (const approval of turn?.approvals.values() ?? []) connection.ask(approval, threadId, true)
}

/** The last turn (empty when there is none or none is kept), and where a client pages back from to what was before. */
async function newestOf(store: Store, thread: LiveThread) {
  const { turn, id: threadId, snapshot, stored } = thread.actor.state()
  if (!stored || snapshot.values.ephemeral)
    return { turnId: turn?.id ?? '', turnsCursor: null, itemsCursor: null }
  const newest = { threadId, cursor: undefined, limit: 1, sortDirection: 'desc' } as const
  const [turns, items] = await Promise.all([
    store.turnsPage({ ...newest, itemsView: 'notLoaded' }),
    store.itemsPage({ ...newest, turnId: undefined, deferOutput: true }),
  ])
  return {
    turnId: turn?.id ?? turns.data[0]?.id ?? '',
    turnsCursor: turns.backwardsCursor,
    itemsCursor: items.backwardsCursor,
  }
}

async function turnsPage(store: Store, thread: LiveThread, query: TurnsQuery) {
  if (!thread.actor.state().stored) return { data: [], nextCursor: null, backwardsCursor: null }
  const { data, nextCursor, backwardsCursor } = await store.turnsPage(query)
  return { data: liveTurns(data, thread.actor, query.itemsView), nextCursor, backwardsCursor }
}

/** Every turn with its items, oldest first: as long as the thread; clients that can page should. */
async function allTurns(
  { store }: ThreadHandlerPorts,
  thread: LiveThread | undefined,
  threadId: ThreadId,
): Promise<Turn[]> {
  if (thread && !thread.actor.state().stored) return []
  if (thread?.actor.state().snapshot.values.ephemeral) return []
  const turns: Turn[] = []
  for (let cursor: string | undefined; ; ) {
    const page = await store.turnsPage({
      threadId,
      cursor,
      limit: 100,
      sortDirection: 'asc',
      itemsView: 'full',
    })
    turns.push(...page.data)
    if (page.nextCursor === null) return thread ? liveTurns(turns, thread.actor, 'full') : turns
    cursor = page.nextCursor
  }
}

/** The thread with its configuration snapshot, as start and resume answer it. */
function setupOf(
  thread: LiveThread,
  turns: Turn[],
  record: ThreadRecord | undefined,
): Result<'thread/start'> {
  const state = thread.actor.state()
  const { values } = state.snapshot
  const view: Thread = threadFromState(state, thread.actor.status(), turns, record)
  return {
    thread: view,
    model: values.model,
    modelProvider: values.modelProvider,
    serviceTier: values.serviceTier,
    cwd: values.cwd,
    runtimeWorkspaceRoots: values.workspaceRoots,
    instructionSources: [...thread.instructionSources],
    approvalPolicy: values.approvalPolicy,
    approvalsReviewer: values.approvalsReviewer,
    sandbox: sandboxPolicyOfSettings(values),
    activePermissionProfile: activeProfileView(values),
    reasoningEffort: values.effort,
    disabledPluginIds: [],
    multiAgentMode: 'explicitRequestOnly',
    skein: { lastSeq: state.lastSeq, imported: state.imported },
  }
}

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
