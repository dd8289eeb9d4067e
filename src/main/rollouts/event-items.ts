// Events by which legacy files tell of one finished item each, to items as we show them.
import type { ThreadItem } from '../../protocol/index.ts'
import { type Json, record, text } from './json.ts'
import { fileChangeItem, reviewItem, reviewText } from './rollout-items.ts'
import { type ItemTimes, imageItem, mcpItem, webSearchItem } from './tool-items.ts'

type Make = (id: string, payload: Json, times: ItemTimes) => ThreadItem

const makers: Readonly<Record<string, Make>> = {
  patch_apply_end(id, { changes, success }, times) {
    return fileChangeItem(id, record(changes), success === false ? 'failed' : 'completed', times)
  },
  mcp_tool_call_end: mcpItem,
  web_search_end: webSearchItem,
  image_generation_end: imageItem,
  context_compacted: (id, _, times) => ({ type: 'contextCompaction', id, ...times }),
  entered_review_mode: (id, { user_facing_hint }, times) =>
    reviewItem('enteredReviewMode', id, text(user_facing_hint) ?? '', times),
  exited_review_mode: (id, { review_output }, times) =>
    reviewItem('exitedReviewMode', id, reviewText(record(review_output)), times),
}

/** Undefined for an event that tells of something else. `nextId` is asked where the event has no name for it. */
export function itemOfEvent(
  payload: Json,
  nextId: () => string,
  times: ItemTimes,
): ThreadItem | undefined {
  const type = text(payload.type) ?? ''
  const make = Object.hasOwn(makers, type) ? makers[type] : undefined
  return make?.(text(payload.call_id) ?? text(payload.item_id) ?? nextId(), payload, times)
}
