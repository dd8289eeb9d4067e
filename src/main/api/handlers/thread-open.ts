// How clients come to a thread: start one, resume one, fork one, take turns of one back.
import type {
  Notification,
  Params,
  Result,
  Thread,
  ThreadGoal,
  ThreadId,
  Turn,
} from '../../../protocol/index.ts'
import type { ClientTools } from '../../extensions/client-tools.ts'
import type { Goals } from '../../extensions/goals/goals.ts'
import type { Store, ThreadRecord } from '../../storage/store.ts'
import { collaborationModeOf } from '../../threads/collaboration-mode.ts'
import { activeProfileView, sandboxPolicyOfSettings } from '../../threads/settings.ts'
import type { Thread as LiveThread } from '../../threads/thread.ts'
import { archivedThread, noRollout } from '../../threads/thread-errors.ts'
import type { ThreadManager } from '../../threads/thread-manager.ts'
import type { ClientConnection, RequestContext } from '../client-connection.ts'
import type { Handlers } from '../router.ts'
import type { Subscriptions } from '../subscriptions.ts'
import { threadFromState } from '../thread-view.ts'
import { limitOf } from './paging.ts'
import { allTurns, newestOf, turnsPage } from './thread-turns.ts'

export interface ThreadOpenPorts {
  readonly manager: ThreadManager
  readonly store: Store
  readonly subscriptions: Subscriptions
  readonly goals: Pick<Goals, 'copy' | 'peek'>
  /** A client has just come to know the thread. */
  joined(thread: LiveThread, connection: ClientConnection): void
  readonly clientTools: Pick<ClientTools, 'check' | 'offer'>
}

type OpenMethods = 'thread/start' | 'thread/resume' | 'thread/fork' | 'thread/revert'

export function threadOpenHandlers(ports: ThreadOpenPorts): Pick<Handlers, OpenMethods> {
  const { manager, store, subscriptions } = ports

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
  }
}

/** How things stand with the goal of a thread that was opened. */
function goalNotice(threadId: ThreadId, goal: ThreadGoal | null): Notification {
  return goal
    ? { method: 'thread/goal/updated', params: { threadId, turnId: null, goal } }
    : { method: 'thread/goal/cleared', params: { threadId } }
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
  ports: ThreadOpenPorts,
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
      params.excludeTurns ? [] : allTurns(ports.store, thread, actor.id),
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
