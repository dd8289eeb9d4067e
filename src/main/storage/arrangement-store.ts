// Port: how a person puts threads in order. Each change is decided and made in one transaction, and has been
// committed when it answers; a refusal is a SkeinError, and nothing is changed then.
import type {
  Project,
  ThreadAttachment,
  ThreadId,
  ThreadReadState,
  ThreadSection,
} from '../../protocol/index.ts'

type Appearance = ThreadSection['appearance']

/** The port of the store has a page of its own, which knows its start too. */
export interface ListPage<T> {
  readonly data: readonly T[]
  readonly nextCursor: string | null
}

export interface PageQuery {
  readonly cursor: string | undefined
  readonly limit: number
}

export interface ProjectsQuery extends PageQuery {
  readonly sortKey: 'position' | 'recencyAt'
  readonly sortDirection: 'asc' | 'desc'
}

export interface ProjectFields {
  readonly name: string
  readonly roots: readonly { readonly path: string }[]
  readonly metadata: Readonly<Record<string, string>>
}

/** How a thread is marked, as lists show it. */
export interface ThreadMark {
  readonly threadId: ThreadId
  readonly pinned: boolean
  readonly snoozedUntilMs: number | null
}

/** `draft` null: nothing is left of it. `rev` grows with every write. */
export interface StoredDraft {
  readonly draft: unknown
  readonly rev: number
}

export interface ArrangementReads {
  sectionsPage(query: PageQuery): Promise<ListPage<ThreadSection>>
  projectsPage(query: ProjectsQuery): Promise<ListPage<Project>>
  findProject(id: string): Promise<Project | undefined>
  attachmentsPage(
    query: PageQuery & { readonly threadId: ThreadId },
  ): Promise<ListPage<ThreadAttachment>>
  /** Null: the draft of the page where threads begin. */
  readDraft(threadId: ThreadId | null): Promise<StoredDraft>
}

export interface ArrangementChanges {
  createSection(section: ThreadSection): Promise<ThreadSection>
  /** `appearance` absent keeps what is there. */
  updateSection(change: {
    readonly id: string
    readonly name: string
    readonly appearance?: Appearance | undefined
  }): Promise<ThreadSection>
  deleteSection(id: string): Promise<void>
  moveSection(move: { readonly id: string; readonly beforeId: string | undefined }): Promise<void>
  moveThread(move: {
    readonly threadId: ThreadId
    readonly sectionId: string | null
    readonly beforeThreadId: ThreadId | undefined
    readonly atMs: number
  }): Promise<void>

  /** The project that has the key already, or a new one. */
  createProject(
    project: ProjectFields & {
      readonly id: string
      readonly idempotencyKey: string
      readonly atMs: number
    },
  ): Promise<{ readonly project: Project; readonly isNew: boolean }>
  updateProject(
    change: { readonly [K in keyof ProjectFields]?: ProjectFields[K] | undefined } & {
      readonly id: string
      readonly atMs: number
    },
  ): Promise<Project>
  moveProject(move: { readonly id: string; readonly beforeId: string | undefined }): Promise<void>
  deleteProject(id: string): Promise<void>
  assignProject(change: {
    readonly threadId: ThreadId
    readonly projectId: string | null
  }): Promise<void>

  changeReadState(change: {
    readonly threadId: ThreadId
    readonly operation: 'read' | 'unread'
    readonly fromTurnId: string | undefined
    readonly expectedRevision: string
  }): Promise<ThreadReadState>
  /** Absent members keep what is there. */
  markThreads(change: {
    readonly threadIds: readonly ThreadId[]
    readonly pinned?: boolean | undefined
    readonly snoozedUntilMs?: number | null | undefined
  }): Promise<readonly ThreadMark[]>

  addAttachment(attachment: {
    readonly threadId: ThreadId
    readonly id: string
    readonly attachmentType: string
    readonly identityKey: string
    readonly payload: unknown
    readonly atMs: number
  }): Promise<{ readonly attachment: ThreadAttachment; readonly isNew: boolean }>
  /** The id of what was removed; null when there was nothing. */
  removeAttachment(attachment: {
    readonly threadId: ThreadId
    readonly attachmentType: string
    readonly identityKey: string
  }): Promise<string | null>
  writeDraft(write: {
    readonly threadId: ThreadId | null
    readonly draft: unknown
    readonly expectedRev: number | undefined
    readonly atMs: number
  }): Promise<StoredDraft>
}

export const changeNames = [
  'createSection',
  'updateSection',
  'deleteSection',
  'moveSection',
  'moveThread',
  'createProject',
  'updateProject',
  'moveProject',
  'deleteProject',
  'assignProject',
  'changeReadState',
  'markThreads',
  'addAttachment',
  'removeAttachment',
  'writeDraft',
] as const satisfies readonly (keyof ArrangementChanges)[]
