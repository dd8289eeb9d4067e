// Facts of a small thread, with valid defaults; types alone, so that a child process can use them as they are.
import type { AgentMessageItem, UserMessageItem } from '../../../protocol/index.ts'
import type { ThreadPageQuery } from '../store.ts'
import type { ThreadEvent } from '../thread-event.ts'

type EventOf<T extends ThreadEvent['type']> = Extract<ThreadEvent, { type: T }>

export const settingsSnapshot = { id: 'snapshot-1', json: '{"model":"test-model"}' }

export function threadCreated(
  overrides: Partial<EventOf<'threadCreated'>> = {},
): EventOf<'threadCreated'> {
  return {
    type: 'threadCreated',
    source: 'vscode',
    threadSource: null,
    originator: 'test',
    cliVersion: '1.0.0',
    historyMode: 'paginated',
    createdMs: 1000,
    columns: { cwd: '/srv', modelProvider: 'fake', model: 'test-model', effort: null },
    snapshot: settingsSnapshot,
    ...overrides,
  }
}

export function turnStarted(turnId: string): EventOf<'turnStarted'> {
  return {
    type: 'turnStarted',
    turnId,
    rootTurnId: turnId,
    kind: 'user',
    snapshot: settingsSnapshot,
    onlyThisTurn: [],
  }
}

export function turnCompleted(
  turnId: string,
  overrides: Partial<EventOf<'turnCompleted'>> = {},
): EventOf<'turnCompleted'> {
  return {
    type: 'turnCompleted',
    turnId,
    status: 'completed',
    reason: null,
    error: null,
    durationMs: 1500,
    ...overrides,
  }
}

export function userMessage(id: string, words: string): UserMessageItem {
  return { type: 'userMessage', id, clientId: null, content: [{ type: 'text', text: words }] }
}

export function answer(id: string, words: string): AgentMessageItem {
  return {
    type: 'agentMessage',
    id,
    text: words,
    phase: null,
    memoryCitation: null,
    moderation: null,
    delivery: null,
    questions: null,
  }
}

/** A turn from its start to its end: a question and its answer. */
export function wholeTurn(turnId: string, words = 'hello'): readonly ThreadEvent[] {
  return [
    turnStarted(turnId),
    { type: 'itemCompleted', turnId, item: userMessage(`${turnId}-in`, words) },
    { type: 'itemCompleted', turnId, item: answer(`${turnId}-out`, `${words}, too`) },
    turnCompleted(turnId),
  ]
}

export function threadQuery(overrides: Partial<ThreadPageQuery> = {}): ThreadPageQuery {
  return {
    cursor: undefined,
    limit: 25,
    sortKey: 'created_at',
    sortDirection: 'desc',
    archived: false,
    modelProviders: [],
    sources: [],
    cwds: [],
    searchTerm: undefined,
    excluded: [],
    ...overrides,
  }
}
