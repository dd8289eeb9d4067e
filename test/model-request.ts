// Asking a model in tests: a valid request, of which a test names only what matters, and the whole answer.
import type { ModelEvent, ModelRequest } from '../src/main/model/model-client.ts'
import type { ModelItem } from '../src/main/model/model-item.ts'

export function modelRequest(overrides: Partial<ModelRequest> = {}): ModelRequest {
  return {
    model: 'mock-model',
    instructions: 'You are a helpful agent.',
    input: [userText('hello')],
    tools: [],
    effort: null,
    summary: null,
    serviceTier: null,
    threadId: 'thread-1',
    turnId: 'turn-1',
    cwd: '/tmp',
    ...overrides,
  }
}

export function userText(text: string): ModelItem {
  return { type: 'message', role: 'user', content: [{ type: 'input_text', text }] }
}

export async function readToEnd(stream: AsyncIterable<ModelEvent>): Promise<readonly ModelEvent[]> {
  const events: ModelEvent[] = []
  for await (const event of stream) events.push(event)
  return events
}
