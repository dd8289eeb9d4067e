// What of a layer fits the schema: a bad key is taken out alone, everything else stays in force.
import type { z } from 'zod'
import { ConfigValues } from './config-schema.ts'
import { isTable, type Table } from './layers.ts'

export interface ConfigProblem {
  /** Dotted. */
  readonly key: string
  readonly message: string
}

export interface CheckedValues {
  readonly values: Table
  readonly problems: readonly ConfigProblem[]
}

/** Unknown keys are kept: a file may be meant for other programs and versions too. Nulls (cleared keys) pass. */
export function checkValues(values: Table): CheckedValues {
  const problems: ConfigProblem[] = []
  let kept = values
  // Taking a key out can leave its table unfit, so look again until nothing is left to take out.
  for (;;) {
    const parsed = ConfigValues.safeParse(withoutNulls(kept))
    if (parsed.success) return { values: kept, problems }
    const found = problems.length
    for (const issue of parsed.error.issues) {
      const path = badKey(issue)
      if (!has(kept, path)) continue
      problems.push({ key: path.join('.'), message: wordsOf(issue) })
      kept = without(kept, path)
    }
    if (problems.length === found)
      throw new Error(`configuration schema names no key: ${parsed.error.message}`)
  }
}

/** A union says by itself only that nothing fitted: say what would have. */
function wordsOf(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_union')
    return issue.message.replace(/^Invalid (?:input|option): /, '')
  const alternatives = issue.errors.flatMap(([first]) => (first ? [wordsOf(first)] : []))
  return [...new Set(alternatives)].join(', or ') || issue.message
}

/** The path down to the first list: a list with one bad entry is bad as a whole. */
function badKey(issue: z.core.$ZodIssue): readonly string[] {
  const path: string[] = []
  for (const part of issue.path) {
    if (typeof part !== 'string') break
    path.push(part)
  }
  return path
}

function has(values: Table, path: readonly string[]): boolean {
  const [key, ...rest] = path
  if (key === undefined || !Object.hasOwn(values, key)) return false
  const inner = values[key]
  return rest.length === 0 || (isTable(inner) && has(inner, rest))
}

function without(values: Table, path: readonly string[]): Table {
  const [key, ...rest] = path
  if (key === undefined) return values
  const { [key]: inner, ...others } = values
  return rest.length > 0 && isTable(inner) ? { ...values, [key]: without(inner, rest) } : others
}

function withoutNulls(values: Table): Table {
  const kept = Object.entries(values).filter(([, value]) => value !== null)
  return Object.fromEntries(
    kept.map(([key, value]) => [key, isTable(value) ? withoutNulls(value) : value]),
  )
}
