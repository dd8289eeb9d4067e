// Changes of what is known of a thread beside its words. Pure; refusals have the words of the wire.
import type { GitInfo, MemoryMode } from '../../protocol/index.ts'
import { SkeinError } from '../lib/errors.ts'
import type { ThreadEvent } from '../storage/thread-event.ts'
import { decideRename } from './decisions.ts'
import type { ThreadState } from './thread-state.ts'

/** Absent keeps, null clears. */
export interface MetadataPatch {
  readonly name?: string | null | undefined
  readonly gitInfo?:
    | { readonly [K in keyof GitInfo]?: string | null | undefined }
    | null
    | undefined
  readonly memoryMode?: MemoryMode | undefined
}

/** Throws SkeinError('invalidParams') for a patch that changes nothing. */
export function requireSomeField({ name, gitInfo, memoryMode }: MetadataPatch): void {
  if (name === undefined && gitInfo === undefined && memoryMode === undefined)
    throw new SkeinError('invalidParams', 'thread metadata update must include at least one field')
}

/** Refuses a patch without a field, blank fields, and threads that are not kept. */
export function decideMetadata(state: ThreadState, patch: MetadataPatch): readonly ThreadEvent[] {
  const { name, gitInfo, memoryMode } = patch
  requireSomeField(patch)
  const git = gitInfo && gitInfoAfter(state.gitInfo, gitInfo)
  if (state.snapshot.values.ephemeral)
    throw new SkeinError(
      'conflict',
      `ephemeral thread does not support metadata updates: ${state.id}`,
    )
  const events: ThreadEvent[] = []
  if (name === null) events.push({ type: 'threadRenamed', name: null })
  else if (name !== undefined) events.push(...decideRename(name))
  if (gitInfo !== undefined || memoryMode !== undefined)
    events.push({
      type: 'metadataChanged',
      ...(git !== undefined && { gitInfo: git }),
      ...(memoryMode !== undefined && { memoryMode }),
    })
  return events
}

const gitFields = ['sha', 'branch', 'originUrl'] as const

/** Null when nothing is left. */
function gitInfoAfter(
  before: GitInfo | null,
  patch: NonNullable<MetadataPatch['gitInfo']>,
): GitInfo | null {
  if (gitFields.every((field) => patch[field] === undefined))
    throw new SkeinError('invalidParams', 'gitInfo must include at least one field')
  const after: GitInfo = before ?? { sha: null, branch: null, originUrl: null }
  const next = { ...after }
  for (const field of gitFields) {
    const value = patch[field]
    if (value === undefined) continue
    const trimmed = value?.trim() ?? null
    if (trimmed === '') throw new SkeinError('invalidParams', `gitInfo.${field} must not be empty`)
    next[field] = trimmed
  }
  return gitFields.some((field) => next[field] !== null) ? next : null
}
