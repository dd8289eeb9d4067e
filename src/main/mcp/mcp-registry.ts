// The tools of a thread: those of the app, and those of its MCP servers. Where names meet, the app's win.
import type { ToolRegistry } from '../tools/registry.ts'
import { createToolRegistry } from '../tools/registry.ts'
import { type McpToolPorts, mcpSpecs, prepareMcpCall } from './mcp-tool.ts'
import { resourceTools } from './resource-tools.ts'

/** Asked anew for each request to the model: servers come, go and change their lists. */
export function withMcpTools(own: ToolRegistry, ports: McpToolPorts): ToolRegistry {
  const { session } = ports
  const resources = createToolRegistry(resourceTools(session).filter((tool) => !own.has(tool.name)))
  const resourceNames = new Set(resources.specs().map((spec) => spec.name))
  const find = (name: string) => (own.has(name) ? undefined : session.tools().get(name))
  return {
    specs: () => [
      ...own.specs(),
      ...resources.specs(),
      ...mcpSpecs(session).filter((spec) => !own.has(spec.name)),
    ],
    has: (name) => own.has(name) || resourceNames.has(name) || find(name) !== undefined,
    isParallel(name) {
      const tool = find(name)
      if (tool) return tool.owner.config.parallel
      return resourceNames.has(name) ? resources.isParallel(name) : own.isParallel(name)
    },
    preview: own.preview,
    async prepare(call, context) {
      const tool = find(call.name)
      if (tool) return prepareMcpCall(call, tool, context, ports)
      return (resourceNames.has(call.name) ? resources : own).prepare(call, context)
    },
  }
}
