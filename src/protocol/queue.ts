// A stored FIFO of user inputs that start as turns when the running one ends normally.
import { z } from 'zod'
import { ClientMetadata } from './client-context.ts'
import { UserInput } from './items.ts'

export const QueuedSubmission = z.object({
  id: z.string(),
  input: z.array(UserInput),
  clientUserMessageId: z.string().nullable(),
  responsesapiClientMetadata: ClientMetadata.nullable(),
})
export type QueuedSubmission = z.output<typeof QueuedSubmission>
