// Requests for what a thread holds: its turns, items, events and long outputs; part of the one list in methods.ts.
import { z } from 'zod'
import { Seq, ThreadId, TurnId } from './ids.ts'
import { ThreadItem } from './items.ts'
import { PageLimit, page, params, SortDirection } from './params.ts'
import { ItemsView, Turn } from './turns.ts'

export const cursors = { nextCursor: z.string().nullable(), backwardsCursor: z.string().nullable() }

export const TurnsPage = z.object({ data: z.array(Turn), ...cursors })

const itemEntry = z.object({
  turnId: TurnId,
  item: ThreadItem,
  startedAtMs: z.number().nullable(),
  completedAtMs: z.number().nullable(),
  /** True when a long output was left out; skein/item/output/read fetches it. */
  outputDeferred: z.boolean().optional(),
})

export const historyMethods = {
  'thread/turns/list': {
    params: params({
      threadId: ThreadId,
      ...page,
      sortDirection: SortDirection.optional(),
      itemsView: ItemsView.optional(),
    }),
    result: TurnsPage,
  },
  'thread/items/list': {
    params: params({
      threadId: ThreadId,
      turnId: TurnId.optional(),
      cursor: z
        .union([z.string(), z.object({ type: z.literal('item'), itemId: z.string() })])
        .optional(),
      limit: PageLimit.optional(),
      sortDirection: SortDirection.optional(),
      deferOutput: z
        .object({ commandExecution: z.boolean().nullish(), mcpToolCall: z.boolean().nullish() })
        .optional(),
    }),
    result: z.object({ data: z.array(itemEntry), ...cursors }),
  },
  'thread/items/read': {
    params: params({
      threadId: ThreadId,
      turnId: TurnId,
      itemIds: z.array(z.string()).min(1).max(100),
    }),
    result: z.object({ data: z.array(itemEntry) }),
  },
  /** Recorded events after one a client has seen, oldest first, with what they speak of as it is now. */
  'skein/event/list': {
    params: params({
      threadId: ThreadId,
      afterSeq: Seq,
      limit: PageLimit.optional(),
    }),
    result: z.object({
      /** Notifications as they were sent; of an event whose rows are gone there is none. */
      data: z.array(z.object({ method: z.string(), params: z.unknown(), seq: Seq })),
      /** Of the thread; there is more while the last one here is below. */
      lastSeq: Seq,
    }),
  },
  'skein/item/output/read': {
    params: params({
      threadId: ThreadId,
      itemId: z.string(),
      /** Bytes of UTF-8, like `length`, which is at most 1 MiB. */
      offset: z.number().int().nonnegative(),
      length: z.number().int().positive().max(1_048_576),
    }),
    result: z.object({
      text: z.string(),
      offset: z.number(),
      totalBytes: z.number(),
      omittedBytes: z.number(),
    }),
  },
} as const
