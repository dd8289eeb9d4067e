// Builds the app by hand: threads and what they stand on, the methods of the wire, and who hears what.
import { createConnection } from './api/connection.ts'
import { answer } from './api/handlers/approval.ts'
import { withSearch } from './api/handlers/store-health.ts'
import { createIdleUnload, IDLE_UNLOAD_MS } from './api/idle-unload.ts'
import { createOutsideQuestions } from './api/outside-questions.ts'
import { rehearseOpening, rehearseParsing } from './api/rehearsal.ts'
import { type Server, WINDOW_CLIENT } from './api/server.ts'
import { createSubscriptions } from './api/subscriptions.ts'
import { createTaskCenter } from './api/task-center.ts'
import { composeHandlers } from './compose/handlers.ts'
import { createRuntime, type RuntimeOptions } from './compose/runtime.ts'
import type { StoreHealth } from './storage/store.ts'

/** Once the first lists are shown, and before a person has chosen a thread. */
const REHEARSAL_MS = 300

export type AppOptions = Omit<RuntimeOptions, 'titles'>

export function compose(options: AppOptions): Server {
  const { home, version, logger } = options
  const subscriptions = createSubscriptions((threadId) => idleUnload.left(threadId))
  const outside = createOutsideQuestions(subscriptions)
  const runtime = createRuntime(
    { ...options, titles: (originator) => originator === WINDOW_CLIENT },
    { ...subscriptions, ask: outside.ask },
  )
  const { ready, clock, config, manager, rules, search, store } = runtime
  const tasks = createTaskCenter(clock, (task) =>
    subscriptions.broadcast({ method: 'skein/task/updated', params: { task } }),
  )
  const idleUnload = createIdleUnload({
    afterMs: IDLE_UNLOAD_MS,
    logger,
    isBusy: (threadId) => manager.find(threadId)?.actor.isBusy() ?? false,
    isWatched: subscriptions.isWatched,
    unload: manager.unload,
    broadcast: subscriptions.broadcast,
  })
  const { handlers, processes } = composeHandlers({
    ...options,
    runtime,
    subscriptions,
    outside,
    tasks,
  })

  config.onWarning((warning) =>
    subscriptions.broadcast({ method: 'configWarning', params: warning }),
  )
  rules.onWarning((warning) =>
    subscriptions.broadcast({ method: 'configWarning', params: warning }),
  )
  config.onChange((files) =>
    subscriptions.broadcast({ method: 'skein/config/changed', params: { files: [...files] } }),
  )
  const tellHealth = (health: StoreHealth): void =>
    subscriptions.broadcast({ method: 'skein/store/updated', params: withSearch(health, search) })
  store.onHealth(tellHealth)
  search.onReady(() => void store.health().then(tellHealth, () => undefined))

  void rehearseParsing()
  let rehearsal: NodeJS.Timeout | undefined
  ready.then(
    () => {
      rehearsal = setTimeout(rehearseOpening, REHEARSAL_MS, runtime).unref()
    },
    () => undefined,
  )

  let ended: Promise<void> | undefined
  async function end(): Promise<void> {
    await ready.catch(() => undefined) // a store that never opened has nothing to end
    clearTimeout(rehearsal)
    idleUnload.stop()
    await tasks.stop()
    processes.endAll()
    await runtime.close()
  }

  return {
    ready,
    connect: (outgoing) =>
      createConnection(outgoing, {
        home,
        version,
        ready,
        handlers,
        onInitialized(connection) {
          subscriptions.opened(connection)
          tellWarnings(connection)
          void rules.forFolder(home)
          void config.resolve() // a broken file is told as soon as somebody is there to hear it
        },
        onClosed(connection) {
          subscriptions.closed(connection)
          processes.closed(connection)
        },
        answer: async (threadId, approvalId, raw) =>
          outside.answer(approvalId, raw) || answer(manager, threadId, approvalId, raw),
      }),
    shutdown() {
      ended ??= end()
      return ended
    },
  }

  /** Problems found before the client came: it hears them once it has shaken hands. */
  function tellWarnings(connection: Parameters<typeof subscriptions.opened>[0]): void {
    config.onWarning((warning) => connection.notify({ method: 'configWarning', params: warning }))()
    rules.onWarning((warning) => connection.notify({ method: 'configWarning', params: warning }))()
  }
}
