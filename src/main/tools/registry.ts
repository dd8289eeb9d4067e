// The tools of this process by name, and the reading of a model's call against them.
import { messageOf } from '../lib/errors.ts'
import type { ToolSpec } from '../model/model-client.ts'
import type { ToolCallItem } from '../model/model-item.ts'
import { createTextMember } from './text-member.ts'
import {
  type CallPreview,
  type PreparedCall,
  type Tool,
  type ToolContext,
  ToolFailure,
} from './tool.ts'

export interface ToolRegistry {
  specs(): readonly ToolSpec[]
  has(name: string): boolean
  isParallel(name: string): boolean
  /** For a call that the model just begins to write, as text or as JSON; undefined: nothing is shown of it. */
  preview(name: string, form: 'text' | 'json'): CallPreview | undefined
  /** Parses the call's arguments and prepares it. Throws ToolFailure with the text for the model. */
  prepare(call: ToolCallItem, context: ToolContext): Promise<PreparedCall>
}

/** A second tool of the same name is a bug, and throws. */
export function createToolRegistry(tools: readonly Tool[]): ToolRegistry {
  const byName = new Map<string, Tool>()
  for (const tool of tools) {
    if (byName.has(tool.name)) throw new Error(`two tools are named ${tool.name}`)
    byName.set(tool.name, tool)
  }
  return {
    specs: () => [...byName.values()].flatMap((tool) => (tool.isUnlisted ? [] : [tool.spec])),
    has: (name) => byName.has(name),
    isParallel: (name) => byName.get(name)?.parallel ?? true,
    preview(name, form) {
      const preview = byName.get(name)?.preview?.()
      return preview && form === 'json' ? ofInput(preview) : preview
    },
    async prepare(call, context) {
      const tool = byName.get(call.name)
      if (!tool) throw unsupported(call)
      return tool.prepare(readInput(tool, call), context)
    },
  }
}

/** The same tools but one, which is unknown then. */
export function withoutTool(registry: ToolRegistry, left: string): ToolRegistry {
  return {
    specs: () => registry.specs().filter((spec) => spec.name !== left),
    has: (name) => name !== left && registry.has(name),
    isParallel: (name) => registry.isParallel(name),
    preview: (name, form) => (name === left ? undefined : registry.preview(name, form)),
    async prepare(call, context) {
      if (call.name === left) throw unsupported(call)
      return registry.prepare(call, context)
    },
  }
}

/** What the model reads of a call to a tool that it was not offered. */
export function unsupported({ type, name }: Pick<ToolCallItem, 'type' | 'name'>): ToolFailure {
  return new ToolFailure(
    `unsupported ${type === 'custom_tool_call' ? 'custom tool call' : 'call'}: ${name}`,
  )
}

/**
 * The call under the flat name of its tool. Models that know tools of servers by namespace call them so: in their
 * namespaces a hyphen is an underscore. A name that nobody has is what its parts say, and never a tool of another
 * namespace.
 */
export function withFlatName(registry: ToolRegistry, call: ToolCallItem): ToolCallItem {
  const { namespace } = call
  if (typeof namespace !== 'string') return call
  const flat = `${namespace}__${call.name}`
  const known = registry.has(flat)
    ? flat
    : registry.specs().find(({ name }) => name.replaceAll('-', '_') === flat)?.name
  return { ...call, name: known ?? `${namespace}${call.name}` }
}

function readInput(tool: Tool, call: ToolCallItem): unknown {
  const raw = call.type === 'custom_tool_call' ? call.input : parseJson(tool, call.arguments)
  const parsed = tool.input.safeParse(raw)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const where = issue && issue.path.length > 0 ? `${issue.path.join('.')}: ` : ''
  throw new ToolFailure(`failed to parse function arguments: ${where}${issue?.message ?? ''}`)
}

/** Reads the text of a freeform tool out of the JSON that a function is called with. */
function ofInput(preview: CallPreview): CallPreview {
  const input = createTextMember('input')
  return {
    feed(piece) {
      const text = input.feed(piece)
      if (text !== '') preview.feed(text)
    },
    changes: preview.changes,
  }
}

/** A freeform tool offered as a function (chat back ends) carries its text in `input`. */
function parseJson(tool: Tool, text: string): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new ToolFailure(`failed to parse function arguments: ${messageOf(error)}`)
  }
  if (tool.spec.kind === 'freeform' && typeof value === 'object' && value !== null)
    return (value as { input?: unknown }).input
  return value
}
