// The tool calls of a response that the model is still writing: whose a piece of arguments is.
import type { ModelEvent } from './model-client.ts'

export type CallDelta = Extract<ModelEvent, { type: 'callDelta' }>
export type OpenCall = Omit<CallDelta, 'type' | 'delta'>

type Raw = Readonly<Record<string, unknown>>

export interface OpenCalls {
  /** `item` as the provider announced it; other elements, and calls without an id or a name, are passed over. */
  start(item: Raw, outputIndex: unknown): void
  /** The call that `event` is a piece of; undefined when none was announced for it. */
  find(event: Raw): OpenCall | undefined
}

const forms: Readonly<Record<string, OpenCall['form']>> = {
  custom_tool_call: 'text',
  function_call: 'json',
}

export function createOpenCalls(): OpenCalls {
  const byPlace = new Map<unknown, OpenCall>()
  const byItemId = new Map<unknown, OpenCall>()
  return {
    start(item, outputIndex) {
      const { id, call_id: callId, name, namespace } = item
      const form = forms[String(item.type)]
      if (!form || typeof callId !== 'string' || callId === '' || typeof name !== 'string') return
      if (typeof namespace === 'string') return // of a server: nothing of it is shown before it is whole
      const call = { callId, name, form }
      if (outputIndex !== undefined) byPlace.set(outputIndex, call)
      if (typeof id === 'string') byItemId.set(id, call)
    },
    find: ({ item_id: id, output_index: outputIndex }) =>
      byPlace.get(outputIndex) ?? byItemId.get(id),
  }
}
