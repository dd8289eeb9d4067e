// Adapter: models behind the Responses API.
import type { HttpProvider, Waiting } from './http-provider.ts'
import type { ModelClient } from './model-client.ts'
import { createResponseReader } from './responses-events.ts'
import { responsesBody } from './responses-request.ts'
import { createStreamClient } from './stream-client.ts'

export function createResponsesClient(provider: HttpProvider, waiting?: Waiting): ModelClient {
  return createStreamClient(
    provider,
    {
      path: '/responses',
      body: responsesBody,
      reader: () => ({ read: createResponseReader(), end: () => undefined }),
    },
    waiting,
  )
}
