// The messages and reasoning of a response that have started and not ended. Not every server says to which of
// them an event belongs, or gives them ids.
import { newId } from '../lib/ids.ts'
import type { ModelEvent } from './model-client.ts'

export type StreamedKind = 'message' | 'reasoning'

export interface OpenElement {
  readonly kind: StreamedKind
  /** As turns know it. */
  readonly id: string
  /** True when the provider gave no id and `id` is ours. */
  readonly isUnnamed: boolean
  readonly outputIndex: unknown
}

export interface OpenElements {
  /** Starts an element and says so in `out`. */
  start(kind: StreamedKind, id: unknown, outputIndex: unknown, out: ModelEvent[]): OpenElement
  /** The element an event belongs to, started now when there is none. */
  find(kind: StreamedKind, id: unknown, outputIndex: unknown, out: ModelEvent[]): OpenElement
  close(element: OpenElement): void
}

export function createOpenElements(): OpenElements {
  const open: OpenElement[] = []

  function start(kind: StreamedKind, id: unknown, outputIndex: unknown, out: ModelEvent[]) {
    const named = typeof id === 'string' && id !== ''
    const element = { kind, id: named ? id : newId(), isUnnamed: !named, outputIndex }
    open.push(element)
    const type = kind === 'message' ? 'messageStarted' : 'reasoningStarted'
    out.push({ type, itemId: element.id })
    return element
  }

  return {
    start,
    find: (kind, id, outputIndex, out) =>
      open.findLast((element) => element.kind === kind && belongs(element, id, outputIndex)) ??
      start(kind, id, outputIndex, out),
    close: (element) => void open.splice(open.indexOf(element), 1),
  }
}

/** The position in the output decides where both sides give it, else the id; without either, the latest fits. */
function belongs(element: OpenElement, id: unknown, outputIndex: unknown): boolean {
  if (outputIndex !== undefined && element.outputIndex !== undefined)
    return outputIndex === element.outputIndex
  return id === undefined || element.isUnnamed || id === element.id
}
