// Adapter: models behind the Chat Completions API, as Ollama, llama.cpp, LM Studio and vLLM offer it.
import type { HttpProvider, Waiting } from '../http-provider.ts'
import type { ModelClient } from '../model-client.ts'
import { createStreamClient } from '../stream-client.ts'
import { createChatReader } from './chat-events.ts'
import { chatBody } from './chat-request.ts'

export function createChatClient(provider: HttpProvider, waiting?: Waiting): ModelClient {
  return createStreamClient(
    provider,
    { path: '/chat/completions', body: chatBody, reader: createChatReader },
    waiting,
  )
}
