// A valid request to a model; a test names only what matters to it.
import type { ModelRequest } from '../src/main/model/model-client.ts'
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
