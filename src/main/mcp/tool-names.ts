// Names under which tools of MCP servers are offered to models: legal, at most 64 characters, distinct, and the
// same whatever the order in which the servers came up.
import { createHash } from 'node:crypto'

export interface RawToolName {
  readonly server: string
  readonly tool: string
}

const NAME_CHARS_MAX = 64
const HASH_CHARS = 12

/** Qualified name to what it stands for, in the order of the names. Names are never parsed back. */
export function qualifyTools<T extends RawToolName>(tools: readonly T[]): ReadonlyMap<string, T> {
  const distinct = new Map(tools.map((tool) => [rawKey(tool), tool]))
  const uses = new Map<string, number>()
  for (const tool of distinct.values())
    uses.set(legalName(tool), (uses.get(legalName(tool)) ?? 0) + 1)
  const named = [...distinct.values()].map((tool): [string, T] => {
    const name = legalName(tool)
    const fits = uses.get(name) === 1 && name.length <= NAME_CHARS_MAX
    return [fits ? name : withHash(name, tool), tool]
  })
  return new Map(named.sort(([left], [right]) => (left < right ? -1 : 1)))
}

function rawKey({ server, tool }: RawToolName): string {
  return JSON.stringify([server, tool])
}

function legalName({ server, tool }: RawToolName): string {
  return `mcp__${server}__${tool}`.replace(/[^\w-]/g, '_')
}

function withHash(name: string, tool: RawToolName): string {
  const hash = createHash('sha256').update(rawKey(tool)).digest('hex').slice(0, HASH_CHARS)
  return `${name.slice(0, NAME_CHARS_MAX - HASH_CHARS - 1)}_${hash}`
}
