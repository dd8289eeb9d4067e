// A thread as it was read, in the form the store takes: its row for lists, its content packed.
import type { GitInfo } from '../../protocol/index.ts'
import { partsOf } from '../storage/import-part.ts'
import type { ContentPart, ImportedThread, ImportSource } from '../storage/imported-thread.ts'
import type { StoredSnapshot } from '../storage/thread-event.ts'
import type { TurnContext } from './build-rows.ts'
import type { Catalogue, SeenFile } from './discover.ts'
import { type Json, record, text } from './json.ts'
import { storedForm } from './kept-lines.ts'
import { headHashOf, type ReadRollout } from './read-rollout.ts'
import { pathOf } from './rollout-items.ts'

const PREVIEW_CHARS_MAX = 400

/** The settings of a thread or of one of its turns, as its file tells them. */
export interface RolloutSettings {
  /** Null for a thread that never ran. */
  readonly model: string | null
  readonly modelProvider: string
  readonly cwd: string
  readonly source: string
  readonly threadSource: string | null
  readonly effort: string | null
  /** Absent for what the thread goes on with: that is decided here and not by a file. */
  readonly turn: TurnContext | undefined
}

/** Of one thread, as they were before they were read. */
export interface SeenFiles {
  readonly tip: SeenFile
  /** The tip too. */
  readonly files: readonly SeenFile[]
}

/** `takeSnapshots` is called after `snapshotOf`, for all snapshots the thread refers to that the store may lack. */
export function toImportedThread(
  read: ReadRollout,
  { tip, files }: SeenFiles,
  catalogue: Catalogue,
  snapshotOf: (settings: RolloutSettings) => StoredSnapshot,
  takeSnapshots: () => readonly StoredSnapshot[],
): ImportedThread {
  const { meta, built, id } = read
  const settings = settingsOf(meta, undefined, built)
  const snapshotId = snapshotOf(settings).id
  // Files do not say that a goal was taken away.
  const goal = catalogue.goal(id)
  const begunMs = Date.parse(text(meta.timestamp) ?? '') || built.lastAtMs
  const createdMs = catalogue.createdMs(id) ?? begunMs
  return {
    id,
    source: settings.source,
    threadSource: settings.threadSource,
    originator: text(meta.originator) ?? null,
    cliVersion: text(meta.cli_version) ?? 'unknown',
    historyMode: read.historyMode,
    forkedFromId: text(meta.forked_from_id) ?? null,
    git: catalogue.git(id) ?? gitOf(built.git),
    name: catalogue.name(id),
    preview: built.preview.slice(0, PREVIEW_CHARS_MAX).replace(/[\uD800-\uDBFF]$/, ''),
    cwd: settings.cwd,
    modelProvider: settings.modelProvider,
    model: settings.model,
    effort: settings.effort,
    snapshotId,
    snapshots: takeSnapshots(),
    archivedMs: tip.isArchived ? Math.round(tip.mtimeMs) : null,
    hasChangedTree: false,
    createdMs,
    updatedMs: built.lastAtMs || createdMs,
    // A fork, or what a revert left, is as new as its beginning.
    recencyMs: Math.max(built.recencyMs, begunMs),
    tokenUsage: built.tokenUsage,
    goal: goal === undefined ? built.goal : goal,
    turns: built.turns,
    items: built.items,
    sources: files.map((file) =>
      sourceOf(file, file === tip ? read.headHash : headHashOf(file.path), read.badCount),
    ),
    goneSources: [],
  }
}

function gitOf(said: Json | undefined): GitInfo | null {
  if (!said) return null
  return {
    sha: text(said.commit_hash) ?? null,
    branch: text(said.branch) ?? null,
    originUrl: text(said.repository_url) ?? null,
  }
}

/** What is to be stored of a thread, oldest first, until another one is read. */
export function* partsIn({ built, content }: ReadRollout): Generator<ContentPart> {
  if (built.rowCount === 0) return
  if (content.form === 'lines')
    yield { toOrd: built.rowCount, form: 'lines', content: storedForm(content.lines) }
  else
    for (const { toOrd, json } of partsOf(content.rows()))
      yield { toOrd, form: 'rows', content: [json] }
}

function sourceOf(
  { path, size, mtimeMs }: SeenFile,
  headHash: string,
  badLines: number,
): ImportSource {
  return { path, size, mtimeMs, headHash, badLines }
}

/** Of a turn where one is given, else of the thread as it was at the end. */
export function settingsOf(
  meta: Json,
  turn: TurnContext | undefined,
  built?: ReadRollout['built'],
): RolloutSettings {
  return {
    model: built?.model ?? text(turn?.model) ?? null,
    modelProvider: text(meta.model_provider) ?? 'openai',
    cwd: pathOf(text(turn?.cwd) ?? built?.cwd ?? text(meta.cwd) ?? '/'),
    source: sourceName(meta.source),
    threadSource: text(meta.thread_source) ?? null,
    effort: built?.effort ?? text(turn?.effort) ?? null,
    turn,
  }
}

const sourceNames: Readonly<Record<string, string>> = {
  cli: 'cli',
  vscode: 'vscode',
  exec: 'exec',
  mcp: 'appServer',
  app_server: 'appServer',
  appServer: 'appServer',
}

/** Threads that another thread started have a kind of their own, which lists leave out. */
function sourceName(source: unknown): string {
  if (source === undefined) return 'vscode'
  const name = text(source)
  if (name !== undefined) return sourceNames[name] ?? name
  const agent = record(source)?.subagent ?? record(source)?.sub_agent
  if (agent === undefined) return 'unknown'
  if (agent === 'review') return 'subAgentReview'
  if (agent === 'compact') return 'subAgentCompact'
  return record(agent)?.thread_spawn === undefined ? 'subAgentOther' : 'subAgentThreadSpawn'
}
