// How request parameters are declared: optional ones may be absent or null with the same meaning,
// unless their schema itself accepts null (a tri-state field: absent, null and a value differ).
import { z } from 'zod'

/** Drops null members whose schema does not accept null, so that "null" reads as "absent". */
export function params<S extends z.ZodRawShape>(shape: S) {
  const nullIsAbsent = Object.keys(shape).filter(
    (key) => !(shape[key] as z.ZodType).safeParse(null).success,
  )
  const dropNulls = (raw: unknown): unknown => {
    if (raw === undefined || raw === null) return {}
    if (typeof raw !== 'object' || Array.isArray(raw)) return raw
    const members = raw as Record<string, unknown>
    if (!nullIsAbsent.some((key) => members[key] === null)) return raw
    const kept = { ...members }
    for (const key of nullIsAbsent) if (kept[key] === null) delete kept[key]
    return kept
  }
  return z.preprocess(dropNulls, z.object(shape))
}

/** Page parameters of every list: `limit` is clamped to 1..100 by the handler, default 25. */
export const page = {
  cursor: z.string().optional(),
  limit: z.number().int().optional(),
}

export const SortDirection = z.enum(['asc', 'desc'])
export type SortDirection = z.output<typeof SortDirection>
