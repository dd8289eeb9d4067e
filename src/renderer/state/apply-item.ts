// How the items of a turn begin, end, and are put aside. Pure; the turn is never changed in place.
import type { ThreadItem } from '../../protocol/index.ts'
import { itemView } from './read-thread.ts'
import type { ItemView, ReviewView, TurnView } from './thread-state.ts'

/** Index of the item with this id that counts; superseded ones do not. Looks from the end. */
export function indexOfItem(turn: TurnView, itemId: string): number {
  return turn.items.findLastIndex((view) => view.item.id === itemId && !view.isSuperseded)
}

/** A known item is begun again with what the notification says of it; the retry, if there was one, is over. */
export function startItem(turn: TurnView, item: ThreadItem): TurnView {
  const started = itemView(item, item.type !== 'userMessage')
  return { ...turn, items: placed(turn, started), retry: null }
}

/** The completed item is the authoritative one: it replaces whatever was streamed. */
export function completeItem(turn: TurnView, item: ThreadItem): TurnView {
  const before = turn.items[indexOfItem(turn, item.id)]
  const startedAtMs = item.startedAtMs ?? before?.item.startedAtMs
  const completed = startedAtMs === undefined ? item : { ...item, startedAtMs }
  const view = itemView(completed, false)
  const kept = before?.review ? { ...view, review: before.review } : view
  return { ...turn, items: placed(turn, kept), retry: null }
}

/** Of an item that was asked about, and may have ended meanwhile. */
export function reviewItem(turn: TurnView, itemId: string | null, review: ReviewView): TurnView {
  const index = itemId === null ? -1 : indexOfItem(turn, itemId)
  const view = turn.items[index]
  return view ? { ...turn, items: turn.items.with(index, { ...view, review }) } : turn
}

function placed(turn: TurnView, view: ItemView): readonly ItemView[] {
  const index = indexOfItem(turn, view.item.id)
  return index === -1 ? [...turn.items, view] : turn.items.with(index, view)
}

/** At the end of its turn an open item is closed here: nobody will complete it any more. */
export function closeItems(turn: TurnView): TurnView {
  if (!turn.items.some((view) => view.isOpen)) return turn
  const items = turn.items.map((view) =>
    view.isOpen ? { ...view, isOpen: false, isInterrupted: true } : view,
  )
  return { ...turn, items }
}

/**
 * The attempt that was streaming broke off and is made again. Its open messages and reasoning stay visible as
 * superseded; commands and file changes are real whatever the model's connection does, so they go on.
 */
export function supersedeItems(turn: TurnView): TurnView {
  if (!turn.items.some(isSpeech)) return turn
  const items = turn.items.map((view, index) =>
    isSpeech(view)
      ? { ...view, key: `${view.key}~${index}`, isOpen: false, isSuperseded: true }
      : view,
  )
  return { ...turn, items }
}

function isSpeech(view: ItemView): boolean {
  return view.isOpen && ['agentMessage', 'reasoning', 'plan'].includes(view.item.type)
}
