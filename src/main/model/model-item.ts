// The model-visible history: what is sent to a model is a list of these. The shapes are those of the Responses
// API, kept verbatim (ids, encrypted reasoning), because providers want back exactly what they sent.
import { z } from 'zod'

const ContentPart = z.looseObject({ type: z.string() })
export type ContentPart = z.output<typeof ContentPart>

export const MessageItem = z.looseObject({
  type: z.literal('message'),
  id: z.string().optional(),
  role: z.enum(['user', 'assistant', 'developer', 'system']),
  content: z.union([z.string(), z.array(ContentPart)]),
})
export type MessageItem = z.output<typeof MessageItem>

export const FunctionCallItem = z.looseObject({
  type: z.literal('function_call'),
  call_id: z.string(),
  name: z.string(),
  /** JSON text as the model wrote it; may be broken. */
  arguments: z.string(),
})
export type FunctionCallItem = z.output<typeof FunctionCallItem>

/** A freeform tool: the input is plain text. */
export const CustomToolCallItem = z.looseObject({
  type: z.literal('custom_tool_call'),
  call_id: z.string(),
  name: z.string(),
  input: z.string(),
})
export type CustomToolCallItem = z.output<typeof CustomToolCallItem>

export const ReasoningModelItem = z.looseObject({
  type: z.literal('reasoning'),
  id: z.string().optional(),
  summary: z.array(z.looseObject({ type: z.string(), text: z.string() })).default([]),
})
export type ReasoningModelItem = z.output<typeof ReasoningModelItem>

/** Any element, known or not; unknown kinds pass through untouched. */
export const ModelItem = z.looseObject({ type: z.string() })
export type ModelItem = z.output<typeof ModelItem>

export type ToolCallItem = FunctionCallItem | CustomToolCallItem

/** Text or parts (`input_text`, `input_image`) that answer a call. */
export type ToolOutputBody = string | readonly ContentPart[]

export function isToolCall(item: ModelItem): item is ToolCallItem {
  return item.type === 'function_call' || item.type === 'custom_tool_call'
}

/** It answers a call. One with a name and without a call_id answers none: a model is told of something by it. */
export function isToolOutput(item: ModelItem): boolean {
  const isOutput = item.type === 'function_call_output' || item.type === 'custom_tool_call_output'
  return isOutput && !isNotice(item)
}

/** Such an output. */
export function isNotice(item: ModelItem): boolean {
  return (
    item.type === 'function_call_output' &&
    item.call_id === undefined &&
    typeof item.name === 'string'
  )
}

export function userMessage(content: readonly ContentPart[]): ModelItem {
  return { type: 'message', role: 'user', content }
}

export function developerMessage(text: string): ModelItem {
  return { type: 'message', role: 'developer', content: [{ type: 'input_text', text }] }
}

/** The output element that belongs to a call of this kind. */
export function toolOutput(call: ToolCallItem, output: ToolOutputBody): ModelItem {
  const type = call.type === 'custom_tool_call' ? 'custom_tool_call_output' : 'function_call_output'
  return { type, call_id: call.call_id, output }
}
