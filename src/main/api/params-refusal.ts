// Why parameters do not fit, in the words that clients of this protocol know: `missing field`, `invalid type`,
// `unknown variant`. Pure.
import type { z } from 'zod'

type Issue = z.core.$ZodIssue

export interface ParamsRefusal {
  readonly message: string
  /** Dotted path of the member that does not fit; empty for the parameters as a whole. */
  readonly field: string
}

/** One reason: of what was given before what is missing, and of several in the order in which they were given. */
export function refusalOf(issues: readonly Issue[], raw: unknown): ParamsRefusal {
  const order = raw !== null && typeof raw === 'object' ? Object.keys(raw) : []
  const rank = ({ path }: Issue): number => {
    const at = order.indexOf(String(path[0]))
    return at === -1 ? order.length : at
  }
  const [first] = issues.map((issue) => innermost(issue, raw)).sort((a, b) => rank(a) - rank(b))
  if (!first) return { message: 'invalid params', field: '' }
  return { message: wordsOf(first, valueAt(raw, first.path)), field: first.path.join('.') }
}

/** Of a union the alternative that came closest; the words of others are added to those that were possible. */
function innermost(issue: Issue, raw: unknown): Issue {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return issue
  const candidates = issue.errors
    .map((branch) => branch[0])
    .filter((one) => one !== undefined)
    .map((one) => innermost({ ...one, path: [...issue.path, ...one.path] }, raw))
  const deepest = candidates.reduce(
    (best, one) => (one.path.length > best.path.length ? one : best),
    candidates[0] ?? issue,
  )
  if (deepest.path.length > issue.path.length) return deepest
  return candidates.find(({ code }) => code === 'invalid_value') ?? deepest
}

function wordsOf(issue: Issue, value: unknown): string {
  if (issue.code === 'invalid_union' && 'discriminator' in issue) {
    if (value === undefined) return `missing field \`${String(issue.path.at(-1))}\``
    const options = 'options' in issue ? (issue.options as readonly unknown[]) : []
    return variant(value, options)
  }
  if (value === undefined && issue.code !== 'custom')
    return `missing field \`${String(issue.path.at(-1))}\``
  if (issue.code === 'invalid_value') return variant(value, issue.values)
  if (issue.code === 'invalid_type')
    return `invalid type: ${named(value)}, expected ${expectedNames[issue.expected] ?? issue.expected}`
  return `\`${issue.path.join('.')}\`: ${issue.message}`
}

function variant(value: unknown, options: readonly unknown[]): string {
  const given = isRecord(value) ? Object.keys(value)[0] : value
  if (typeof given !== 'string') return `invalid type: ${named(value)}, expected a string`
  const words = options.map((option) => `\`${String(option)}\``)
  const expected =
    words.length > 2 ? `expected one of ${words.join(', ')}` : `expected ${words.join(' or ')}`
  return `unknown variant \`${short(given)}\`, ${expected}`
}

/** A union is read by the one key of an object, too. */
function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const expectedNames: Readonly<Record<string, string>> = {
  string: 'a string',
  boolean: 'a boolean',
  number: 'a number',
  int: 'an integer',
  array: 'a sequence',
  object: 'a map',
  record: 'a map',
}

function named(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'sequence'
  switch (typeof value) {
    case 'string':
      return `string ${JSON.stringify(short(value))}`
    case 'boolean':
      return `boolean \`${value}\``
    case 'number':
      return Number.isInteger(value) ? `integer \`${value}\`` : `floating point \`${value}\``
    default:
      return 'map'
  }
}

const SHOWN_CHARS_MAX = 200

function short(text: string): string {
  return text.length > SHOWN_CHARS_MAX ? `${text.slice(0, SHOWN_CHARS_MAX)}…` : text
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      value !== null && typeof value === 'object' ? Reflect.get(value, key) : undefined,
    raw,
  )
}
