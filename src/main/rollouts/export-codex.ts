// Writes a thread as a rollout of the reference, in the form that every version of it reads.
import { existsSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import type { GitInfo } from '../../protocol/index.ts'
import { toUnixSeconds } from '../lib/clock.ts'
import { SkeinError } from '../lib/errors.ts'
import type { ModelItem } from '../model/model-item.ts'
import type { ExportPage, ExportRow } from '../storage/export-row.ts'
import type { ImportedGoal } from '../storage/imported-thread.ts'
import type { Store, ThreadRecord } from '../storage/store.ts'
import { eventsOf } from './export-events.ts'

export interface ExportPorts {
  readonly store: Store
  /** What a `turn_context` line says of the settings with this id. */
  turnContext(snapshotId: string): Promise<Readonly<Record<string, unknown>>>
  readonly signal: AbortSignal
}

export interface ExportResult {
  readonly turns: number
  readonly items: number
  readonly bytes: number
}

type Line = Readonly<Record<string, unknown>>

/** Rejects with SkeinError `conflict` when something is at `path`. Nothing stays behind when it fails. */
export async function exportCodex(
  record: ThreadRecord,
  path: string,
  ports: ExportPorts,
): Promise<ExportResult> {
  if (existsSync(path)) throw new SkeinError('conflict', `there is something at ${path} already`)
  const temporary = `${path}.tmp`
  const file = await open(temporary, 'wx', 0o600)
  const counts = { turns: 0, items: 0, bytes: 0 }
  try {
    for await (const lines of pagesOf(record, ports, counts)) {
      ports.signal.throwIfAborted()
      const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('')
      counts.bytes += Buffer.byteLength(text)
      await file.write(text)
    }
    await file.sync()
    await file.close()
    await rename(temporary, path)
  } catch (thrown) {
    await file.close().catch(() => undefined)
    await rm(temporary, { force: true })
    throw thrown
  }
  return counts
}

async function* pagesOf(
  record: ThreadRecord,
  ports: ExportPorts,
  counts: { turns: number; items: number },
): AsyncGenerator<Line[]> {
  const { store } = ports
  const stamp = createStamp(record.createdMs)
  yield [stamp('session_meta', metaOf(record), record.createdMs)]
  const model = await createModelLines(store, record.id)
  const turns = new Map<string, Extract<ExportRow, { k: 'turn' }>>()
  let said: string | null = null

  async function linesOf(row: ExportRow): Promise<Line[]> {
    switch (row.k) {
      case 'turn': {
        turns.set(row.id, row)
        counts.turns += 1
        const context = row.snapshotId ? await ports.turnContext(row.snapshotId) : undefined
        return turnStart(row, context).map((line) => stamp(...line))
      }
      case 'end': {
        const turn = turns.get(row.turn)
        const last = said
        said = null
        return turn ? [stamp('event_msg', turnEnd(turn, last), turn.endedMs)] : []
      }
      case 'item': {
        counts.items += 1
        if (row.item.type === 'agentMessage') said = row.item.text
        const atMs = row.item.completedAtMs ?? null
        return eventsOf(row.item, record.id, row.turn).map((payload) =>
          stamp('event_msg', payload, atMs),
        )
      }
      default:
        return model(row).map(([type, payload]) => stamp(type, payload, null))
    }
  }

  for (let start: number | null = 0; start !== null; ) {
    const page: ExportPage = await store.exportPage(record.id, start)
    const lines: Line[] = []
    for (const row of page.rows) lines.push(...(await linesOf(row)))
    yield lines
    start = page.next
  }
  const goal = await goalOf(store, record.id)
  if (goal) {
    const payload = { type: 'thread_goal_updated', threadId: record.id, goal }
    yield [stamp('event_msg', { ...payload, goal: { ...goal, threadId: record.id } }, null)]
  }
}

type Stamp = (type: string, payload: unknown, atMs: number | null) => Line

/** Times never go back, as in a file that was written line by line. */
function createStamp(firstMs: number): Stamp {
  let lastMs = firstMs
  return (type, payload, atMs) => {
    lastMs = Math.max(lastMs, atMs ?? 0)
    return { timestamp: new Date(lastMs).toISOString(), type, payload }
  }
}

function metaOf(record: ThreadRecord): Line {
  return {
    id: record.id,
    timestamp: new Date(record.createdMs).toISOString(),
    cwd: record.cwd,
    originator: record.originator ?? 'skein',
    cli_version: record.cliVersion,
    source: 'vscode',
    model_provider: record.modelProvider,
    history_mode: 'legacy',
    ...(record.forkedFromId !== null && { forked_from_id: record.forkedFromId }),
    ...(record.gitInfo && { git: gitOf(record.gitInfo) }),
  }
}

function gitOf({ sha, branch, originUrl }: GitInfo): Line {
  return {
    ...(sha !== null && { commit_hash: sha }),
    ...(branch !== null && { branch }),
    ...(originUrl !== null && { repository_url: originUrl }),
  }
}

/**
 * What the model reads, which may differ from the rows: where the history was summed up, the sum is written in the
 * place of everything before it.
 */
async function createModelLines(
  store: Store,
  threadId: string,
): Promise<(row: ExportRow) => [string, unknown][]> {
  let summedAt: number | undefined
  let after = 0
  for (let start: number | null = 0; start !== null; ) {
    const page: ExportPage = await store.exportPage(threadId, start)
    for (const row of page.rows) {
      if (row.k === 'compaction') {
        summedAt = row.ord
        after = 0
      } else if (row.k === 'model') after += 1
    }
    start = page.next
  }
  // All of it at once is much for this thread: asked for only where it is needed.
  const effective = summedAt === undefined ? [] : await store.modelHistory(threadId)
  return (row) => {
    if (row.k === 'model') return [['response_item', row.item satisfies ModelItem]]
    if (row.k !== 'compaction' || row.ord !== summedAt) return []
    const replacement = effective.slice(0, effective.length - after)
    return [['compacted', { message: '', replacement_history: replacement }]]
  }
}

/** As the reference writes it. */
async function goalOf(store: Store, threadId: string): Promise<ImportedGoal | null> {
  const goal = await store.findGoal(threadId)
  if (!goal) return null
  return {
    objective: goal.objective,
    status: goal.status,
    tokenBudget: goal.tokenBudget,
    tokensUsed: goal.tokensUsed,
    timeUsedSeconds: Math.floor(goal.timeUsedMs / 1000),
    createdAt: toUnixSeconds(goal.createdMs),
    updatedAt: toUnixSeconds(goal.updatedMs),
  }
}

type Unstamped = [type: string, payload: unknown, atMs: number | null]

function turnStart(
  turn: Extract<ExportRow, { k: 'turn' }>,
  context: Readonly<Record<string, unknown>> | undefined,
): Unstamped[] {
  const started = {
    type: 'task_started',
    turn_id: turn.id,
    root_turn_id: turn.rootTurnId ?? turn.id,
    started_at: seconds(turn.startedMs),
    model_context_window: null,
    collaboration_mode_kind: 'default',
  }
  const lines: Unstamped[] = [['event_msg', started, turn.startedMs]]
  if (context) lines.push(['turn_context', { turn_id: turn.id, ...context }, turn.startedMs])
  return lines
}

function turnEnd(turn: Extract<ExportRow, { k: 'turn' }>, said: string | null): Line {
  const common = {
    turn_id: turn.id,
    root_turn_id: turn.rootTurnId ?? turn.id,
    started_at: seconds(turn.startedMs),
    completed_at: seconds(turn.endedMs),
    duration_ms: turn.durationMs,
  }
  if (turn.status === 'interrupted')
    return { type: 'turn_aborted', ...common, reason: 'interrupted' }
  const error = turn.error && { message: turn.error.message, codex_error_info: 'other' }
  return {
    type: 'task_complete',
    ...common,
    last_agent_message: said,
    ...(error && { error }),
  }
}

function seconds(ms: number | null): number | null {
  return ms === null ? null : Math.floor(ms / 1000)
}
