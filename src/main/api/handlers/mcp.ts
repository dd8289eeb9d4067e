// MCP servers: their state, direct calls and reads, prompts, sign-in, restart and reload.
import type { McpService } from '../../mcp/mcp-service.ts'
import type { SignIn } from '../../mcp/sign-in.ts'
import type { Handlers } from '../router.ts'
import { limitOf, sliceOf } from './paging.ts'

type McpMethods =
  | 'mcpServerStatus/list'
  | 'mcpServer/resource/read'
  | 'mcpServer/tool/call'
  | 'mcpServer/oauth/login'
  | 'config/mcpServer/reload'
  | 'skein/mcp/prompt/list'
  | 'skein/mcp/prompt/get'
  | 'skein/mcp/server/restart'
  | 'skein/mcp/server/stop'
  | 'skein/mcp/oauth/logout'

export function mcpHandlers(
  mcp: McpService,
  { signIn, signOut }: SignIn,
): Pick<Handlers, McpMethods> {
  return {
    async 'mcpServerStatus/list'({ threadId, serverName, detail, cursor, limit }) {
      const withResources = detail !== 'toolsAndAuthOnly'
      const all = await mcp.statuses({ threadId, serverName, withResources })
      return sliceOf(all, cursor, limit === undefined ? Math.max(1, all.length) : limitOf(limit))
    },
    async 'mcpServer/resource/read'({ threadId, server, uri }) {
      const contents = await mcp.readResource(threadId, server, uri)
      return { contents: [...contents], originCallId: null }
    },
    'mcpServer/tool/call': ({ threadId, server, tool, arguments: args, _meta }) =>
      mcp.callTool(threadId, server, tool, args, _meta),
    'mcpServer/oauth/login': signIn,
    async 'config/mcpServer/reload'() {
      await mcp.reload()
      return {}
    },
    async 'skein/mcp/prompt/list'({ threadId, server, cursor, limit }) {
      return sliceOf(await mcp.prompts(threadId, server), cursor, limitOf(limit))
    },
    async 'skein/mcp/prompt/get'({ threadId, server, name, arguments: args }) {
      const { description, messages } = await mcp.prompt(threadId, server, name, args)
      return { description, messages: [...messages] }
    },
    async 'skein/mcp/server/restart'({ threadId, server }) {
      await mcp.restart(threadId, server)
      return {}
    },
    async 'skein/mcp/server/stop'({ threadId, server }) {
      await mcp.stop(threadId, server)
      return {}
    },
    async 'skein/mcp/oauth/logout'({ name }) {
      await signOut(name)
      return {}
    },
  }
}
