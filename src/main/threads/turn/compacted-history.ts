// The history that takes the place of a long one: what the person said most recently, and a summary. Pure.
import { isAppText, summaryText } from '../../instructions/compaction-prompt.ts'
import { type ModelItem, userMessage } from '../../model/model-item.ts'
import type { ReplacementItem } from '../../storage/thread-event.ts'

/** The person's most recent words that are kept as they are, in tokens. */
export const KEPT_TOKENS_MAX = 20_000

const CHARS_PER_TOKEN = 4
/** An image, whatever its size. */
const IMAGE_TOKENS = 1_000

export interface Compacted {
  /** The notes of the model. */
  readonly summary: string
  /** What the model is told of the thread's settings, where it is told now and not with the next turn. */
  readonly context: readonly ModelItem[]
  /** A turn that has not been answered yet: where it begins, and where its input stays as it is. */
  readonly unanswered: { readonly from: number; readonly inputFrom: number } | null
}

/**
 * Kept words, then the summary. In the middle of a turn the context stands before the last words of the person;
 * before a turn it stands with the turn's input, behind the summary.
 */
export function compactedHistory(
  history: readonly ModelItem[],
  { summary, context, unanswered }: Compacted,
): readonly ReplacementItem[] {
  const kept = keptWords(history.slice(0, unanswered?.from ?? history.length))
  const notes: ReplacementItem = { item: userMessage([textPart(summaryText(summary))]) }
  const told = context.map((item): ReplacementItem => ({ item }))
  if (!unanswered) return [...kept.slice(0, -1), ...told, ...kept.slice(-1), notes]
  const positions = history.map((_, position) => position).slice(unanswered.inputFrom)
  return [...kept, notes, ...told, ...positions.map((position) => ({ kept: position }))]
}

/** From the newest backwards as long as there is room; the one that does not fit is shortened. */
function keptWords(history: readonly ModelItem[]): readonly ReplacementItem[] {
  const kept: ReplacementItem[] = []
  let room = KEPT_TOKENS_MAX
  for (let position = history.length - 1; position >= 0 && room > 0; position--) {
    const item = history[position]
    if (!item || !isPersonsMessage(item)) continue
    const tokens = estimateTokens([item])
    if (tokens <= room) kept.unshift({ kept: position })
    else kept.unshift({ item: shortened(item, room) })
    room -= tokens
  }
  return kept
}

function shortened(item: ModelItem, tokens: number): ModelItem {
  const text = textOf(item)
  const half = Math.floor((tokens * CHARS_PER_TOKEN) / 2)
  const short = `${text.slice(0, half)}\n[… shortened …]\n${text.slice(-half)}`
  return userMessage([textPart(text.length > 2 * half ? short : text)])
}

function textPart(text: string) {
  return { type: 'input_text', text }
}

/** Not what the app says in the user's role. */
function isPersonsMessage(item: ModelItem): boolean {
  return item.type === 'message' && item.role === 'user' && !isAppText(textOf(item))
}

function textOf({ content }: ModelItem): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content
    .map((part: { text?: unknown }) => (typeof part?.text === 'string' ? part.text : ''))
    .join('\n')
}

/** Roughly what these items take of the window; the words of images do not count. */
export function estimateTokens(items: readonly ModelItem[]): number {
  let images = 0
  const text = JSON.stringify(items, (key, value: unknown) => {
    if (key !== 'image_url') return value
    images++
    return undefined
  })
  return Math.ceil(text.length / CHARS_PER_TOKEN) + images * IMAGE_TOKENS
}

/** The items of a replacement of this history. */
export function itemsOf(
  replacement: readonly ReplacementItem[],
  history: readonly ModelItem[],
): readonly ModelItem[] {
  return replacement.flatMap((entry) =>
    'item' in entry ? entry.item : (history[entry.kept] ?? []),
  )
}
