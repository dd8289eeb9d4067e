// What a client may rely on after it heard it: completed items, ends of turns, and streamed text with its age.
import { expect } from 'vitest'
import type { Notification, ThreadItem, TurnStatus } from '../src/protocol/index.ts'
import type { AppServer } from './app-server-client.ts'

export interface Heard {
  readonly completed: ReadonlyMap<string, ThreadItem>
  readonly turnEnds: ReadonlyMap<string, TurnStatus>
  /** Messages that were still streaming. */
  readonly open: ReadonlyMap<string, readonly { text: string; atMs: number }[]>
  readonly lastSeq: number
  readonly lastAtMs: number
}

export function heardOf(notifications: readonly Notification[], threadId: string): Heard {
  const completed = new Map<string, ThreadItem>()
  const turnEnds = new Map<string, TurnStatus>()
  const open = new Map<string, { text: string; atMs: number }[]>()
  let lastSeq = 0
  let lastAtMs = 0
  for (const { method, params, seq = 0, emittedAtMs = 0 } of notifications) {
    lastAtMs = Math.max(lastAtMs, emittedAtMs)
    if (!('threadId' in params) || params.threadId !== threadId) continue
    lastSeq = Math.max(lastSeq, seq)
    if (method === 'item/started' && params.item.type === 'agentMessage')
      open.set(params.item.id, [])
    if (method === 'item/agentMessage/delta')
      open.get(params.itemId)?.push({ text: params.delta, atMs: emittedAtMs })
    if (method === 'item/completed') {
      completed.set(params.item.id, params.item)
      open.delete(params.item.id)
    }
    if (method === 'turn/completed') turnEnds.set(params.turn.id, params.turn.status)
  }
  return { completed, turnEnds, open, lastSeq, lastAtMs }
}

/** How far a stored text was behind the heard one when the process died. */
export interface Lag {
  readonly chars: number
  /** Age of the oldest text that is missing. */
  readonly ms: number
}

/** Holds a reopened thread against what was heard of it; returns the lag of each message that was cut. */
export async function expectKept(
  app: AppServer,
  threadId: string,
  heard: Heard,
): Promise<readonly Lag[]> {
  const { data } = await app.request('thread/items/list', { threadId, limit: 100 })
  const stored = new Map(data.map(({ item }) => [item.id, item]))
  for (const [id, item] of heard.completed) expect(stored.get(id)).toEqual(item)
  const { thread, skein } = await app.request('thread/read', { threadId, includeTurns: true })
  expect(skein.lastSeq).toBeGreaterThanOrEqual(heard.lastSeq)
  for (const [id, status] of heard.turnEnds)
    expect(thread.turns.find((turn) => turn.id === id)?.status).toBe(status)
  return [...heard.open].map(([id, deltas]) => lagOf(stored.get(id), deltas, heard.lastAtMs))
}

function lagOf(
  item: ThreadItem | undefined,
  deltas: readonly { text: string; atMs: number }[],
  diedAtMs: number,
): Lag {
  const kept = item?.type === 'agentMessage' ? item.text : ''
  const whole = deltas.map(({ text }) => text).join('')
  // The store may be ahead of what reached the client, never beside it.
  expect(kept.startsWith(whole) || whole.startsWith(kept)).toBe(true)
  let chars = 0
  const missing = deltas.find(({ text }) => {
    chars += text.length
    return chars > kept.length
  })
  return {
    chars: Math.max(0, whole.length - kept.length),
    ms: missing ? diedAtMs - missing.atMs : 0,
  }
}
