// Reads what a server says of its tools: a bad one is left out with the reason, long texts are cut.
import { McpTool } from '../../protocol/index.ts'
import type { ServerConfig } from './server-config.ts'

export interface ToolList {
  readonly tools: readonly McpTool[]
  /** Of tools that were left out. */
  readonly warnings: readonly string[]
}

export const TOOLS_MAX = 512
const SCHEMA_CHARS_MAX = 64 * 1024
const DESCRIPTION_CHARS_MAX = 4 * 1024
const NAME_CHARS_MAX = 256
const DEPTH_MAX = 32

export function readTools(raw: readonly unknown[], config: ServerConfig): ToolList {
  const tools: McpTool[] = []
  const warnings: string[] = []
  if (raw.length > TOOLS_MAX) warnings.push(`only the first ${TOOLS_MAX} tools are used`)
  for (const entry of raw.slice(0, TOOLS_MAX)) {
    const parsed = McpTool.safeParse(entry)
    const problem = parsed.success ? problemOf(parsed.data) : 'it has no readable definition'
    if (!parsed.success || problem !== null)
      warnings.push(`tool ${nameOf(entry)} is left out: ${problem}`)
    else if (isOffered(config, parsed.data.name)) tools.push(withShortTexts(parsed.data))
  }
  return { tools, warnings }
}

/** The list of allowed tools first, then the list of denied ones. */
export function isOffered(config: ServerConfig, tool: string): boolean {
  if (config.enabledTools !== null && !config.enabledTools.includes(tool)) return false
  return !config.disabledTools.includes(tool)
}

function nameOf(entry: unknown): string {
  const name = (entry as { name?: unknown } | null)?.name
  return typeof name === 'string' ? `\`${name.slice(0, 80)}\`` : 'without a name'
}

function problemOf({ name, inputSchema }: McpTool): string | null {
  if (name === '' || name.length > NAME_CHARS_MAX) return 'its name is empty or too long'
  if (JSON.stringify(inputSchema).length > SCHEMA_CHARS_MAX) return 'its schema is too long'
  if (inputSchema.type !== 'object') return 'its schema is not one of an object'
  return isSchema(inputSchema, 0) ? null : 'its schema is invalid'
}

function isSchema(schema: unknown, depth: number): boolean {
  if (typeof schema === 'boolean') return true
  if (!isTable(schema) || depth > DEPTH_MAX) return false
  const { type, properties, required, items } = schema
  if (type !== undefined && !isType(type)) return false
  if (required !== undefined && !isTexts(required)) return false
  if (items !== undefined && !(Array.isArray(items) ? items : [items]).every(isSchemaBelow)) {
    return false
  }
  if (properties === undefined) return true
  return isTable(properties) && Object.values(properties).every(isSchemaBelow)

  function isSchemaBelow(below: unknown): boolean {
    return isSchema(below, depth + 1)
  }
}

const types = new Set(['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'])

function isType(type: unknown): boolean {
  return (Array.isArray(type) ? type : [type]).every((one) => types.has(one))
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string')
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function withShortTexts(tool: McpTool): McpTool {
  const { description } = tool
  if (!description || description.length <= DESCRIPTION_CHARS_MAX) return tool
  return { ...tool, description: `${description.slice(0, DESCRIPTION_CHARS_MAX)}… [cut]` }
}
