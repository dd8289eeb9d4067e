// How a person puts threads in order: sections, projects, what is pinned, snoozed, read, attached and drafted.
import { z } from 'zod'
import { ThreadId, TurnId } from './ids.ts'
import { page, params, SortDirection } from './params.ts'

const empty = z.object({})

/** How a section looks where clients show it. */
export const SectionAppearance = z.object({
  icon: z.string().nullable(),
  color: z.string().nullable(),
})

/** A named part of the thread list, in an order of the person's own. */
export const ThreadSection = z.object({
  id: z.string(),
  name: z.string(),
  appearance: SectionAppearance.nullable(),
})
export type ThreadSection = z.output<typeof ThreadSection>

/** Folders that belong together, and the threads that work on them. Times are Unix seconds. */
export const Project = z.object({
  id: z.string(),
  name: z.string(),
  roots: z.array(z.object({ path: z.string() })),
  metadata: z.record(z.string(), z.string()),
  /** Its place among all projects, from 0. */
  position: z.number(),
  createdAt: z.number(),
  updatedAt: z.number(),
  /** Of its most recent thread outside the archive; null without one. */
  recencyAt: z.number().nullable(),
})
export type Project = z.output<typeof Project>

/** Where a person stopped reading. `revision` is opaque: a change must name the one it was decided on. */
export const ThreadReadState = z.object({
  firstUnread: z
    .union([
      z.object({ type: z.literal('threadStart') }),
      z.object({ type: z.literal('turn'), turnId: TurnId }),
    ])
    .nullable(),
  revision: z.string(),
})
export type ThreadReadState = z.output<typeof ThreadReadState>

/** Something a client keeps with a thread, known by its type and key. */
export const ThreadAttachment = z.object({
  id: z.string(),
  attachmentType: z.string(),
  identityKey: z.string(),
  payload: z.unknown(),
  /** Unix seconds. */
  createdAt: z.number(),
})
export type ThreadAttachment = z.output<typeof ThreadAttachment>

const changeType = z.enum(['created', 'updated', 'deleted'])

const identity = { attachmentType: z.string(), identityKey: z.string() }
const projectFields = {
  name: z.string(),
  roots: z.array(z.object({ path: z.string() })).max(1000),
  metadata: z.record(z.string(), z.string()),
}

export const arrangementMethods = {
  'threadSection/list': {
    params: params({ ...page }),
    result: z.object({ data: z.array(ThreadSection), nextCursor: z.string().nullable() }),
  },
  'threadSection/create': {
    params: params({ name: z.string(), appearance: SectionAppearance.optional() }),
    result: z.object({ section: ThreadSection }),
  },
  'threadSection/update': {
    params: params({
      sectionId: z.string(),
      name: z.string(),
      /** Tri-state: absent keeps, null clears. */
      appearance: SectionAppearance.nullable().optional(),
    }),
    result: z.object({ section: ThreadSection }),
  },
  /** Its threads stay, without a section. */
  'threadSection/delete': { params: params({ sectionId: z.string() }), result: empty },
  /** Puts a section before another one, or at the end. */
  'skein/section/move': {
    params: params({ sectionId: z.string(), beforeSectionId: z.string().optional() }),
    result: empty,
  },
  'thread/section/move': {
    params: params({
      threadId: ThreadId,
      /** Null: out of its section. */
      sectionId: z.string().nullable(),
      /** A thread of that section; absent: to its end. */
      beforeThreadId: ThreadId.optional(),
    }),
    result: empty,
  },

  'project/list': {
    params: params({
      ...page,
      /** Default `position`; by `recencyAt`, empty projects come last. */
      sortKey: z.enum(['position', 'recencyAt']).optional(),
      sortDirection: SortDirection.optional(),
    }),
    result: z.object({ data: z.array(Project), nextCursor: z.string().nullable() }),
  },
  'project/read': {
    params: params({ projectId: z.string() }),
    result: z.object({ project: Project }),
  },
  /** The same key again answers with the project that was made under it. */
  'project/create': {
    params: params({
      ...projectFields,
      metadata: projectFields.metadata.optional(),
      idempotencyKey: z.string(),
    }),
    result: z.object({ project: Project }),
  },
  'project/update': {
    params: params({
      projectId: z.string(),
      name: projectFields.name.optional(),
      roots: projectFields.roots.optional(),
      metadata: projectFields.metadata.optional(),
    }),
    result: z.object({ project: Project }),
  },
  'project/move': {
    params: params({ projectId: z.string(), beforeProjectId: z.string().optional() }),
    result: empty,
  },
  /** Its threads stay, without a project. */
  'project/delete': { params: params({ projectId: z.string() }), result: empty },

  'thread/readState/update': {
    params: params({
      threadId: ThreadId,
      operation: z.object({ type: z.enum(['read', 'unread']) }),
      expectedRevision: z.string(),
      /** With `unread`: the first unread turn; without it all of the thread is. */
      skein: z.object({ fromTurnId: TurnId.optional() }).optional(),
    }),
    result: z.object({ readState: ThreadReadState }),
  },
  /** What is there already under that type and key stays as it is. */
  'thread/attachment/add': {
    params: params({ threadId: ThreadId, ...identity, payload: z.unknown().nullable() }),
    result: z.object({ outcome: z.enum(['created', 'existing']), attachment: ThreadAttachment }),
  },
  'thread/attachment/list': {
    params: params({ threadId: ThreadId, ...page }),
    result: z.object({ data: z.array(ThreadAttachment), nextCursor: z.string().nullable() }),
  },
  'thread/attachment/remove': {
    params: params({ threadId: ThreadId, ...identity }),
    result: empty,
  },

  /** All of the threads, or none when one of them is not there. */
  'skein/thread/mark': {
    params: params({
      threadIds: z.array(ThreadId).min(1).max(10_000),
      pinned: z.boolean().optional(),
      /** Tri-state: absent keeps, null ends the snooze. */
      snoozedUntilMs: z.number().int().nullable().optional(),
    }),
    result: empty,
  },
  /** What a person has typed and not sent. Without a thread: on the page where threads begin. */
  'skein/draft/read': {
    params: params({ threadId: ThreadId.optional() }),
    result: z.object({ draft: z.unknown().nullable(), rev: z.number() }),
  },
  'skein/draft/write': {
    params: params({
      threadId: ThreadId.optional(),
      /** Any JSON; null: nothing is left of it. */
      draft: z.unknown().nullable(),
      /** Refused with `draft_changed` when somebody else wrote since. */
      expectedRev: z.number().optional(),
    }),
    result: z.object({ draft: z.unknown().nullable(), rev: z.number() }),
  },
} as const

export const arrangementNotifications = {
  'thread/section/changed': z.object({ threadId: ThreadId, sectionId: z.string().nullable() }),
  'thread/project/updated': z.object({ threadId: ThreadId, projectId: z.string().nullable() }),
  'project/changed': z.object({ projectId: z.string(), changeType }),
  'skein/section/changed': z.object({ sectionId: z.string(), changeType }),
  'thread/readState/changed': z.object({ threadId: ThreadId, readState: ThreadReadState }),
  'thread/attachment/updated': z.object({
    threadId: ThreadId,
    ...identity,
    attachmentId: z.string(),
    operation: z.enum(['created', 'deleted']),
  }),
  'skein/thread/marked': z.object({
    threadId: ThreadId,
    pinned: z.boolean(),
    snoozedUntilMs: z.number().nullable(),
  }),
  /** `threadId` null: the draft of the page where threads begin. */
  'skein/draft/changed': z.object({ threadId: ThreadId.nullable(), rev: z.number() }),
} as const
