// A thread as clients see it, made from its row or from its live state.
import type { Thread, ThreadStatus, Turn } from '../../protocol/index.ts'
import { toUnixSeconds } from '../lib/clock.ts'
import type { ThreadRecord } from '../storage/store.ts'
import { environmentsOf } from '../threads/environments.ts'
import type { ThreadState } from '../threads/thread-state.ts'

/** The current settings of a loaded thread win over its row; its place in lists is the row's, once it has one. */
export function threadFromState(
  state: ThreadState,
  status: ThreadStatus,
  turns: Turn[],
  record?: ThreadRecord,
): Thread {
  const { values } = state.snapshot
  const place = record ? placeOf(record) : { projectId: state.startProjectId }
  return {
    ...emptyThread,
    ...place,
    id: state.id,
    sessionId: state.id,
    forkedFromId: state.forkedFromId,
    preview: state.preview,
    name: state.name,
    ephemeral: values.ephemeral,
    historyMode: state.historyMode,
    modelProvider: values.modelProvider,
    model: values.model,
    reasoningEffort: values.effort,
    createdAt: toUnixSeconds(state.createdAtMs),
    updatedAt: toUnixSeconds(state.updatedAtMs),
    recencyAt: toUnixSeconds(state.recencyAtMs),
    status,
    cwd: values.cwd,
    cliVersion: state.cliVersion,
    originator: state.originator,
    source: sourceView(values.source),
    threadSource: values.threadSource,
    gitInfo: state.gitInfo,
    canAcceptDirectInput: true,
    environments: environmentsOf(values),
    turns,
    skein: { ...emptyExtras, ...(record && extrasOf(record)), queued: state.queue.length },
  }
}

export function threadFromRecord(
  record: ThreadRecord,
  status: ThreadStatus,
  turns: Turn[] = [],
): Thread {
  return {
    ...emptyThread,
    id: record.id,
    sessionId: record.id,
    forkedFromId: record.forkedFromId,
    preview: record.preview,
    name: record.name,
    historyMode: record.historyMode,
    modelProvider: record.modelProvider,
    model: record.model,
    reasoningEffort: record.effort,
    createdAt: toUnixSeconds(record.createdMs),
    updatedAt: toUnixSeconds(record.updatedMs),
    recencyAt: toUnixSeconds(record.recencyMs),
    status,
    cwd: record.cwd,
    cliVersion: record.cliVersion,
    originator: record.originator,
    source: sourceView(record.source),
    threadSource: record.threadSource,
    gitInfo: record.gitInfo,
    turns,
    ...placeOf(record),
    skein: extrasOf(record),
  }
}

function placeOf({ section, sectionEnteredMs, projectId }: ThreadRecord) {
  const sectionEnteredAt = sectionEnteredMs === null ? null : toUnixSeconds(sectionEnteredMs)
  return { section, sectionEnteredAt, projectId }
}

function extrasOf(record: ThreadRecord): NonNullable<Thread['skein']> {
  const { pinned, snoozedUntilMs, queued, files, unread, goalStatus, damaged } = record
  return { pinned, snoozedUntilMs, queued, files: { ...files }, unread, goalStatus, damaged }
}

const emptyExtras = {
  pinned: null,
  snoozedUntilMs: null,
  queued: null,
  files: null,
  unread: null,
  goalStatus: null,
  damaged: false,
}

const emptyThread = {
  parentThreadId: null,
  attachedToThreadId: null,
  ephemeral: false,
  path: null,
  gitInfo: null,
  canAcceptDirectInput: null,
  agentNickname: null,
  agentRole: null,
  environments: null,
  section: null,
  sectionEnteredAt: null,
  projectId: null,
  extra: null,
  daybreakEnabled: null,
}

function sourceView(source: string): Thread['source'] {
  switch (source) {
    case 'cli':
    case 'vscode':
    case 'exec':
    case 'appServer':
    case 'unknown':
      return source
    default:
      return { custom: source }
  }
}
