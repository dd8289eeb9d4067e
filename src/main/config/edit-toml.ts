// Changes single values of a TOML text and leaves everything else as it was written, comments included.
import { isDeepStrictEqual } from 'node:util'
import { parse as parseForPatch, patch, TomlFormat } from '@decimalturn/toml-patch'
import { parse, stringify } from 'smol-toml'
import { isTable, type Table } from './layers.ts'
import { plainValues } from './toml.ts'

export interface TomlEdit {
  readonly path: readonly string[]
  /** Null takes the key out. */
  readonly value: unknown
  /** A table is laid over the one that is there. */
  readonly merge: boolean
}

/** The text with all edits in it. Throws TomlError when `text` is no TOML. */
export function editToml(text: string, edits: readonly TomlEdit[]): string {
  return edits.reduce(editOnce, text)
}

/** The values with all edits in them; what `editToml` writes. */
export function editValues(values: Table, edits: readonly TomlEdit[]): Table {
  return edits.reduce((before, { path, value, merge }) => put(before, path, value, merge), values)
}

function editOnce(text: string, edit: TomlEdit): string {
  const values = plainValues(parse(text))
  const wanted = editValues(values, [edit])
  if (isDeepStrictEqual(values, wanted)) return text
  const added = addition(text, values, edit)
  if (added !== undefined && says(added, wanted)) return added
  const format = TomlFormat.autoDetectFormat(text)
  // What the file's lists do, its one-line tables may not.
  format.trailingComma = false
  format.inlineTableStart = 8
  // Each with its own reading, so that dates stay dates.
  const patched = patch(text, editValues(parseForPatch(text), [edit]), format)
  if (says(patched, wanted)) return patched
  return stringify(editValues(parse(text), [edit])) // loses comments, never a value
}

function says(text: string, wanted: Table): boolean {
  try {
    return isDeepStrictEqual(plainValues(parse(text)), wanted)
  } catch {
    return false
  }
}

/**
 * New keys go where a person would write them: at the end of the top part, or as a table at the end of the file.
 * Undefined for anything else.
 */
function addition(text: string, values: Table, { path, value }: TomlEdit): string | undefined {
  const key = path.at(-1)
  if (key === undefined || value === null || at(values, path) !== undefined) return undefined
  const parents = path.slice(0, -1)
  if (isTable(value)) return appended(text, path, value)
  if (parents.length === 0) return withTopKey(text, stringify({ [key]: value }).trimEnd())
  return at(values, parents) === undefined ? appended(text, parents, { [key]: value }) : undefined
}

function appended(text: string, path: readonly string[], table: Table): string {
  const name = path.map((part) => (/^[\w-]+$/.test(part) ? part : JSON.stringify(part))).join('.')
  const before = text.trimEnd()
  return `${before}${before === '' ? '' : '\n\n'}[${name}]\n${stringify(table)}`
}

/** Above the first table, and above the comment that belongs to it. */
function withTopKey(text: string, line: string): string {
  const lines = text.split('\n')
  let at = lines.findIndex((one) => /^\s*\[/.test(one))
  if (at === -1) {
    const before = text.trimEnd()
    return `${before}${before === '' ? '' : '\n'}${line}\n`
  }
  while (at > 0 && /^\s*#/.test(lines[at - 1] ?? '')) at -= 1
  while (at > 0 && (lines[at - 1] ?? '').trim() === '') at -= 1
  const gap = (lines[at] ?? '').trim() === '' ? [] : ['']
  return [...lines.slice(0, at), line, ...gap, ...lines.slice(at)].join('\n')
}

function at(values: Table, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, part) => (isTable(inner) && Object.hasOwn(inner, part) ? inner[part] : undefined),
    values,
  )
}

function put(values: Table, path: readonly string[], value: unknown, merge: boolean): Table {
  const [key, ...rest] = path
  if (key === undefined) return values
  const inner = Object.hasOwn(values, key) ? values[key] : undefined
  if (rest.length === 0) {
    const { [key]: _, ...others } = values
    if (value === null) return others
    return {
      ...values,
      [key]: merge && isTable(inner) && isTable(value) ? laid(inner, value) : value,
    }
  }
  if (value === null && !isTable(inner)) return values
  return { ...values, [key]: put(isTable(inner) ? inner : {}, rest, value, merge) }
}

function laid(below: Table, above: Table): Table {
  return Object.entries(above).reduce((merged, [key, value]) => {
    return put(merged, [key], value, true)
  }, below)
}
