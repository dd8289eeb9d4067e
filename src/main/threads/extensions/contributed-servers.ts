// The MCP servers of the configuration together with those that extensions add.
import type { Logger } from '../../lib/logger.ts'
import { createHookCaller } from './call-hooks.ts'
import type { Extension } from './extension.ts'

/**
 * `table` as `[mcp_servers]` says it, with the servers extensions contribute to threads that work in `cwd` laid over
 * it: of two with one name the later wins, and a contributed one wins over the configured.
 */
export function contributedServers(
  extensions: readonly Extension[],
  logger: Logger,
): (table: unknown, cwd: string) => unknown {
  const hooks = createHookCaller(extensions, logger)
  return (table, cwd) => {
    const contributed = hooks.allNow('mcpServers', { cwd }).flat()
    if (contributed.length === 0) return table
    const configured = typeof table === 'object' && table !== null ? table : {}
    return {
      ...configured,
      ...Object.fromEntries(contributed.map(({ name, config }) => [name, config])),
    }
  }
}
