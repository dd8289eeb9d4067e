// How request parameters are declared: optional ones may be absent or null with the same meaning,
// unless their schema itself accepts null (a tri-state field: absent, null and a value differ).
import { z } from 'zod'

/** Drops null members whose schema does not accept null, so that "null" reads as "absent". */
export function params<S extends z.ZodRawShape>(shape: S) {
  // Asked only of members that are null, as asking every schema would cost each start of the app.
  const isAbsent = (key: string, value: unknown): boolean =>
    value === null &&
    Object.hasOwn(shape, key) &&
    !z.safeParse(shape[key] as z.ZodType, null).success &&
    z.safeParse(shape[key] as z.ZodType, undefined).success
  const dropNulls = (raw: unknown): unknown => {
    if (raw === undefined || raw === null) return {}
    if (typeof raw !== 'object' || Array.isArray(raw)) return raw
    const members = Object.entries(raw)
    const kept = members.filter(([key, value]) => !isAbsent(key, value))
    return kept.length === members.length ? raw : Object.fromEntries(kept)
  }
  return z.preprocess(dropNulls, z.object(shape))
}

/** Clamped to 1..100 by the handler, 25 by default; what is no unsigned 32-bit number is refused. */
export const PageLimit = z.number().int().min(0).max(0xffff_ffff)

/** Parameters of every list. */
export const page = {
  cursor: z.string().optional(),
  limit: PageLimit.optional(),
}

export const SortDirection = z.enum(['asc', 'desc'])
export type SortDirection = z.output<typeof SortDirection>
