// MCP servers: their state, direct calls and reads, sign-in and reload.

import { SkeinError } from '../../lib/errors.ts'
import type { McpService } from '../../mcp/mcp-service.ts'
import type { Handlers } from '../router.ts'
import { limitOf } from './paging.ts'

type McpMethods =
  | 'mcpServerStatus/list'
  | 'mcpServer/resource/read'
  | 'mcpServer/tool/call'
  | 'mcpServer/oauth/login'
  | 'config/mcpServer/reload'

export function mcpHandlers(
  mcp: McpService,
  login: Handlers['mcpServer/oauth/login'],
): Pick<Handlers, McpMethods> {
  return {
    async 'mcpServerStatus/list'({ threadId, serverName, detail, cursor, limit }) {
      const withResources = detail !== 'toolsAndAuthOnly'
      const all = await mcp.statuses({ threadId, serverName, withResources })
      const from = cursor === undefined ? 0 : Number(cursor)
      if (!Number.isSafeInteger(from) || from < 0)
        throw new SkeinError('invalidParams', 'invalid cursor')
      const end = limit === undefined ? all.length : from + limitOf(limit)
      return { data: all.slice(from, end), nextCursor: end < all.length ? String(end) : null }
    },
    async 'mcpServer/resource/read'({ threadId, server, uri }) {
      const contents = await mcp.readResource(threadId, server, uri)
      return { contents: [...contents], originCallId: null }
    },
    'mcpServer/tool/call': ({ threadId, server, tool, arguments: args, _meta }) =>
      mcp.callTool(threadId, server, tool, args, _meta),
    'mcpServer/oauth/login': login,
    async 'config/mcpServer/reload'() {
      await mcp.reload()
      return {}
    },
  }
}
