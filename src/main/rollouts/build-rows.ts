// From what was read of a thread, in order, to the rows that are stored.
import type { ThreadItem, TurnError, UserInput } from '../../protocol/index.ts'
import type { ModelItem } from '../model/model-item.ts'
import type { ImportRow } from '../storage/imported-thread.ts'
import { type Json, list, record, text } from './json.ts'

/** What is known of the settings of a turn: a `turn_context` line. */
export type TurnContext = Json

/** The reference's own notes on an item; providers refuse members they do not know. */
export const NOTES = 'internal_chat_message_metadata_passthrough'

export interface Turn {
  readonly id: string
  /** Not announced by the file: opened by a message. */
  readonly isImplicit: boolean
  rootTurnId: string | null
  startedMs: number | null
  endedMs: number | null
  durationMs: number | null
  status: 'completed' | 'interrupted' | 'failed'
  reason: string | null
  error: TurnError | null
  context: TurnContext | undefined
  /** The file told of its end, or went on to the next one. */
  isEnded: boolean
  hasInput: boolean
  hasAnswer: boolean
  hasCompaction: boolean
  /** By the id of the item. */
  readonly items: Map<string, ItemEntry>
}

/** What is said of an item later takes the place of what was said first. */
export interface ItemEntry {
  readonly k: 'item'
  readonly turn: Turn
  item: ThreadItem
}

export type Entry =
  | { readonly k: 'start'; readonly turn: Turn }
  | { readonly k: 'end'; readonly turn: Turn }
  | ItemEntry
  | { readonly k: 'model'; readonly turn: Turn | undefined; readonly item: ModelItem }
  /** From here on the model reads this instead of all that was before. */
  | { readonly k: 'compacted'; readonly turn: Turn | undefined; readonly payload: Json }
  | {
      readonly k: 'usage'
      readonly turn: Turn | undefined
      readonly row: Extract<ImportRow, { k: 'usage' }>
    }

export interface Content {
  /** Made each time: an import counts most of them only. */
  rows(): readonly ImportRow[]
  readonly rowCount: number
  readonly items: number
  /** In the order of the turns that say what they ran with. */
  readonly snapshotIds: readonly (string | null)[]
}

/** `snapshotOf` is called once for each turn that says what it ran with, in their order. */
export function contentOf(
  entries: readonly Entry[],
  snapshotOf: (context: TurnContext) => string | null,
): Content {
  const snapshotIds = new Map<Turn, string | null>()
  for (const { k, turn } of entries)
    if (k === 'start' && turn.context) snapshotIds.set(turn, snapshotOf(turn.context))
  const countOf = (kind: Entry['k']): number =>
    entries.reduce((count, { k }) => (k === kind ? count + 1 : count), 0)
  const rows = (): ImportRow[] => rowsOf(entries, snapshotIds)
  return {
    rows,
    // Each entry is a row, but for what was summed up.
    rowCount: countOf('compacted') === 0 ? entries.length : rows().length,
    items: countOf('item'),
    snapshotIds: [...snapshotIds.values()],
  }
}

function rowsOf(
  entries: readonly Entry[],
  snapshotIds: ReadonlyMap<Turn, string | null>,
): ImportRow[] {
  const rows: ImportRow[] = []
  const numbers = new Map<Turn, number>()
  const turnOf = (turn: Turn | undefined) => (turn ? (numbers.get(turn) ?? null) : null)

  function write(entry: Entry, index: number): void {
    if (entry.k === 'start') {
      numbers.set(entry.turn, numbers.size)
      rows.push(turnRow(entry.turn, snapshotIds.get(entry.turn) ?? null))
    } else if (entry.k === 'end') rows.push({ k: 'end', turn: turnOf(entry.turn) ?? 0 })
    else if (entry.k === 'item')
      rows.push({ k: 'item', turn: turnOf(entry.turn) ?? 0, item: entry.item })
    else if (entry.k === 'usage') rows.push({ ...entry.row, turn: turnOf(entry.turn) })
    else writeModel(entry, index)
  }

  /** What was summed up stays: whoever goes back to a place before it, goes on with what the model knew there. */
  function writeModel(entry: Extract<Entry, { k: 'model' | 'compacted' }>, index: number): void {
    const turn = turnOf(entry.turn)
    const items =
      entry.k === 'model' ? [entry.item] : replacementOf(entries.slice(0, index), entry.payload)
    for (const item of items) rows.push({ k: 'model', turn, item })
    if (entry.k === 'compacted') rows.push({ k: 'compaction', turn, kept: items.length })
  }

  for (const [index, entry] of entries.entries()) write(entry, index)
  return rows
}

function turnRow(turn: Turn, snapshotId: string | null): ImportRow {
  return {
    k: 'turn',
    id: turn.id,
    kind: turn.hasInput ? 'user' : 'other',
    status: turn.status,
    reason: turn.reason,
    error: turn.error,
    snapshotId,
    rootTurnId: turn.rootTurnId,
    startedMs: whole(turn.startedMs),
    endedMs: whole(turn.endedMs),
    durationMs: whole(turn.durationMs),
  }
}

export function whole(value: number | null): number | null {
  return value === null ? null : Math.round(value)
}

/** What stands for everything before a compaction: a list, or in old files what people said and the summary. */
function replacementOf(before: readonly Entry[], payload: Json): readonly ModelItem[] {
  const replacement = list(payload.replacement_history).flatMap((item) => {
    const { [NOTES]: _, ...known } = record(item) ?? {}
    return typeof known.type === 'string' ? [known as ModelItem] : []
  })
  if (replacement.length > 0) return replacement
  const said = before.flatMap((entry) =>
    entry.k === 'model' && isUserMessage(entry.item) ? [entry.item] : [],
  )
  const summary = [{ type: 'input_text', text: text(payload.message) ?? '' }]
  return [...said, { type: 'message', role: 'user', content: summary }]
}

export function isUserMessage(item: ModelItem): boolean {
  return item.type === 'message' && item.role === 'user'
}

/** What a person said with an item; "" when there are no words. */
export function wordsIn(item: ThreadItem): string {
  return item.type === 'userMessage' ? wordsOf(item.content) : ''
}

function wordsOf(content: readonly UserInput[]): string {
  for (const part of content) if (part.type === 'text' && part.text.trim()) return part.text.trim()
  return content.some(({ type }) => type === 'image' || type === 'localImage') ? '[Image]' : ''
}
