// Builds every store of a window around one bridge, and keeps them in step with the connection.
import type { Bridge } from '../../protocol/index.ts'
import { type ApprovalStore, createApprovalStore } from './approval-store.ts'
import { type ArrangementStore, createArrangementStore } from './arrangement-store.ts'
import { type ConfigStore, createConfigStore } from './config-store.ts'
import { type ConnectionStore, createConnectionStore } from './connection-store.ts'
import { createDraftStore, type DraftStore } from './draft-store.ts'
import { createFileSearches, type FileSearches } from './file-search.ts'
import { createGoalOffers, type GoalOffers } from './goal-offers.ts'
import { createGoalStore, type GoalStore } from './goal-store.ts'
import type { LocalMemory } from './local-memory.ts'
import { createMcpStore, type McpStore } from './mcp-store.ts'
import { createNotificationPump, type Schedule } from './notification-pump.ts'
import { createOpenThreads, type OpenThreads } from './open-threads.ts'
import { createProviderStore, type ProviderStore } from './provider-store.ts'
import { createSearch, type Search } from './search.ts'
import { createTaskStore, type TaskStore } from './task-store.ts'
import { createTerminals, type Terminals } from './terminals.ts'
import { createThreadListStore, type ThreadListStore } from './thread-list-store.ts'
import { createUiStore, type UiStore } from './ui-store.ts'
import { createUsageStore, type UsageStore } from './usage-store.ts'

export interface Stores {
  readonly threads: OpenThreads
  readonly threadList: ThreadListStore
  readonly approvals: ApprovalStore
  readonly arrangement: ArrangementStore
  readonly drafts: DraftStore
  readonly goals: GoalStore
  readonly goalOffers: GoalOffers
  readonly config: ConfigStore
  readonly connection: ConnectionStore
  /** The MCP servers of a thread, or of nobody in particular. */
  mcp(threadId: string | null): McpStore
  /** The commands that go on behind a thread. */
  terminals(threadId: string): Terminals
  readonly providers: ProviderStore
  readonly search: Search
  readonly fileSearches: FileSearches
  readonly usage: UsageStore
  readonly tasks: TaskStore
  readonly ui: UiStore
  readonly host: Bridge['host']
  /** The system's folder dialog; undefined where the host has none. */
  readonly pickFolder: (() => Promise<string | null>) | undefined
  /** The zoom of this window, where the host lets a page set it. */
  readonly zoom: Bridge['zoom']
  /** Addresses inside of Skein (`skein://…`) that the host wants opened. Returns the function that ends it. */
  onLink(listener: (url: string) => void): () => void
  /** Opens a web address outside of the app; ask the person first (`ui.openDialog` with `openLink`). */
  openExternal(url: string): Promise<void>
  /** A further window with that thread; what happens where the host has no windows is the browser's. */
  openWindow(threadId: string): void
  /** Reads everything that a window shows first. */
  load(): void
}

export interface StoresOptions {
  readonly bridge: Bridge
  readonly memory: LocalMemory
  readonly schedule: Schedule
}

export function createStores(options: StoresOptions): Stores {
  const { bridge, memory, schedule } = options
  const pump = createNotificationPump(bridge, schedule)
  const ui = createUiStore(memory)
  const threads = createOpenThreads(bridge, pump)
  const arrangement = createArrangementStore(bridge, pump)
  const sections = () => arrangement.getState().sections
  const threadList = createThreadListStore({ bridge, pump, memory, sections })
  // Threads of sections are read apart, in their order: a section that came or went changes what is read.
  arrangement.subscribe((state, before) => {
    if (state.sections !== before.sections) void threadList.actions.load()
  })
  const drafts = createDraftStore(bridge, pump, () =>
    ui.actions.toast({ text: 'The draft was changed in another window' }),
  )
  const approvals = createApprovalStore(bridge, pump)
  const goals = createGoalStore(bridge, pump)
  const goalOffers = createGoalOffers(goals, pump)
  const config = createConfigStore(bridge, pump)
  const connection = createConnectionStore(bridge, pump)
  const tasks = createTaskStore(bridge, pump)
  /** The last one that was asked for: a window shows one at a time. */
  let latestMcp: { readonly of: string | null; readonly store: McpStore } | undefined
  function mcp(of: string | null): McpStore {
    if (latestMcp?.of !== of) latestMcp = { of, store: createMcpStore(bridge, pump, of) }
    return latestMcp.store
  }

  function load(): void {
    void threadList.actions.load()
    void arrangement.load()
    void approvals.load()
    void goals.load()
    void config.load()
    void connection.load()
  }

  bridge.onConnection((state) => {
    if (state === 'lost') return
    load()
    threads.reload()
  })

  return {
    threads,
    threadList,
    approvals,
    arrangement,
    drafts,
    goals,
    goalOffers,
    config,
    connection,
    mcp,
    terminals: (threadId) => createTerminals(bridge, threadId),
    providers: createProviderStore(bridge),
    search: createSearch(bridge),
    fileSearches: createFileSearches(bridge, pump),
    usage: createUsageStore(bridge, pump),
    tasks,
    ui,
    host: bridge.host,
    pickFolder: bridge.pickFolder && (() => bridge.pickFolder?.() ?? Promise.resolve(null)),
    zoom: bridge.zoom,
    onLink: (listener) => bridge.onLink?.(listener) ?? (() => {}),
    openExternal: (url) => bridge.openExternal(url),
    openWindow: (threadId) => bridge.openWindow(`skein://thread/${threadId}`),
    load,
  }
}
