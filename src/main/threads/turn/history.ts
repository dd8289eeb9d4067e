// The recorded history as a model may be sent it: every call has its output, in the order of the calls, and no
// output stands alone. What is added here is never recorded.
import {
  isToolCall,
  isToolOutput,
  type ModelItem,
  type ToolCallItem,
  toolOutput,
} from '../../model/model-item.ts'

/** Output of a call that never got one. */
export const MISSING_OUTPUT = 'aborted'

/** Pure; items without calls or outputs keep their place. Ids of calls may come again once they were answered. */
export function normaliseHistory(items: readonly ModelItem[]): readonly ModelItem[] {
  const answers = answersOf(items)
  const normal: ModelItem[] = []
  let waiting: ToolCallItem[] = []

  const answerWaiting = (): void => {
    for (const call of waiting) normal.push(answers.get(call) ?? toolOutput(call, MISSING_OUTPUT))
    waiting = []
  }

  for (const item of items) {
    // The first output ends a round of calls: all of the round are answered here, in the order of the calls.
    if (isToolOutput(item) || item.type === 'message') answerWaiting()
    if (isToolOutput(item)) continue
    if (isToolCall(item)) {
      if (!answers.has(item)) continue
      waiting.push(item)
    }
    normal.push(item)
  }
  answerWaiting()
  return normal
}

/**
 * Each call with the output that followed it, or undefined for one without. A call that repeats the id of one still
 * unanswered is none; neither is an output without a call that waits for it.
 */
function answersOf(items: readonly ModelItem[]): ReadonlyMap<ModelItem, ModelItem | undefined> {
  const answers = new Map<ModelItem, ModelItem | undefined>()
  const open = new Map<unknown, ModelItem>()
  for (const item of items) {
    if (isToolCall(item) && !open.has(item.call_id)) {
      open.set(item.call_id, item)
      answers.set(item, undefined)
    } else if (isToolOutput(item)) {
      const call = open.get(item.call_id)
      if (call) answers.set(call, item)
      open.delete(item.call_id)
    }
  }
  return answers
}
