// Dotted keys: `a.b.c = value` of the command line and of a thread's config map as tables.
import { parse } from 'smol-toml'
import { messageOf, SkeinError } from '../lib/errors.ts'
import { isTable, type Table } from './layers.ts'
import { plainValues } from './toml.ts'

/**
 * `model="x"`, `sandbox_workspace_write.network_access=true`: the right side is TOML, or plain text when it is
 * not. Throws SkeinError('invalidParams') when there is no key.
 */
export function parseAssignment(assignment: string): Table {
  const equals = assignment.indexOf('=')
  const key = assignment.slice(0, Math.max(equals, 0)).trim()
  const value = assignment.slice(equals + 1).trim()
  if (key === '')
    throw new SkeinError('invalidParams', `\`-c ${assignment}\` is not of the form key=value`)
  return nest(splitDottedKey(key), tomlValue(value))
}

/** The map of thread/start: keys may be dotted; later entries win where two say the same. */
export function expandDottedKeys(map: Table): Table {
  let expanded: Table = {}
  for (const [key, value] of Object.entries(map))
    expanded = layOver(expanded, nest(splitDottedKey(key), value))
  return expanded
}

/** Parts between dots; a part in quotes may hold dots itself: `projects."/a.b".trust_level`. */
export function splitDottedKey(key: string): readonly string[] {
  if (!/["']/.test(key)) return checkedParts(key, key.split('.'))
  try {
    const parts: string[] = []
    let at: unknown = parse(`${key} = 0`)
    while (isTable(at)) {
      const [part] = Object.keys(at)
      if (part === undefined) break
      parts.push(part)
      at = at[part]
    }
    return checkedParts(key, parts)
  } catch (thrown) {
    throw new SkeinError('invalidParams', `\`${key}\` is not a configuration key`, { key }, thrown)
  }
}

function checkedParts(key: string, parts: readonly string[]): readonly string[] {
  if (parts.length === 0 || parts.some((part) => part.trim() === ''))
    throw new SkeinError('invalidParams', `\`${key}\` is not a configuration key`, { key })
  return parts.map((part) => part.trim())
}

function tomlValue(text: string): unknown {
  try {
    const { value } = plainValues(parse(`value = ${text}`))
    return value
  } catch (thrown) {
    // A word without quotes is meant as text; a table or list that does not parse is a mistake.
    if (/^[[{]/.test(text))
      throw new SkeinError('invalidParams', `\`${text}\` is not TOML: ${messageOf(thrown)}`)
    return text
  }
}

function nest(parts: readonly string[], value: unknown): Table {
  return parts.reduceRight<unknown>((inner, part) => ({ [part]: inner }), value) as Table
}

function layOver(below: Table, above: Table): Table {
  const merged: Record<string, unknown> = { ...below }
  for (const [key, value] of Object.entries(above)) {
    const lower = merged[key]
    merged[key] = isTable(lower) && isTable(value) ? layOver(lower, value) : value
  }
  return merged
}
