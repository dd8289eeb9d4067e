// What a thread, as a program holds it, is handed by whoever makes it, and the readings it answers with.
import type { SandboxPolicy } from '../../protocol/index.ts'
import type { ResolvedConfig } from '../config/config-service.ts'
import type { Logger } from '../lib/logger.ts'
import type { Store } from '../storage/store.ts'
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
  wasSet(): Promise<void>
  wasCleared(): Promise<void>
}

/** The MCP servers of a thread, outside of its turns. */
export interface ThreadServers {
  /** Throws SkeinError('upstream') for an unknown server. */
  readResource(server: string, uri: string): Promise<unknown>
  /** A failure of the tool is a result. Throws as above. */
  callTool(server: string, tool: string, args: unknown, meta: unknown): Promise<unknown>
}

export interface ThreadPorts {
  readonly actor: ThreadActor
  readonly store: Store
  readonly logger: Logger
  /** The thread's configuration as it came to life. */
  readonly config: ResolvedConfig
  readonly goals: ThreadGoals
  readonly servers: ThreadServers
  /** The configuration with the user's file as it is now; null when the file cannot be read. */
  reloadConfig(): Promise<ResolvedConfig | null>
  cleanBackground(): Promise<void>
  /** Ends the thread and takes it out of memory. */
  unload(): Promise<unknown>
  isFeatureEnabled(config: ResolvedConfig, feature: string): boolean
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
