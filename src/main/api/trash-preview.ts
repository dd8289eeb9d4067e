// What deleted threads take on disk, and how many of them would go if they were kept for another time.
import type { Result } from '../../protocol/index.ts'
import type { Store } from '../storage/store.ts'

const DAY_MS = 24 * 3_600_000
const DAYS_DEFAULT = 30

/** Of `[storage] keep_deleted_days`; null: for ever. */
export function keptDays(
  storage: { keep_deleted_days?: number | 'forever' | undefined } | undefined,
): number | null {
  const days = storage?.keep_deleted_days ?? DAYS_DEFAULT
  return days === 'forever' ? null : days
}

export function keptMs(days: number | null): number | null {
  return days === null ? null : days * DAY_MS
}

/** Looked for piece by piece. Costs in proportion to what was deleted. */
export async function trashPreview(
  store: Pick<Store, 'trashPage'>,
  keepDays: number | null,
  nowMs: number,
): Promise<Result<'skein/store/trash'>> {
  const sums = { threads: 0, bytes: 0 }
  const due = { threads: 0, bytes: 0 }
  const ms = keptMs(keepDays)
  for (let after: number | null = 0; after !== null; ) {
    const page: Awaited<ReturnType<Store['trashPage']>> = await store.trashPage(after)
    for (const { bytes, deletedMs } of page.deleted)
      for (const sum of ms !== null && deletedMs < nowMs - ms ? [sums, due] : [sums]) {
        sum.threads += 1
        sum.bytes += bytes
      }
    after = page.next
  }
  return { keepDays, ...sums, due }
}
