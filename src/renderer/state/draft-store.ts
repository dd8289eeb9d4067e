// Drafts of messages as the app keeps them: every window sees the same one, and none is lost with a window or the app.
import type { Bridge, Notification } from '../../protocol/index.ts'
import type { NotificationPump } from './notification-pump.ts'

/** From the first key of a burst on: a burst of typing is a few writes. */
const WRITE_AFTER_MS = 200
/** Both windows were typed into within this time: somebody is told. */
const COLLISION_MS = 2_000

export interface DraftStore {
  /** Makes the thread's draft known here; null when there is none, or it cannot be read. Never rejects. */
  read(threadId: string): Promise<KeptDraft | null>
  /** Keeps it soon; what is written last wins. Never rejects: the window still has the text. */
  write(threadId: string, draft: KeptDraft): void
  /** Keeps now what waits to be kept: the page is about to go. */
  keepAll(): void
  /** Hears what another window wrote. Returns the function that ends it. */
  onChange(threadId: string, listener: (draft: KeptDraft) => void): () => void
}

/** What was typed, and what goes along with it; of another client only the words are known. */
export interface KeptDraft {
  readonly text: string
  readonly attachments: readonly unknown[]
}

interface Draft {
  rev: number
  /** As it is kept, or is on its way; as JSON, to tell changes. */
  json: string
  typedMs: number
  timer: ReturnType<typeof setTimeout> | undefined
}

/** `onCollision`: what was typed here lately has given way to another window's words. */
export function createDraftStore(
  bridge: Bridge,
  pump: NotificationPump,
  onCollision: () => void,
): DraftStore {
  const drafts = new Map<string, Draft>()
  const listeners = new Map<string, Set<(draft: KeptDraft) => void>>()

  function draftOf(threadId: string): Draft {
    const known = drafts.get(threadId)
    if (known) return known
    const fresh: Draft = { rev: 0, json: JSON.stringify(nothing), typedMs: 0, timer: undefined }
    drafts.set(threadId, fresh)
    return fresh
  }

  async function read(threadId: string): Promise<KeptDraft | null> {
    try {
      const kept = await bridge.request('skein/draft/read', { threadId })
      const draft = draftOf(threadId)
      draft.rev = kept.rev
      const known = keptOf(kept.draft)
      draft.json = JSON.stringify(known)
      return kept.rev === 0 ? null : known
    } catch {
      return null
    }
  }

  async function flush(threadId: string): Promise<void> {
    const draft = draftOf(threadId)
    draft.timer = undefined
    const known: KeptDraft = JSON.parse(draft.json)
    const kept = isNothing(known) ? null : known
    try {
      const { rev } = await bridge.request('skein/draft/write', { threadId, draft: kept })
      draft.rev = Math.max(draft.rev, rev)
    } catch {
      // Kept with the next word; until then this window has it.
    }
  }

  async function takeOver(threadId: string, rev: number): Promise<void> {
    const draft = drafts.get(threadId)
    if (!draft || rev <= draft.rev) return
    const { json: own, typedMs } = draft
    const wasDirty = Date.now() - typedMs < COLLISION_MS
    // A word that is typed here and not kept yet comes last, and wins.
    if (draft.timer !== undefined) return
    const kept = await read(threadId)
    if (kept === null || draft.timer !== undefined) return
    for (const listener of listeners.get(threadId) ?? []) listener(kept)
    if (wasDirty && draft.json !== own) onCollision()
  }

  function hear({ method, params }: Notification): void {
    if (method === 'skein/draft/changed' && params.threadId !== null)
      void takeOver(params.threadId, params.rev)
  }

  pump.subscribe((batch) => {
    for (const notification of batch) hear(notification)
  })

  return {
    read,
    write(threadId, { text, attachments }) {
      const draft = draftOf(threadId)
      const json = JSON.stringify({ text, attachments })
      if (draft.json === json) return
      draft.json = json
      draft.typedMs = Date.now()
      // What was sent must not come back as a draft: an empty field is kept at once.
      const afterMs = isNothing({ text, attachments }) ? 0 : WRITE_AFTER_MS
      if (afterMs === 0) clearTimeout(draft.timer)
      if (afterMs === 0 || draft.timer === undefined)
        draft.timer = setTimeout(() => void flush(threadId), afterMs)
    },
    keepAll() {
      for (const [threadId, { timer }] of drafts) {
        if (timer === undefined) continue
        clearTimeout(timer)
        void flush(threadId)
      }
    },
    onChange(threadId, listener) {
      const heard = listeners.get(threadId) ?? new Set()
      listeners.set(threadId, heard.add(listener))
      return () => void heard.delete(listener)
    },
  }
}

const nothing: KeptDraft = { text: '', attachments: [] }

function isNothing({ text, attachments }: KeptDraft): boolean {
  return text === '' && attachments.length === 0
}

/** Other clients may keep a plain text, or anything. */
function keptOf(draft: unknown): KeptDraft {
  if (typeof draft === 'string') return { text: draft, attachments: [] }
  const { text, attachments } = (draft ?? {}) as { text?: unknown; attachments?: unknown }
  return {
    text: typeof text === 'string' ? text : '',
    attachments: Array.isArray(attachments) ? attachments : [],
  }
}
