// Files found by a few letters of their paths.
import { z } from 'zod'
import { params } from './params.ts'

export const FoundFile = z.object({
  /** One of the folders that were searched. */
  root: z.string(),
  /** From there, with forward slashes. */
  path: z.string(),
  match_type: z.enum(['file', 'directory']),
  file_name: z.string(),
  /** Higher is better; comparable within one answer only. */
  score: z.number().int(),
  /** Places of the matched characters in `path`, ascending. */
  indices: z.array(z.number().int()).nullable(),
})
export type FoundFile = z.output<typeof FoundFile>

export const fileMethods = {
  fuzzyFileSearch: {
    params: params({
      query: z.string(),
      roots: z.array(z.string()),
      /** A search with the same token takes the place of an earlier one, which then finds nothing. */
      cancellationToken: z.string().nullish(),
    }),
    result: z.object({ files: z.array(FoundFile) }),
  },
  'fuzzyFileSearch/sessionStart': {
    params: params({ sessionId: z.string(), roots: z.array(z.string()) }),
    result: z.object({}),
  },
  'fuzzyFileSearch/sessionUpdate': {
    params: params({ sessionId: z.string(), query: z.string() }),
    result: z.object({}),
  },
  'fuzzyFileSearch/sessionStop': {
    params: params({ sessionId: z.string() }),
    result: z.object({}),
  },
} as const
