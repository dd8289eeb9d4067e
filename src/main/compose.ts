// Builds the object graph by hand; the only place that knows every class.
import type { Server } from './api/server.ts'
import type { Logger } from './lib/logger.ts'

export interface AppOptions {
  /** The profile folder, absolute: $SKEIN_HOME or ~/.skein. */
  readonly home: string
  readonly version: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly logger: Logger
  /** `key=value` pairs of the command line (`-c model="x"`), layer commandLine. */
  readonly overrides: readonly string[]
}

export declare function compose(options: AppOptions): Server
