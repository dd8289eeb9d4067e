// The configuration a live thread works under: what was settled when it came to life stays, and the person's own
// files count as they are now.
import { isDeepStrictEqual } from 'node:util'
import type { ConfigService, ResolvedConfig } from '../config/config-service.ts'
import { messageOf } from '../lib/errors.ts'
import type { Logger } from '../lib/logger.ts'

export interface RuntimeConfig {
  /** The same object until a refresh changed something. */
  current(): ResolvedConfig
  /** Takes the person's layers over from `next`; all other layers stay as the thread began with them. */
  refresh(next: ResolvedConfig): void
  /**
   * Reads the person's files again; answers with what is in force after that. Of readings that overlap the one that
   * began last counts; files that cannot be read change nothing. Never rejects.
   */
  reload(): Promise<ResolvedConfig>
  /** Whether the feature was on when the thread came to life; false for a name that is none. */
  enabled(feature: string): boolean
}

export interface RuntimeConfigPorts {
  readonly config: Pick<ConfigService, 'resolve' | 'refreshed' | 'enabledFeatures'>
  readonly logger: Logger
  /** Called once for each change of the values, after it is in force. */
  changed(previous: ResolvedConfig, next: ResolvedConfig): void
}

/** `start`: the configuration as it was resolved for the thread, its own layer included. */
export function createRuntimeConfig(
  start: ResolvedConfig,
  { config, logger, changed }: RuntimeConfigPorts,
): RuntimeConfig {
  const features = config.enabledFeatures(start)
  let current = start
  let refreshes = 0

  function refresh(next: ResolvedConfig): void {
    refreshes++
    const previous = current
    current = config.refreshed(previous, next)
    if (current === previous) return
    if (!isDeepStrictEqual(previous.values, current.values)) changed(previous, current)
  }

  async function reload(): Promise<ResolvedConfig> {
    const own = ++refreshes
    try {
      const next = await config.resolve()
      if (own === refreshes) refresh(next)
    } catch (error) {
      logger.log('warn', 'the configuration could not be read again', { error: messageOf(error) })
    }
    return current
  }

  return { current: () => current, refresh, reload, enabled: (feature) => features.has(feature) }
}
