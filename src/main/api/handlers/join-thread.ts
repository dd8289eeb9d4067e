// A client joins a thread that is loaded: what it is told of it, and what it hears from then on.
import type { Params, Result, Thread, ThreadGoal, ThreadId, Turn } from '../../../protocol/index.ts'
import type { Goals } from '../../extensions/goals/goals.ts'
import type { Store, ThreadRecord } from '../../storage/store.ts'
import { collaborationModeOf } from '../../threads/collaboration-mode.ts'
import type { LoadingThread } from '../../threads/open-thread.ts'
import { activeProfileView, sandboxPolicyOfSettings } from '../../threads/settings.ts'
import type { Thread as LiveThread } from '../../threads/thread.ts'
import type { ClientConnection, RequestContext } from '../client-connection.ts'
import type { Subscriptions } from '../subscriptions.ts'
import { threadFromState } from '../thread-view.ts'
import {
  allTurns,
  type InitialPage,
  newestOf,
  type Opening,
  openingOf,
  readOpening,
} from './thread-turns.ts'

export interface JoinPorts {
  readonly store: Store
  readonly subscriptions: Pick<Subscriptions, 'subscribe'>
  readonly goals: Pick<Goals, 'peek'>
  /** A client has just come to know the thread. */
  joined(thread: LiveThread, connection: ClientConnection): void
}

export interface AheadPorts {
  readonly store: Pick<Store, 'changes' | 'turnsPage' | 'newestItem'>
  readonly goals: Pick<Goals, 'readAhead'>
}

/** What was read of a thread before it was loaded. */
export interface ReadAhead {
  readonly opening: Opening
  readonly record: ThreadRecord | undefined
  readonly goal: Awaited<ReturnType<Goals['readAhead']>>
  /** Of the store, before anything was read. */
  readonly changes: number
}

/**
 * In the round to the store that loads the thread. Null for what cannot be read ahead: it is read again, and fails then.
 */
export async function readAhead(
  { store, goals }: AheadPorts,
  threadId: ThreadId,
  page: InitialPage | undefined,
  loading: LoadingThread,
): Promise<ReadAhead | null> {
  const changes = store.changes()
  try {
    const [loaded, goal, opening] = await Promise.all([
      loading,
      goals.readAhead(threadId),
      readOpening(store, threadId, page),
    ])
    return { opening, record: loaded?.record, goal, changes }
  } catch {
    return null
  }
}

/**
 * Subscribes the connection and reads the thread in one step between commits: what it is told here and what it
 * hears after that fit together without a gap. Open questions are asked again. `goal` is undefined for a thread that
 * cannot have one.
 */
export async function joinThread(
  ports: JoinPorts,
  thread: LiveThread,
  params: Pick<Params<'thread/resume'>, 'initialTurnsPage' | 'excludeTurns'>,
  { connection, holdUntilReplied }: RequestContext,
  reading?: Promise<ReadAhead | null>,
): Promise<{ answer: Result<'thread/resume'>; goal: ThreadGoal | null | undefined }> {
  const { actor } = thread
  const page = params.initialTurnsPage
  return actor.between(async () => {
    const ahead = await reading
    // Asked for together, they are one round to the store.
    const [opening, turns] = await Promise.all([
      stillSo(thread, ahead) ?? openingOf(ports.store, thread, page),
      params.excludeTurns ? [] : allTurns(ports.store, thread, actor.id),
    ])
    const newest = newestOf(thread, opening.newest)
    holdUntilReplied()
    ports.subscriptions.subscribe(actor.id, connection)
    // The goal is read last: a change of it that is not in the answer is told behind the answer. What was read ahead
    // will do as long as nobody asked for a change since.
    const known = ahead?.changes === ports.store.changes() ? ahead : undefined
    const last = Promise.all([
      known ? known.record : ports.store.findThread(actor.id),
      ports.goals.peek(actor.id, known?.goal),
    ])
    replay(actor, connection, newest.turnId, params.excludeTurns ?? false)
    ports.joined(thread, connection)
    const [record, goal] = await last
    const answer = {
      ...setupOf(thread, turns, record),
      collaborationMode: collaborationModeOf(actor.state().snapshot.values),
      initialTurnsPage: opening.page,
      turnsBackwardsCursor: newest.turnsCursor,
      itemsBackwardsCursor: newest.itemsCursor,
    }
    return { answer, goal }
  })
}

/** Undefined where something has happened to the thread since. */
function stillSo(thread: LiveThread, ahead: ReadAhead | null | undefined): Opening | undefined {
  const { lastSeq, turn } = thread.actor.state()
  return ahead?.record?.lastSeq === lastSeq && !turn ? ahead?.opening : undefined
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
export function setupOf(
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
