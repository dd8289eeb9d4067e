// What a thread, as a program holds it, is handed by whoever makes it, and the readings it answers with.
import type { SandboxPolicy } from '../../protocol/index.ts'
import type { Logger } from '../lib/logger.ts'
import type { Store } from '../storage/store.ts'
import type { RuntimeConfig } from './runtime-config.ts'
import type { ThreadSettings } from './settings.ts'
import type { ThreadActor } from './thread-actor.ts'

/** The goal of a thread, as its host changes it from outside. */
export interface ThreadGoals {
  /** The thread came back to life. */
  resumed(): Promise<void>
  /** Starts a turn if the thread is idle and its goal active; else nothing. */
  continueIfIdle(): Promise<void>
  /** Credits what was used so far to the goal as it is, before a change. */
  prepareChange(): Promise<void>
  /** The host wrote another goal: the running turn and what comes after it follow. */
  wasSet(): Promise<void>
  /** The host removed the goal. */
  wasCleared(): Promise<void>
}

/** The MCP servers of a thread, outside of its turns. */
export interface ThreadServers {
  /** Throws SkeinError('upstream') for an unknown server. */
  readResource(server: string, uri: string): Promise<unknown>
  /** A failure of the tool is a result. Throws as above. */
  callTool(server: string, tool: string, args: unknown, meta: unknown): Promise<unknown>
  /** Servers that are still coming up stay down. */
  cancelStart(): Promise<void>
  /** From the next turn on these servers are there and no others; `table` as `[mcp_servers]` says it. */
  replaceAtNextTurn(table: unknown): void
}

export interface ThreadPorts {
  readonly actor: ThreadActor
  readonly store: Store
  readonly logger: Logger
  readonly config: RuntimeConfig
  /** Files whose instructions the model is told of, absolute. */
  readonly instructionSources: readonly string[]
  readonly goals: ThreadGoals
  readonly servers: ThreadServers
  cleanBackground(): Promise<void>
  /** Ends the thread and takes it out of memory. */
  unload(): Promise<unknown>
}

export interface SelectedEnvironment {
  readonly environmentId: string
  readonly cwd: string
  readonly workspaceRoots: readonly string[]
}

/** Persistent settings, not those of a running turn. */
export interface ThreadConfigSnapshot extends Readonly<ThreadSettings> {
  readonly snapshotId: string
  /** The legacy view of profile and folders, derived. */
  sandboxPolicy(): SandboxPolicy
}
