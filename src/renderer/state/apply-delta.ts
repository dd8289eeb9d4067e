// Streamed pieces of an item. The hot path of a window: work here depends on the piece, not on the history.
// Text grows by plain concatenation, which the engine keeps as a rope until somebody reads it.
import type {
  AgentMessageItem,
  CommandExecutionItem,
  Notification,
  ReasoningItem,
  ThreadItem,
} from '../../protocol/index.ts'
import { indexOfItem } from './apply-item.ts'
import type { ItemView, OutputCut, ThreadState, TurnView } from './thread-state.ts'

/** Characters of streamed output that are held of one running command. */
export const OUTPUT_CHARS_MAX = 1_048_576
/** What is left of it at either end when it grows beyond that. */
export const OUTPUT_CHARS_KEPT = 262_144

const deltaMethods = [
  'item/agentMessage/delta',
  'item/plan/delta',
  'item/reasoning/summaryPartAdded',
  'item/reasoning/summaryTextDelta',
  'item/reasoning/textDelta',
  'item/commandExecution/outputDelta',
  'item/mcpToolCall/progress',
] as const

type DeltaMethod = (typeof deltaMethods)[number]
type DeltaNotification = Extract<Notification, { method: DeltaMethod }>

const deltaMethodSet: ReadonlySet<string> = new Set(deltaMethods)

export function isDelta(notification: Notification): notification is DeltaNotification {
  return deltaMethodSet.has(notification.method)
}

/** A piece for an item that is unknown, closed or of another type changes nothing: the completed item tells all. */
export function applyDelta(state: ThreadState, delta: DeltaNotification): ThreadState {
  const { turnId, itemId } = delta.params
  const turnIndex = state.turns.findLastIndex((turn) => turn.id === turnId)
  const turn = state.turns[turnIndex]
  if (!turn) return state
  const itemIndex = indexOfItem(turn, itemId)
  const view = turn.items[itemIndex]
  if (!view?.isOpen) return state
  const grown = grow(view, delta)
  if (grown === view) return state
  const changed: TurnView = { ...turn, items: turn.items.with(itemIndex, grown), retry: null }
  return { ...state, turns: state.turns.with(turnIndex, changed) }
}

function grow(view: ItemView, delta: DeltaNotification): ItemView {
  const { item } = view
  switch (delta.method) {
    case 'item/agentMessage/delta':
      return item.type === 'agentMessage' ? withItem(view, grownMessage(item, delta)) : view
    case 'item/plan/delta':
      return item.type === 'plan'
        ? withItem(view, { ...item, text: item.text + delta.params.delta })
        : view
    case 'item/commandExecution/outputDelta':
      return item.type === 'commandExecution' ? grownOutput(view, item, delta.params.delta) : view
    case 'item/mcpToolCall/progress':
      return item.type === 'mcpToolCall' ? { ...view, progress: delta.params.message } : view
    default:
      return item.type === 'reasoning' ? withItem(view, grownReasoning(item, delta)) : view
  }
}

function withItem(view: ItemView, item: ThreadItem): ItemView {
  return { ...view, item }
}

function grownMessage(
  item: AgentMessageItem,
  delta: Extract<DeltaNotification, { method: 'item/agentMessage/delta' }>,
): AgentMessageItem {
  return { ...item, text: item.text + delta.params.delta }
}

function grownReasoning(
  item: ReasoningItem,
  delta: Extract<DeltaNotification, { method: `item/reasoning/${string}` }>,
): ReasoningItem {
  switch (delta.method) {
    case 'item/reasoning/summaryPartAdded':
      return { ...item, summary: appended(item.summary, delta.params.summaryIndex, '') }
    case 'item/reasoning/summaryTextDelta': {
      const { summaryIndex, delta: text } = delta.params
      return { ...item, summary: appended(item.summary, summaryIndex, text) }
    }
    case 'item/reasoning/textDelta': {
      const { contentIndex, delta: text } = delta.params
      return { ...item, content: appended(item.content, contentIndex, text) }
    }
  }
}

/** Parts that were skipped are empty. */
function appended(parts: readonly string[], index: number, text: string): string[] {
  const grown = [...parts]
  while (grown.length <= index) grown.push('')
  grown[index] += text
  return grown
}

function grownOutput(view: ItemView, item: CommandExecutionItem, text: string): ItemView {
  const output = (item.aggregatedOutput ?? '') + text
  if (output.length <= OUTPUT_CHARS_MAX) {
    return withItem(view, { ...item, aggregatedOutput: output })
  }
  const head = output.slice(0, OUTPUT_CHARS_KEPT)
  const tail = output.slice(-OUTPUT_CHARS_KEPT)
  const omitted = output.length - head.length - tail.length
  const outputCut: OutputCut = {
    at: head.length,
    omittedChars: (view.outputCut?.omittedChars ?? 0) + omitted,
  }
  return { ...view, item: { ...item, aggregatedOutput: head + tail }, outputCut }
}
