// How the items of a turn begin, end, and are put aside. Pure; the turn is never changed in place.
import type { FileChange, ThreadItem } from '../../protocol/index.ts'
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

/** A patch as far as it is written. Before its item begins it has a card of its own, which no changes take away. */
export function showPatch(turn: TurnView, itemId: string, changes: FileChange[]): TurnView {
  const index = indexOfItem(turn, itemId)
  const view = turn.items[index]
  if (view && !view.isDraft) {
    if (view.item.type !== 'fileChange' || !view.isOpen) return turn
    const grown = { ...view, item: { ...view.item, changes } }
    return { ...turn, items: turn.items.with(index, grown), retry: null }
  }
  if (changes.length === 0) return view ? { ...turn, items: turn.items.toSpliced(index, 1) } : turn
  if (turn.status !== 'inProgress') return turn
  const item = { type: 'fileChange', id: itemId, changes, status: 'inProgress' } as const
  return { ...turn, items: placed(turn, { ...itemView(item, true), isDraft: true }), retry: null }
}

function withoutDrafts(turn: TurnView): TurnView {
  if (!turn.items.some((view) => view.isDraft)) return turn
  return { ...turn, items: turn.items.filter((view) => !view.isDraft) }
}

/** At the end of its turn an open item is closed here: nobody will complete it any more. */
export function closeItems(ended: TurnView): TurnView {
  const turn = withoutDrafts(ended)
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
export function supersedeItems(broken: TurnView): TurnView {
  const turn = withoutDrafts(broken)
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
