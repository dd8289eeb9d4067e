// How clients come to a thread: start one, resume one, fork one, take turns of one back.
import type { Notification, ThreadGoal, ThreadId } from '../../../protocol/index.ts'
import type { ClientTools } from '../../extensions/client-tools.ts'
import type { Goals } from '../../extensions/goals/goals.ts'
import type { Store } from '../../storage/store.ts'
import { noRollout } from '../../threads/thread-errors.ts'
import type { ThreadManager } from '../../threads/thread-manager.ts'
import type { Handlers } from '../router.ts'
import type { Subscriptions } from '../subscriptions.ts'
import { threadFromState } from '../thread-view.ts'
import {
  type AheadPorts,
  type JoinPorts,
  joinThread,
  type ReadAhead,
  readAhead,
  setupOf,
} from './join-thread.ts'
import { newestOf, openingOf } from './thread-turns.ts'

export interface ThreadOpenPorts extends ResumePorts {
  readonly manager: ThreadManager
  readonly subscriptions: Pick<Subscriptions, 'subscribe' | 'broadcast'>
  readonly goals: Pick<Goals, 'copy' | 'peek' | 'readAhead'>
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

    'thread/resume': resumeHandler(ports),

    async 'thread/fork'(params, request) {
      const { clientName, isWindow } = request.connection
      const source = isWindow ? 'appServer' : 'vscode'
      const thread = await manager.fork(params, { name: clientName, source })
      const goal = params.skein?.goal ?? (params.deferGoalContinuation ? 'deferred' : 'none')
      if (goal !== 'none') await ports.goals.copy(params.threadId, thread.actor.id, goal)
      const { answer: joined } = await joinThread(ports, thread, params, request)
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
      const newest = newestOf(thread, (await openingOf(store, thread)).newest)
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

export interface ResumePorts extends JoinPorts, AheadPorts {
  readonly manager: Pick<ThreadManager, 'find' | 'resume'>
  readonly store: Store
  readonly goals: Pick<Goals, 'peek' | 'readAhead'>
}

export function resumeHandler(ports: ResumePorts): Handlers['thread/resume'] {
  const { manager } = ports
  return async (params, request) => {
    const present = manager.find(params.threadId)
    // The window opens what it just started; other clients have it open already, as with the reference.
    if (!request.connection.isWindow && present && !present.actor.state().stored)
      throw noRollout(params.threadId)
    const { threadId, config, excludeTurns, initialTurnsPage, ...overrides } = params
    let ahead: Promise<ReadAhead | null> | undefined
    const thread = await manager.resume(threadId, overrides, config, (loading) => {
      ahead = readAhead(ports, threadId, initialTurnsPage, loading)
    })
    const { answer, goal } = await joinThread(ports, thread, params, request, ahead)
    if (goal !== undefined) request.connection.notify(goalNotice(threadId, goal))
    return answer
  }
}

/** How things stand with the goal of a thread that was opened. */
function goalNotice(threadId: ThreadId, goal: ThreadGoal | null): Notification {
  return goal
    ? { method: 'thread/goal/updated', params: { threadId, turnId: null, goal } }
    : { method: 'thread/goal/cleared', params: { threadId } }
}
