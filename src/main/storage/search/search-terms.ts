// A search as a person types it: words, "phrases", -without, and operators that narrow it down.
import type { SearchKind } from '../../../protocol/index.ts'

export interface SearchTerms {
  /** For FTS5; null when nothing is left to look for but the filters hold. */
  readonly match: string | null
  /** What to mark in snippets. */
  readonly marks: readonly string[]
  /** Parts of the folder's path, of the model's name; any case. */
  readonly projects: readonly string[]
  readonly models: readonly string[]
  /** Statuses of the last turn, as rows have them. */
  readonly statuses: readonly string[]
  readonly afterMs: number | null
  readonly beforeMs: number | null
  /** A part that makes no sense, for the person. */
  readonly problem: string | null
}

const kinds: Readonly<Record<string, readonly SearchKind[]>> = {
  title: ['title'],
  user: ['user'],
  agent: ['agent'],
  message: ['user', 'agent'],
  command: ['command', 'output'],
  output: ['output'],
  file: ['file'],
  error: ['error'],
}

const statuses: Readonly<Record<string, readonly string[]>> = {
  running: ['in_progress'],
  failed: ['failed'],
  interrupted: ['interrupted'],
  completed: ['completed'],
  idle: ['completed', 'interrupted', 'failed'],
}

/** A phrase in the words of persons and models, its last word perhaps unfinished. Null without a letter or digit. */
export function literalMatch(term: string): string | null {
  return hasWords(term) ? `{user agent} : ${phrase(term)} *` : null
}

/** Terms while they are read. */
interface Draft {
  readonly wanted: string[]
  readonly unwanted: string[]
  readonly marks: string[]
  readonly projects: string[]
  readonly models: string[]
  readonly statuses: string[]
  readonly columns: Set<SearchKind>
  afterMs: number | null
  beforeMs: number | null
  problem: string | null
}

const operators: Readonly<Record<string, (draft: Draft, value: string) => void>> = {
  in: among('in', kinds, (draft, found) => add(draft.columns, found)),
  kind: among('kind', kinds, (draft, found) => add(draft.columns, found)),
  status: among('status', statuses, (draft, found) => draft.statuses.push(...found)),
  project: (draft, value) => draft.projects.push(value),
  model: (draft, value) => draft.models.push(value),
  after: (draft, value) => {
    draft.afterMs = dayOf(value)
    if (draft.afterMs === null) draft.problem = 'after: needs a day like 2026-05-01'
  },
  before: (draft, value) => {
    draft.beforeMs = dayOf(value)
    if (draft.beforeMs === null) draft.problem = 'before: needs a day like 2026-05-01'
  },
}

/** An operator with a few known values. */
function among<T>(
  name: string,
  known: Readonly<Record<string, readonly T[]>>,
  take: (draft: Draft, found: readonly T[]) => void,
): (draft: Draft, value: string) => void {
  return (draft, value) => {
    const found = Object.hasOwn(known, value) ? known[value] : undefined
    if (found) take(draft, found)
    else draft.problem = `${name}: knows ${Object.keys(known).join(', ')}`
  }
}

function add<T>(set: Set<T>, members: readonly T[]): void {
  for (const member of members) set.add(member)
}

export function readTerms(text: string): SearchTerms {
  const draft: Draft = {
    wanted: [],
    unwanted: [],
    marks: [],
    projects: [],
    models: [],
    statuses: [],
    columns: new Set(),
    afterMs: null,
    beforeMs: null,
    problem: null,
  }
  for (const part of partsOf(text)) readPart(draft, part)
  const { wanted, unwanted, columns, problem, ...terms } = draft
  const onlyLeavesOut = wanted.length === 0 && unwanted.length > 0
  return {
    ...terms,
    match: matchOf(wanted, unwanted, columns),
    problem: problem ?? (onlyLeavesOut ? onlyWithout : null),
  }
}

function readPart(draft: Draft, { name, text, isQuoted, isUnwanted }: Part): void {
  const operator = name !== null && Object.hasOwn(operators, name) ? operators[name] : undefined
  if (operator) {
    operator(draft, text.toLowerCase())
    return
  }
  const words = name === null ? text : `${name}:${text}`
  if (!hasWords(words)) return
  if (isUnwanted) {
    draft.unwanted.push(phrase(words))
    return
  }
  draft.wanted.push(isQuoted ? phrase(words) : `${phrase(words)} *`)
  draft.marks.push(words)
}

const onlyWithout = 'Say what to find before what to leave out'

function matchOf(
  wanted: readonly string[],
  unwanted: readonly string[],
  columns: ReadonlySet<SearchKind>,
): string | null {
  if (wanted.length === 0) return null
  const without = unwanted.map((words) => ` NOT ${words}`).join('')
  const all = `(${wanted.join(' AND ')})${without}`
  return columns.size === 0 ? all : `{${[...columns].join(' ')}} : (${all})`
}

interface Part {
  /** Of an operator. */
  readonly name: string | null
  readonly text: string
  readonly isQuoted: boolean
  readonly isUnwanted: boolean
}

/** Pieces between spaces; quotes hold theirs together, also behind an operator. */
function partsOf(text: string): readonly Part[] {
  const pattern = /(-)?(?:([a-z]+):)?(?:"([^"]*)"?|(\S+))/giu
  return [...text.matchAll(pattern)].map(([, minus, name, quoted, bare]) => ({
    name: name?.toLowerCase() ?? null,
    text: quoted ?? bare ?? '',
    isQuoted: quoted !== undefined,
    isUnwanted: minus !== undefined,
  }))
}

function hasWords(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text)
}

function phrase(text: string): string {
  return `"${text.replaceAll('"', ' ').replaceAll('\0', ' ')}"`
}

/** Midnight of a day here, in milliseconds. */
function dayOf(value: string): number | null {
  const day = /^(\d{4})-(\d{2})-(\d{2})$/.exec(value)
  if (!day) return null
  const atMs = new Date(Number(day[1]), Number(day[2]) - 1, Number(day[3])).getTime()
  return Number.isNaN(atMs) ? null : atMs
}
