// The text of items that still stream: kept whole for late readers, handed to the journal in pieces.
import type { ThreadItem } from '../../../protocol/index.ts'
import type { Journal, PartialKey } from '../../storage/journal.ts'
import type { Delta } from '../thread-signal.ts'

/** A checkpoint is written after this much text or time, whichever comes first: a crash costs no more. */
export const CHECKPOINT_BYTES = 8 * 1024
export const CHECKPOINT_MS = 250
/** Characters of a running command's output that a late reader is shown. */
const OUTPUT_CHARS_MAX = 1024 * 1024

interface OpenText {
  readonly key: PartialKey
  /** Pieces so far; joined only when somebody reads. */
  pieces: string[]
  length: number
  unsaved: string[]
  unsavedLength: number
}

export interface OpenItems {
  /** A streamed item began; it has no row until it completes. */
  open(item: ThreadItem): void
  append(turnId: string, item: ThreadItem['type'], itemId: string, delta: Delta): void
  /** Its completion is about to be committed: nothing unsaved may reach the journal after that. */
  settle(itemId: string): void
  /** Completed, cut, or dropped with a broken attempt. */
  forget(itemId: string): void
  /** Forgets all streamed items: a broken attempt, or a turn that was cut. */
  dropStreamed(): void
  /** Streamed items of now, with their text so far, in the order they began. */
  streamed(): readonly ThreadItem[]
  /** `item` with the text that came since it started. */
  withText(item: ThreadItem): ThreadItem
  /** Hands what is unsaved to the journal. */
  save(): void
}

export function createOpenItems(threadId: string, journal: Journal): OpenItems {
  const items = new Map<string, ThreadItem>()
  const texts = new Map<string, Map<string, OpenText>>()
  let timer: NodeJS.Timeout | undefined

  function textOf(key: PartialKey): OpenText {
    const fields = texts.get(key.itemId) ?? new Map<string, OpenText>()
    texts.set(key.itemId, fields)
    const known = fields.get(key.field)
    if (known) return known
    const text: OpenText = { key, pieces: [], length: 0, unsaved: [], unsavedLength: 0 }
    fields.set(key.field, text)
    return text
  }

  function saveText(text: OpenText): void {
    if (text.unsavedLength === 0) return
    journal.checkpoint(threadId, text.key, text.unsaved.join(''))
    text.unsaved = []
    text.unsavedLength = 0
  }

  function save(): void {
    clearTimeout(timer)
    timer = undefined
    for (const fields of texts.values()) for (const text of fields.values()) saveText(text)
  }

  function joined(itemId: string, field: string): string {
    const text = texts.get(itemId)?.get(field)
    if (!text) return ''
    if (text.pieces.length > 1) text.pieces = [text.pieces.join('')]
    return text.pieces[0] ?? ''
  }

  function parts(itemId: string, prefix: string): string[] {
    const fields = [...(texts.get(itemId)?.keys() ?? [])].filter((key) => key.startsWith(prefix))
    return fields.map((field) => joined(itemId, field))
  }

  function withText(item: ThreadItem): ThreadItem {
    if (item.type === 'agentMessage' || item.type === 'plan')
      return { ...item, text: joined(item.id, 'text') }
    if (item.type === 'reasoning')
      return { ...item, summary: parts(item.id, 'summary:'), content: parts(item.id, 'content:') }
    if (item.type === 'commandExecution')
      return { ...item, aggregatedOutput: joined(item.id, 'output') || item.aggregatedOutput }
    return item
  }

  return {
    open(item) {
      items.set(item.id, item)
    },
    append(turnId, type, itemId, delta) {
      const field = fieldOf(delta)
      if (!field || !('text' in delta) || delta.text === '') return
      const kind = isPartial(type) ? type : 'agentMessage'
      const text = textOf({ turnId, itemId, kind, field })
      if (delta.kind === 'output' && text.length >= OUTPUT_CHARS_MAX) return
      text.pieces.push(delta.text)
      text.length += delta.text.length
      text.unsaved.push(delta.text)
      text.unsavedLength += delta.text.length
      if (text.unsavedLength >= CHECKPOINT_BYTES) saveText(text)
      else timer ??= setTimeout(save, CHECKPOINT_MS)
    },
    settle(itemId) {
      for (const text of texts.get(itemId)?.values() ?? []) {
        text.unsaved = []
        text.unsavedLength = 0
      }
    },
    forget(itemId) {
      items.delete(itemId)
      texts.delete(itemId)
    },
    dropStreamed() {
      if (items.size > 0) journal.discard(threadId, [...items.keys()])
      for (const itemId of items.keys()) texts.delete(itemId)
      items.clear()
    },
    streamed: () => [...items.values()].map(withText),
    withText,
    save,
  }
}

function fieldOf(delta: Delta): string | undefined {
  switch (delta.kind) {
    case 'text':
    case 'plan':
      return 'text'
    case 'summary':
      return `summary:${delta.index}`
    case 'content':
      return `content:${delta.index}`
    case 'output':
      return 'output'
    case 'summaryPart':
      return undefined
  }
}

function isPartial(type: ThreadItem['type']): type is PartialKey['kind'] {
  return type === 'reasoning' || type === 'commandExecution' || type === 'plan'
}
