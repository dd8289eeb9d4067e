// The state of a thread as the store has it: what a live one begins with when it is loaded.
import type { StoredThread } from '../storage/store.ts'
import { readSnapshot } from './config-snapshot.ts'
import type { ThreadState } from './thread-state.ts'

/** Throws SkeinError('corrupt') when its settings cannot be read. */
export function storedState({
  record,
  snapshot,
  tokenUsage,
  queue,
  lastTurnStatus,
}: StoredThread): ThreadState {
  return {
    id: record.id,
    stored: true,
    lastSeq: record.lastSeq,
    snapshot: readSnapshot(snapshot),
    name: record.name,
    preview: record.preview,
    archived: record.archivedMs !== null,
    deleted: false,
    createdAtMs: record.createdMs,
    updatedAtMs: record.updatedMs,
    recencyAtMs: record.recencyMs,
    originator: record.originator,
    cliVersion: record.cliVersion,
    historyMode: record.historyMode,
    imported: record.origin === 'import',
    base: null,
    forkedFromId: record.forkedFromId,
    startProjectId: record.projectId,
    gitInfo: record.gitInfo,
    memoryMode: record.memoryMode,
    turnCount: record.turnCount,
    tokenUsage,
    queue,
    failed: lastTurnStatus === 'failed',
    turn: null,
  }
}
