// A thread as clients see it, made from its row or from its live state.
import type { GoalStatus, Thread, ThreadStatus, Turn } from '../../protocol/index.ts'
import { toUnixSeconds } from '../lib/clock.ts'
import type { ThreadRecord } from '../storage/store.ts'
import { environmentsOf } from '../threads/environments.ts'
import type { ThreadState } from '../threads/thread-state.ts'

/** The current settings of a loaded thread win over its row. */
export function threadFromState(
  state: ThreadState,
  status: ThreadStatus,
  turns: Turn[],
  goalStatus: GoalStatus | null = null,
): Thread {
  const { values } = state.snapshot
  return {
    ...emptyThread,
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
    skein: { ...emptyExtras, queued: state.queue.length, goalStatus },
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
    skein: {
      ...emptyExtras,
      queued: record.queued,
      goalStatus: record.goalStatus,
      damaged: record.damaged,
    },
  }
}

const emptyExtras = {
  pinned: null,
  snoozedUntilMs: null,
  queued: null,
  files: null,
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
