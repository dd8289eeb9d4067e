// Files found by a few letters of their paths.
import { z } from 'zod'

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
