// Finds rollout files: all of a home, or those that were named; files of one thread come together.
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, sep } from 'node:path'
import type { GitInfo } from '../../protocol/index.ts'
import { messageOf } from '../lib/errors.ts'
import { queryCopy } from '../storage/foreign-database.ts'
import type { ImportedGoal } from '../storage/imported-thread.ts'
import { type Json, number, record, text } from './json.ts'

/** As far as its place and its name tell; plain, because it goes to other threads. */
export interface RolloutFile {
  readonly path: string
  readonly isArchived: boolean
  /** From its name; the one inside wins. Undefined for a file with a name of its own. */
  readonly namedId: string | undefined
  /** What other files call it: a part that was begun by a revert has an id of its own. */
  readonly partId: string | undefined
}

/** As the file system had it. */
export interface SeenFile extends RolloutFile {
  readonly size: number
  readonly mtimeMs: number
}

/** What a home knows of its threads beside their files; by thread id. */
export interface Catalogue {
  name(threadId: string): string | null
  createdMs(threadId: string): number | undefined
  git(threadId: string): GitInfo | undefined
  /** Null for a thread that has none; undefined where nothing is known of goals. */
  goal(threadId: string): ImportedGoal | null | undefined
}

const ROLLOUT = /\.jsonl(\.zst)?$/
const NAMED =
  /-([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})(?:_([0-9a-f-]{36}))?\.jsonl(?:\.zst)?$/i
const ARCHIVE = 'archived_sessions'

/** Hears of a place that cannot be looked into. */
export type Tell = (path: string, reason: string) => void

/** Newest first; a compressed file beside its plain twin is left out. */
export function filesOfHome(home: string, tell: Tell): RolloutFile[] {
  return filesIn([join(home, 'sessions'), join(home, ARCHIVE)], tell)
}

/** Of a home, or of a folder that is none and has rollouts somewhere in it. */
export function filesOfFolder(folder: string, tell: Tell): RolloutFile[] {
  return isHome(folder) ? filesOfHome(folder, tell) : filesIn([folder], tell)
}

export function isHome(folder: string): boolean {
  return ['sessions', ARCHIVE].some((name) => existsSync(join(folder, name)))
}

function filesIn(folders: readonly string[], tell: Tell): RolloutFile[] {
  const seen = new Set<string>()
  const found = folders.flatMap((folder) => [...walk(folder, tell, seen)])
  found.sort((a, b) => (a.name < b.name ? 1 : -1))
  return found.map(({ file }) => file)
}

interface Found {
  readonly name: string
  readonly file: RolloutFile
}

/** Links are followed, each folder once. */
function* walk(folder: string, tell: Tell, seen: Set<string>): Generator<Found> {
  const real = trying(() => realpathSync(folder), tell, folder)
  if (real === undefined || seen.has(real)) return
  seen.add(real)
  const entries = trying(() => readdirSync(folder, { withFileTypes: true }), tell, folder) ?? []
  const names = new Set(entries.map(({ name }) => name))
  const isArchived = isArchive(folder)
  for (const entry of entries) {
    const { name } = entry
    const path = inside(folder, name)
    const kind = entry.isSymbolicLink() ? trying(() => statSync(path), tell, path) : entry
    if (kind?.isDirectory()) yield* walk(path, tell, seen)
    else if (!ROLLOUT.test(name) || !kind?.isFile()) continue
    else if (!name.endsWith('.zst') || !names.has(name.slice(0, -4)))
      yield { name, file: { path, isArchived, ...idsIn(name) } }
  }
}

/** `join`, which looks at each character of a path: of thousands of files that is felt. */
function inside(folder: string, name: string): string {
  return folder.endsWith(sep) ? folder + name : folder + sep + name
}

/** What leads nowhere is not worth a word. */
function trying<T>(look: () => T, tell: Tell, path: string): T | undefined {
  try {
    return look()
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException
    if (code !== 'ENOENT' && code !== 'ELOOP') tell(path, messageOf(thrown))
    return undefined
  }
}

export function isRolloutName(path: string): boolean {
  return ROLLOUT.test(path)
}

export function fileOf(path: string): RolloutFile {
  return { path, isArchived: isArchivedPath(path), ...idsIn(basename(path)) }
}

/** Throws the file system's error for one that is not there. */
export function lookAt(file: RolloutFile): SeenFile {
  const { size, mtimeMs } = statSync(file.path)
  return { ...file, size, mtimeMs }
}

export function isArchivedPath(path: string): boolean {
  return isArchive(dirname(path))
}

function isArchive(folder: string): boolean {
  return basename(folder) === ARCHIVE
}

function idsIn(name: string): Pick<RolloutFile, 'namedId' | 'partId'> {
  const [, threadId, partId] = NAMED.exec(name) ?? []
  const namedId = threadId?.toLowerCase()
  return { namedId, partId: partId?.toLowerCase() ?? namedId }
}

/** The thread that a file says by its name to be of; undefined for a name of another kind. */
export function namedIdOf(path: string): string | undefined {
  return idsIn(basename(path)).namedId
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
  if (home === undefined) return emptyCatalogue
  const names = indexNames(home)
  const rows = new Map<string, Json>()
  // Not by column: older ones have fewer.
  for (const row of queryCopy(join(home, 'state_5.sqlite'), 'SELECT * FROM threads') ?? []) {
    const id = text(row.id)
    const name = text(row.name)
    if (id !== undefined && name) names.set(id, name)
    if (id !== undefined) rows.set(id, known(row))
  }
  const goals = readGoals(home)
  return {
    name: (id) => names.get(id) ?? null,
    createdMs: (id) => number(rows.get(id)?.created_at_ms),
    git: (id) => gitOf(rows.get(id)),
    goal: (id) => goals && (goals.get(id) ?? null),
  }
}

const emptyCatalogue: Catalogue = {
  name: () => null,
  createdMs: () => undefined,
  git: () => undefined,
  goal: () => undefined,
}

/** The rest of a row is as long as what was said first. */
function known({ created_at_ms, git_sha, git_branch, git_origin_url }: Json): Json {
  return { created_at_ms, git_sha, git_branch, git_origin_url }
}

function gitOf(row: Json | undefined): GitInfo | undefined {
  const sha = text(row?.git_sha) ?? null
  const branch = text(row?.git_branch) ?? null
  const originUrl = text(row?.git_origin_url) ?? null
  return sha === null && branch === null && originUrl === null
    ? undefined
    : { sha, branch, originUrl }
}

/** The last line of a thread wins. */
function indexNames(home: string): Map<string, string> {
  const names = new Map<string, string>()
  for (const line of readIfThere(join(home, 'session_index.jsonl')).split('\n')) {
    const entry = parsed(line)
    const id = text(entry?.id)
    const name = text(entry?.thread_name)
    if (id !== undefined && name) names.set(id, name)
  }
  return names
}

/** A help, never a need. */
function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
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

/** Undefined where they cannot be read. */
function readGoals(home: string): Map<string, ImportedGoal> | undefined {
  const rows = queryCopy(join(home, 'goals_1.sqlite'), 'SELECT * FROM thread_goals')
  if (!rows) return undefined
  const goals = new Map<string, ImportedGoal>()
  for (const row of rows) {
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
