// Finds rollout files: all of a home, or those that were named; files of one thread come together.
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { queryCopy } from '../storage/foreign-database.ts'
import type { ImportedGoal } from '../storage/imported-thread.ts'
import { number, record, text } from './json.ts'

export interface RolloutFile {
  readonly path: string
  readonly size: number
  readonly mtimeMs: number
  readonly isArchived: boolean
  /** From its name; the one inside wins. Undefined for a file with a name of its own. */
  readonly namedId: string | undefined
}

/** What a home knows of its threads beside their files; by thread id. */
export interface Catalogue {
  name(threadId: string): string | null
  goal(threadId: string): ImportedGoal | undefined
}

const ROLLOUT = /\.jsonl(\.zst)?$/
const NAMED = /-([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})(?:_[0-9a-f-]{36})?\.jsonl(?:\.zst)?$/i
const ARCHIVE = 'archived_sessions'

/** Newest first; a compressed file beside its plain twin is left out. */
export function filesOfHome(home: string): RolloutFile[] {
  const files = [...walk(join(home, 'sessions')), ...walk(join(home, ARCHIVE))].map(fileOf)
  return files.sort((a, b) => (basename(a.path) < basename(b.path) ? 1 : -1))
}

/** Links are followed, each folder once. */
function* walk(folder: string, seen = new Set<string>()): Generator<string> {
  if (!existsSync(folder)) return
  const real = realpathSync(folder)
  if (seen.has(real)) return
  seen.add(real)
  const entries = readdirSync(folder, { withFileTypes: true })
  const names = new Set(entries.map(({ name }) => name))
  for (const entry of entries) {
    const path = join(folder, entry.name)
    const kind = entry.isSymbolicLink() ? statSync(path, { throwIfNoEntry: false }) : entry
    if (kind?.isDirectory()) yield* walk(path, seen)
    else if (!ROLLOUT.test(entry.name) || !kind?.isFile()) continue
    else if (!entry.name.endsWith('.zst') || !names.has(entry.name.slice(0, -4))) yield path
  }
}

export function isRolloutName(path: string): boolean {
  return ROLLOUT.test(path)
}

/** Throws the file system's error for one that is not there. */
export function fileOf(path: string): RolloutFile {
  const { size, mtimeMs } = statSync(path)
  return {
    path,
    size,
    mtimeMs,
    isArchived: basename(dirname(path)) === ARCHIVE,
    namedId: NAMED.exec(basename(path))?.[1]?.toLowerCase(),
  }
}

/** The home that a single file lies in, when it does lie in one: its other files may be the base of this one. */
export function homeOf(path: string): string | undefined {
  for (let at = dirname(path); at !== dirname(at); at = dirname(at)) {
    const name = basename(at)
    if (name === 'sessions' || name === ARCHIVE) return dirname(at)
  }
  return undefined
}

export function readCatalogue(home: string | undefined): Catalogue {
  if (home === undefined) return { name: () => null, goal: () => undefined }
  const names = indexNames(home)
  for (const row of queryCopy(join(home, 'state_5.sqlite'), 'SELECT id, name FROM threads')) {
    const id = text(row.id)
    const name = text(row.name)
    if (id !== undefined && name) names.set(id, name)
  }
  const goals = readGoals(home)
  return { name: (id) => names.get(id) ?? null, goal: (id) => goals.get(id) }
}

/** The last line of a thread wins. */
function indexNames(home: string): Map<string, string> {
  const names = new Map<string, string>()
  const file = join(home, 'session_index.jsonl')
  if (!existsSync(file)) return names
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const entry = parsed(line)
    const id = text(entry?.id)
    const name = text(entry?.thread_name)
    if (id !== undefined && name) names.set(id, name)
  }
  return names
}

function parsed(line: string) {
  try {
    return record(JSON.parse(line))
  } catch {
    return undefined
  }
}

const camel: Readonly<Record<string, string>> = {
  usage_limited: 'usageLimited',
  budget_limited: 'budgetLimited',
}

function readGoals(home: string): Map<string, ImportedGoal> {
  const goals = new Map<string, ImportedGoal>()
  for (const row of queryCopy(join(home, 'goals_1.sqlite'), 'SELECT * FROM thread_goals')) {
    const id = text(row.thread_id)
    const objective = text(row.objective)
    if (id === undefined || objective === undefined) continue
    const status = text(row.status) ?? 'paused'
    goals.set(id, {
      objective,
      status: camel[status] ?? status,
      tokenBudget: number(row.token_budget) ?? null,
      tokensUsed: number(row.tokens_used) ?? 0,
      timeUsedSeconds: number(row.time_used_seconds) ?? 0,
      createdAt: Math.floor((number(row.created_at_ms) ?? 0) / 1000),
      updatedAt: Math.floor((number(row.updated_at_ms) ?? 0) / 1000),
    })
  }
  return goals
}
