// Builders of what a Chat Completions server streams, for the scripted model server. Plain data: nothing here imports
// the app.
import { type Reply, steps, writeText } from './responses-server.ts'

type Chunk = Readonly<Record<string, unknown>>

/** All chunks at once; text goes over the wire as it is, like the `[DONE]` that ends most streams. */
export function chatStream(...chunks: readonly (Chunk | string)[]): Reply {
  return steps(writeText(chatText(...chunks)))
}

export function chatText(...chunks: readonly (Chunk | string)[]): string {
  return chunks
    .map((chunk) => `data: ${typeof chunk === 'string' ? chunk : JSON.stringify(chunk)}\n\n`)
    .join('')
}

export function chatChunk(delta: Chunk): Chunk {
  return { id: 'chat_1', choices: [{ index: 0, delta, finish_reason: null }] }
}

export function chatEnd(finish_reason: string): Chunk {
  return { id: 'chat_1', choices: [{ index: 0, delta: {}, finish_reason }] }
}

/** The count of tokens, which comes last and alone. */
export function chatUsage(prompt_tokens = 10, completion_tokens = 4): Chunk {
  const total_tokens = prompt_tokens + completion_tokens
  return { id: 'chat_1', choices: [], usage: { prompt_tokens, completion_tokens, total_tokens } }
}

export function chatCall(name: string, args: unknown, id = 'call_1', index = 0): Chunk {
  const text = typeof args === 'string' ? args : JSON.stringify(args)
  return chatChunk({
    tool_calls: [{ index, id, type: 'function', function: { name, arguments: text } }],
  })
}
