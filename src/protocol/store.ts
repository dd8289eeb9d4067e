// The store as clients see it: long work on it (tasks), import and export of threads, backups.
import { z } from 'zod'
import { ThreadId } from './ids.ts'
import { params } from './params.ts'
import { SearchProgress } from './search.ts'

export const Task = z.object({
  id: z.string(),
  kind: z.enum(['import', 'export', 'backup', 'reindex', 'migration', 'cleanup']),
  status: z.enum(['running', 'completed', 'failed', 'cancelled']),
  /** In `unit`s; `total` is null while it is not known. */
  done: z.number(),
  total: z.number().nullable(),
  unit: z.string(),
  message: z.string().nullable(),
  startedAtMs: z.number(),
  endedAtMs: z.number().nullable(),
})
export type Task = z.output<typeof Task>

export const ImportReport = z.object({
  /** Newly imported ones. */
  threads: z.number(),
  items: z.number(),
  alreadyPresent: z.number(),
  skipped: z.array(z.object({ path: z.string(), reason: z.string() })),
  /** With `line`: that line alone was left out. Without: the whole file was. */
  failed: z.array(z.object({ path: z.string(), line: z.number().optional(), reason: z.string() })),
  cancelled: z.boolean(),
})
export type ImportReport = z.output<typeof ImportReport>

export const ThreadSize = z.object({
  threadId: ThreadId,
  /** Its name, or how it began. */
  title: z.string(),
  /** On disk, with content that other threads may share. */
  bytes: z.number(),
})
export type ThreadSize = z.output<typeof ThreadSize>

export const StoreHealth = z.object({
  state: z.enum(['healthy', 'repaired', 'damaged', 'readOnly']),
  /** When the database was last looked through as a whole and nothing was wrong. */
  checkedAtMs: z.number().nullable(),
  reason: z.string().nullable(),
  repairs: z.array(z.object({ kind: z.string(), count: z.number(), text: z.string() })),
  bytes: z.object({
    database: z.number(),
    wal: z.number(),
    /** Threads that were imported and not used yet. */
    imports: z.number(),
    search: z.number(),
    blobs: z.number(),
    free: z.number(),
  }),
  search: SearchProgress,
})
export type StoreHealth = z.output<typeof StoreHealth>

export const storeMethods = {
  'skein/store/health': { params: params({}), result: StoreHealth },
  /** Looks through the whole database while everything goes on; with many threads that takes a while. */
  'skein/store/check': { params: params({}), result: StoreHealth },
  'skein/rollout/import': {
    params: params({
      paths: z.array(z.string()).optional(),
      codexHome: z.string().optional(),
    }),
    result: ImportReport,
  },
  'skein/rollout/export': {
    params: params({
      threadId: ThreadId,
      /** Absolute; nothing may be there yet. */
      path: z.string(),
      format: z.enum(['codex', 'skein']),
    }),
    result: z.object({
      threadId: ThreadId,
      path: z.string(),
      turns: z.number(),
      items: z.number(),
      bytes: z.number(),
    }),
  },
  'skein/task/list': { params: params({}), result: z.object({ data: z.array(Task) }) },
  'skein/task/cancel': {
    params: params({ taskId: z.string() }),
    result: z.object({ cancelled: z.boolean() }),
  },
  'skein/store/backup': {
    params: params({
      /** Absolute; absent: a new file in the profile's backups folder. */
      path: z.string().optional(),
    }),
    result: z.object({ path: z.string(), bytes: z.number() }),
  },
  /** What deleted threads take until they are removed from the disk, and what would go at once. */
  'skein/store/trash': {
    params: params({
      /** Days they would be kept, null for ever; absent: as `storage.keep_deleted_days` says. */
      keepDays: z.number().int().min(1).nullable().optional(),
    }),
    result: z.object({
      keepDays: z.number().nullable(),
      threads: z.number(),
      bytes: z.number(),
      due: z.object({ threads: z.number(), bytes: z.number() }),
    }),
  },
  'skein/store/threadSizes': {
    params: params({
      /** Up to 100; absent: the largest threads, largest first. */
      threadIds: z.array(ThreadId).max(100).optional(),
      /** Of the largest: 20 when absent, up to 100. */
      limit: z.number().int().min(1).max(100).optional(),
    }),
    /** Deleted and unknown threads are left out. */
    result: z.object({ data: z.array(ThreadSize) }),
  },
} as const
