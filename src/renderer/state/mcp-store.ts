// The MCP servers of one thread, or of nobody in particular: their state, and what a person does with them.
import { createStore } from 'zustand/vanilla'
import type {
  Bridge,
  McpCallResult,
  McpContents,
  McpPrompt,
  McpPromptMessage,
  McpServerStatus,
  Notification,
} from '../../protocol/index.ts'
import { messageOf } from './failures.ts'
import type { NotificationPump } from './notification-pump.ts'
import type { ReadonlyStore } from './thread-store.ts'

export interface McpState {
  readonly phase: 'loading' | 'ready' | 'error'
  readonly problem: string | null
  readonly servers: readonly McpServerStatus[]
}

export interface McpStore extends ReadonlyStore<McpState> {
  /** Reads the states, and again whenever one of them changes, until the returned function is called. */
  watch(): () => void
  /** Rejects with a BridgeFailure. */
  call(
    server: string,
    tool: string,
    args: Readonly<Record<string, unknown>>,
  ): Promise<McpCallResult>
  /** Rejects with a BridgeFailure. */
  read(server: string, uri: string): Promise<readonly McpContents[]>
  /** What the server offers to people; rejects with a BridgeFailure, like the next one. */
  prompts(server: string): Promise<readonly McpPrompt[]>
  fillPrompt(
    server: string,
    name: string,
    args: Readonly<Record<string, string>>,
  ): Promise<readonly McpPromptMessage[]>
  /** Starts it anew, in this thread alone. Never rejects: `problem` tells; so do the next two. */
  restart(server: string): Promise<void>
  /** Stays down in this thread until it is restarted. */
  stop(server: string): Promise<void>
  /** Forgets the sign-in, for all threads. */
  signOut(server: string): Promise<void>
  /** Changed servers start, failed ones are tried again. Never rejects: `problem` tells. */
  reload(): Promise<void>
  /** Writes it down and reloads. Never rejects: `problem` tells. */
  setEnabled(server: string, isEnabled: boolean): Promise<void>
  /** The page on which to sign in. Rejects with a BridgeFailure. */
  signIn(server: string): Promise<string>
}

const PROMPTS_MAX = 100
/** States change in bursts when a thread starts: they are read once for each. */
const READ_AFTER_MS = 50

export function createMcpStore(
  bridge: Bridge,
  pump: NotificationPump,
  threadId: string | null,
): McpStore {
  const store = createStore<McpState>(() => ({ phase: 'loading', problem: null, servers: [] }))
  const ofThread = threadId === null ? {} : { threadId }
  let timer: ReturnType<typeof setTimeout> | undefined

  async function load(): Promise<void> {
    try {
      const { data } = await bridge.request('mcpServerStatus/list', ofThread)
      store.setState({ phase: 'ready', problem: null, servers: data })
    } catch (error) {
      store.setState({ phase: 'error', problem: messageOf(error) })
    }
  }

  function loadSoon(): void {
    clearTimeout(timer)
    timer = setTimeout(() => void load(), READ_AFTER_MS)
  }

  function hear(batch: readonly Notification[]): void {
    const isAboutThese = batch.some(
      ({ method, params }) =>
        (method === 'mcpServer/startupStatus/updated' && params.threadId === threadId) ||
        method === 'mcpServer/oauthLogin/completed',
    )
    if (isAboutThese) loadSoon()
  }

  async function attempt(work: () => Promise<unknown>): Promise<void> {
    try {
      await work()
      await load()
    } catch (error) {
      store.setState({ problem: messageOf(error) })
    }
  }

  const reload = () => attempt(() => bridge.request('config/mcpServer/reload', {}))

  return {
    getState: store.getState,
    getInitialState: store.getInitialState,
    subscribe: store.subscribe,
    watch() {
      void load()
      return pump.subscribe(hear)
    },
    call: (server, tool, args) =>
      bridge.request('mcpServer/tool/call', {
        threadId: threadId ?? '',
        server,
        tool,
        arguments: args,
      }),
    async read(server, uri) {
      return (await bridge.request('mcpServer/resource/read', { ...ofThread, server, uri }))
        .contents
    },
    async prompts(server) {
      const of = { ...ofThread, server, limit: PROMPTS_MAX }
      return (await bridge.request('skein/mcp/prompt/list', of)).data
    },
    async fillPrompt(server, name, args) {
      const of = { ...ofThread, server, name, arguments: { ...args } }
      return (await bridge.request('skein/mcp/prompt/get', of)).messages
    },
    restart: (server) =>
      attempt(() => bridge.request('skein/mcp/server/restart', { ...ofThread, server })),
    stop: (server) =>
      attempt(() => bridge.request('skein/mcp/server/stop', { ...ofThread, server })),
    signOut: (name) => attempt(() => bridge.request('skein/mcp/oauth/logout', { name })),
    reload,
    setEnabled: (server, isEnabled) =>
      attempt(async () => {
        await bridge.request('config/value/write', {
          keyPath: `mcp_servers.${server}.enabled`,
          value: isEnabled,
          mergeStrategy: 'replace',
        })
        await bridge.request('config/mcpServer/reload', {})
      }),
    async signIn(name) {
      return (await bridge.request('mcpServer/oauth/login', { name, ...ofThread })).authorizationUrl
    },
  }
}
