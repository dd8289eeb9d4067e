// Makes the state of a thread from what the app answers when it is read: no streaming here.
import type { Result, ThreadItem, ThreadSettingsView, Turn } from '../../protocol/index.ts'
import type { ItemView, ThreadSettings, ThreadState, TurnView } from './thread-state.ts'

type Resumed = Result<'thread/resume'>
type Setup = Result<'thread/start'>
type TurnsPage = Result<'thread/turns/list'>

export function itemView(item: ThreadItem, isOpen: boolean, isInterrupted = false): ItemView {
  return {
    key: item.id,
    item,
    isOpen,
    isInterrupted,
    isSuperseded: false,
    outputCut: null,
  }
}

/** An item of a turn that was read: open only while the turn runs, interrupted if it never ended. */
function readItem(item: ThreadItem, turn: Turn): ItemView {
  const unfinished = turn.status !== 'completed' && isUnfinished(item)
  const runs = turn.status === 'inProgress'
  return itemView(item, unfinished && runs, unfinished && !runs)
}

function isUnfinished(item: ThreadItem): boolean {
  if (item.type === 'userMessage') return false
  if ('status' in item) return item.status === 'inProgress'
  return (item.completedAtMs ?? null) === null
}

export function turnView(turn: Turn): TurnView {
  return {
    id: turn.id,
    number: turn.skein?.number ?? null,
    status: turn.status,
    error: turn.error,
    startedAtMs: turn.startedAt === null ? null : turn.startedAt * 1000,
    completedAtMs: turn.completedAt === null ? null : turn.completedAt * 1000,
    durationMs: turn.durationMs,
    items: turn.items.map((item) => readItem(item, turn)),
    retry: null,
    plan: turn.skein?.plan ?? null,
    diff: null,
    tokens: null,
    tokensBefore: null,
    snapshotId: turn.skein?.snapshotId ?? null,
    trigger: turn.skein?.trigger ?? null,
  }
}

function setupSettings(setup: Setup): ThreadSettings {
  return {
    cwd: setup.cwd,
    model: setup.model,
    modelProvider: setup.modelProvider,
    effort: setup.reasoningEffort,
    mode: 'default',
    approvalPolicy: setup.approvalPolicy,
    sandboxPolicy: setup.sandbox,
    permissions: setup.activePermissionProfile?.id ?? null,
    approvalsReviewer: setup.approvalsReviewer,
    serviceTier: setup.serviceTier,
    summary: null,
    personality: null,
  }
}

export function updatedSettings(view: ThreadSettingsView): ThreadSettings {
  return {
    cwd: view.cwd,
    model: view.model,
    modelProvider: view.modelProvider,
    effort: view.effort,
    mode: view.collaborationMode.mode,
    approvalPolicy: view.approvalPolicy,
    sandboxPolicy: view.sandboxPolicy,
    permissions: view.activePermissionProfile?.id ?? null,
    approvalsReviewer: view.approvalsReviewer,
    serviceTier: view.serviceTier,
    summary: view.summary,
    personality: view.personality,
  }
}

/** The state right after thread/start: nothing was said yet. */
export function startedState(state: ThreadState, setup: Setup): ThreadState {
  return {
    ...state,
    phase: 'ready',
    problem: null,
    isArchived: false,
    thread: setup.thread,
    settings: setupSettings(setup),
    status: setup.thread.status,
    lastSeq: setup.skein.lastSeq,
    snapshotSeq: setup.skein.lastSeq,
  }
}

/**
 * The state after the thread was read (again). Turns that were loaded before and lie in front of the newly read
 * ones stay, if the two pieces meet; what this window learned of a turn by watching (plan, diff, tokens) stays too.
 */
export function resumedState(state: ThreadState, resumed: Resumed): ThreadState {
  const page = resumed.initialTurnsPage ?? { data: [], nextCursor: null }
  const read = [...page.data].reverse().map((turn) => keepWatched(turnView(turn), state.turns))
  const first = read[0]
  const meetsAt = first ? state.turns.findIndex((turn) => turn.id === first.id) : -1
  const kept = meetsAt > 0 ? state.turns.slice(0, meetsAt) : []
  const olderCursor = meetsAt > 0 ? state.olderCursor : page.nextCursor
  const started = startedState(state, resumed)
  const mode = resumed.collaborationMode?.mode ?? 'default'
  return {
    ...started,
    settings: started.settings && { ...started.settings, mode },
    turns: [...kept, ...read],
    olderCursor,
    steers: read.at(-1)?.status === 'inProgress' ? state.steers : [],
  }
}

/** An archived thread is read without being loaded: its stored turns, and no settings to go on with. */
export function archivedState(
  state: ThreadState,
  read: Result<'thread/read'>,
  page: TurnsPage,
): ThreadState {
  return {
    ...state,
    phase: 'ready',
    problem: null,
    isArchived: true,
    thread: read.thread,
    settings: null,
    status: read.thread.status,
    turns: [...page.data].reverse().map(turnView),
    olderCursor: page.nextCursor,
    lastSeq: read.skein.lastSeq,
    snapshotSeq: read.skein.lastSeq,
    queue: [],
    steers: [],
  }
}

function keepWatched(turn: TurnView, known: readonly TurnView[]): TurnView {
  const before = known.find((candidate) => candidate.id === turn.id)
  if (!before) return turn
  const { diff, tokens, tokensBefore } = before
  return { ...turn, plan: turn.plan ?? before.plan, diff, tokens, tokensBefore }
}

/** Puts a page of older turns (newest first, as it is listed) in front of the loaded ones. */
export function withOlderTurns(state: ThreadState, page: TurnsPage): ThreadState {
  const known = new Set(state.turns.map((turn) => turn.id))
  const older = [...page.data]
    .reverse()
    .filter((turn) => !known.has(turn.id))
    .map(turnView)
  return {
    ...state,
    turns: [...older, ...state.turns],
    olderCursor: page.nextCursor,
    isLoadingOlder: false,
  }
}
