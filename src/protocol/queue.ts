// A stored FIFO of user inputs that start as turns when the running one ends normally, and the requests about it.
import { z } from 'zod'
import { ClientMetadata } from './client-context.ts'
import { ThreadId } from './ids.ts'
import { UserInput } from './items.ts'
import { page, params } from './params.ts'
import { Turn } from './turns.ts'

const empty = z.object({})

export const QueuedSubmission = z.object({
  id: z.string(),
  input: z.array(UserInput),
  clientUserMessageId: z.string().nullable(),
  responsesapiClientMetadata: ClientMetadata.nullable(),
})
export type QueuedSubmission = z.output<typeof QueuedSubmission>

export const queueMethods = {
  'thread/queue/add': {
    params: params({
      threadId: ThreadId,
      input: z.array(UserInput),
      clientUserMessageId: z.string(),
      responsesapiClientMetadata: ClientMetadata.optional(),
    }),
    result: z.object({ queuedSubmission: QueuedSubmission }),
  },
  'thread/queue/list': {
    params: params({ threadId: ThreadId, ...page }),
    result: z.object({ data: z.array(QueuedSubmission), nextCursor: z.string().nullable() }),
  },
  'thread/queue/update': {
    params: params({
      threadId: ThreadId,
      queuedSubmissionId: z.string(),
      input: z.array(UserInput),
    }),
    result: z.object({ queuedSubmission: QueuedSubmission }),
  },
  'thread/queue/delete': {
    params: params({ threadId: ThreadId, queuedSubmissionId: z.string() }),
    result: z.object({ deleted: z.boolean() }),
  },
  'thread/queue/reorder': {
    params: params({ threadId: ThreadId, queuedSubmissionIds: z.array(z.string()) }),
    result: empty,
  },
  'thread/queue/start': {
    params: params({ threadId: ThreadId, queuedSubmissionId: z.string().optional() }),
    result: z.object({ turn: Turn }),
  },
} as const
