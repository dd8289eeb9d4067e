// A model request in the words of the Chat Completions API.
import type { ModelRequest, ToolSpec } from '../model-client.ts'
import {
  type ContentPart,
  isNotice,
  isToolCall,
  isToolOutput,
  type ModelItem,
  type ToolCallItem,
} from '../model-item.ts'

type Message = Record<string, unknown>

/** The body of POST <base_url>/chat/completions. */
export function chatBody(request: ModelRequest): Record<string, unknown> {
  const { effort, outputSchema } = request
  return {
    model: request.model,
    messages: [{ role: 'system', content: request.instructions }, ...messagesOf(request.input)],
    // Some servers refuse an empty list.
    ...(request.tools.length > 0 && {
      tools: request.tools.map(toolOf),
      tool_choice: 'auto',
      parallel_tool_calls: true,
    }),
    stream: true,
    stream_options: { include_usage: true },
    ...(effort !== null && effort !== 'none' && { reasoning_effort: effort }),
    ...(outputSchema !== undefined && { response_format: formatOf(outputSchema) }),
  }
}

function formatOf(schema: unknown): Record<string, unknown> {
  return { type: 'json_schema', json_schema: { name: 'final_answer', strict: true, schema } }
}

function toolOf(tool: ToolSpec): Record<string, unknown> {
  const { name, description } = tool
  const parameters = tool.kind === 'function' ? tool.parameters : freeformParameters
  return { type: 'function', function: { name, description, parameters } }
}

/** These servers know no tools that take plain text. */
const freeformParameters = {
  type: 'object',
  properties: { input: { type: 'string', description: 'The whole input, as plain text.' } },
  required: ['input'],
  additionalProperties: false,
}

/**
 * One message after the other: calls join the message of the model they came with, pictures in outputs follow as a
 * message of the person, since outputs are text. Reasoning is not sent back.
 */
function messagesOf(items: readonly ModelItem[]): readonly Message[] {
  const messages: Message[] = []
  let pictures: Record<string, unknown>[] = []
  const showPictures = (): void => {
    if (pictures.length > 0) messages.push({ role: 'user', content: pictures })
    pictures = []
  }
  for (const item of items) {
    if (isToolOutput(item)) {
      const { text, images } = outputOf(item.output)
      messages.push({ role: 'tool', tool_call_id: item.call_id, content: text })
      pictures.push(...images)
      continue
    }
    showPictures()
    if (isToolCall(item)) addCall(messages, item)
    else if (item.type === 'message') messages.push(messageOf(item))
    else if (isNotice(item)) messages.push({ role: 'user', content: outputOf(item.output).text })
  }
  showPictures()
  return messages
}

function addCall(messages: Message[], call: ToolCallItem): void {
  const args =
    call.type === 'function_call' ? call.arguments : JSON.stringify({ input: call.input })
  // Servers parse them, and refuse the whole conversation when a model once wrote something broken.
  const told = isJson(args) ? args : '{}'
  const entry = {
    id: call.call_id,
    type: 'function',
    function: { name: call.name, arguments: told },
  }
  const last = messages.at(-1)
  if (last?.role !== 'assistant') {
    messages.push({ role: 'assistant', content: null, tool_calls: [entry] })
    return
  }
  const calls = Array.isArray(last.tool_calls) ? last.tool_calls : []
  last.tool_calls = [...calls, entry]
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function messageOf(item: ModelItem): Message {
  // `developer` is a word of newer servers only.
  const role = item.role === 'user' || item.role === 'assistant' ? item.role : 'system'
  const parts = typeof item.content === 'string' ? item.content : partsOf(item.content)
  return { role, content: role === 'user' ? withPictures(parts) : textOf(parts) }
}

type Part = { readonly text: string } | { readonly url: string; readonly detail: unknown }

function partsOf(content: unknown): readonly Part[] {
  if (!Array.isArray(content)) return []
  return (content as ContentPart[]).flatMap((part): Part[] => {
    if (typeof part.text === 'string') return [{ text: part.text }]
    if (part.type === 'input_image' && typeof part.image_url === 'string')
      return [{ url: part.image_url, detail: part.detail }]
    return []
  })
}

function textOf(parts: string | readonly Part[]): string {
  if (typeof parts === 'string') return parts
  return parts.flatMap((part) => ('text' in part ? [part.text] : [])).join('\n')
}

function withPictures(parts: string | readonly Part[]): unknown {
  if (typeof parts === 'string') return parts
  if (parts.every((part) => 'text' in part)) return textOf(parts)
  return parts.map((part) =>
    'text' in part ? { type: 'text', text: part.text } : pictureOf(part.url, part.detail),
  )
}

function pictureOf(url: string, detail: unknown): Record<string, unknown> {
  const known = detail === 'low' || detail === 'high' || detail === 'auto'
  return { type: 'image_url', image_url: { url, ...(known && { detail }) } }
}

function outputOf(output: unknown) {
  if (typeof output === 'string') return { text: output, images: [] }
  const parts = partsOf(output)
  const images = parts.flatMap((part) => ('url' in part ? [pictureOf(part.url, part.detail)] : []))
  const text = textOf(parts)
  return { text: text === '' && images.length > 0 ? '[image, shown below]' : text, images }
}
