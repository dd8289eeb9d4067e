// The recorded history as a model may be sent it: every call has its output, in the order of the calls, and no
// output stands alone. What is added here is never recorded.
import {
  isToolCall,
  type ModelItem,
  type ToolCallItem,
  toolOutput,
} from '../../model/model-item.ts'

/** Output of a call that never got one. */
export const MISSING_OUTPUT = 'aborted'

/** Pure; items without calls or outputs keep their place. */
export function normaliseHistory(items: readonly ModelItem[]): readonly ModelItem[] {
  const outputs = outputsByCall(items)
  const seen = new Set<string>()
  const normal: ModelItem[] = []
  let waiting: ToolCallItem[] = []

  const answerWaiting = (): void => {
    for (const call of waiting)
      normal.push(outputs.get(call.call_id) ?? toolOutput(call, MISSING_OUTPUT))
    waiting = []
  }

  for (const item of items) {
    // The first output ends a round of calls: all of the round are answered here, in the order of the calls.
    if (isOutput(item) || item.type === 'message') answerWaiting()
    if (isOutput(item)) continue
    if (isToolCall(item)) {
      if (seen.has(item.call_id)) continue
      seen.add(item.call_id)
      waiting.push(item)
    }
    normal.push(item)
  }
  answerWaiting()
  return normal
}

/** The first output of each call; later ones with the same id are dropped. */
function outputsByCall(items: readonly ModelItem[]): ReadonlyMap<string, ModelItem> {
  const outputs = new Map<string, ModelItem>()
  for (const item of items) {
    if (!isOutput(item)) continue
    const callId = String(item.call_id)
    if (!outputs.has(callId)) outputs.set(callId, item)
  }
  return outputs
}

function isOutput(item: ModelItem): boolean {
  return item.type === 'function_call_output' || item.type === 'custom_tool_call_output'
}
