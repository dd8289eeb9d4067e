// Full-text search over threads, and literal search within one.
import { z } from 'zod'
import { ThreadId, TurnId } from './ids.ts'
import { page, params, SortDirection } from './params.ts'
import { SourceFilter, Thread } from './threads.ts'

/** Place of a match in a snippet: UTF-16 units, end exclusive. */
export const MatchRange = z.object({ start: z.number(), end: z.number() })
export type MatchRange = z.output<typeof MatchRange>

/** What a hit was found in. */
export const SearchKind = z.enum(['title', 'user', 'agent', 'command', 'output', 'file', 'error'])
export type SearchKind = z.output<typeof SearchKind>

export const SearchHit = z.object({
  kind: SearchKind,
  /** Null for titles. */
  turnId: TurnId.nullable(),
  /** Null for titles and errors of turns. */
  itemId: z.string().nullable(),
  snippet: z.string(),
  /** Null when the match lies outside the words shown. */
  range: MatchRange.nullable(),
  atMs: z.number().nullable(),
})
export type SearchHit = z.output<typeof SearchHit>

/** How far the index is; results are complete once it is ready. */
export const SearchProgress = z.object({
  ready: z.boolean(),
  done: z.number(),
  total: z.number(),
})
export type SearchProgress = z.output<typeof SearchProgress>

export const searchMethods = {
  'thread/search': {
    params: params({
      searchTerm: z.string(),
      ...page,
      sortKey: z.enum(['created_at', 'updated_at', 'recency_at']).optional(),
      sortDirection: SortDirection.optional(),
      sourceKinds: z.array(SourceFilter).optional(),
      archived: z.boolean().optional(),
      /** `operators`: read the term with kind:, in:title, "phrase", -word and so on; without it, as one phrase. */
      skein: z.object({ operators: z.boolean().optional() }).nullish(),
    }),
    result: z.object({
      data: z.array(
        z.object({
          thread: Thread,
          snippet: z.string(),
          /** With operators: the first hits of the thread. */
          skein: z.object({ hits: z.array(SearchHit) }).optional(),
        }),
      ),
      nextCursor: z.string().nullable(),
      backwardsCursor: z.string().nullable(),
      /** With operators: hits on the other side of the archive (null: many), and what could not be read. */
      skein: z
        .object({
          elsewhere: z.number().nullable(),
          problem: z.string().nullable(),
          index: SearchProgress,
        })
        .optional(),
    }),
  },
  'thread/searchOccurrences': {
    params: params({ threadId: ThreadId, searchTerm: z.string(), ...page }),
    result: z.object({
      data: z.array(
        z.object({
          turnId: TurnId,
          itemId: z.string(),
          snippet: z.string(),
          snippetMatchRange: MatchRange,
          turnCursor: z.string(),
        }),
      ),
      nextCursor: z.string().nullable(),
    }),
  },
} as const
