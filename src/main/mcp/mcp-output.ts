// What a tool of an MCP server answered: as the model reads it, and as it is kept and shown. Both bounded.
import type { McpCallResult, McpToolCallItem } from '../../protocol/index.ts'
import type { ContentPart } from '../model/model-item.ts'

/** Of all text together, for the model. */
export const MODEL_CHARS_MAX = 48_000
/** Of one text or one file in the card. */
const STORED_CHARS_MAX = 1024 * 1024
const PARTS_MAX = 200

/** What stands for a result when there is none: why. */
export function failureOutput(reason: string, tookMs: number): readonly ContentPart[] {
  return [headOf(tookMs), { type: 'input_text', text: reason }]
}

function headOf(tookMs: number): ContentPart {
  return {
    type: 'input_text',
    text: `Wall time: ${(tookMs / 1000).toFixed(4)} seconds\nOutput:`,
  }
}

/** Structured content stands for everything else. */
export function modelOutput(result: McpCallResult, tookMs: number): readonly ContentPart[] {
  const { structuredContent, content } = result
  const parts: readonly ContentPart[] =
    structuredContent === undefined || structuredContent === null
      ? content.slice(0, PARTS_MAX).map(partOf)
      : [{ type: 'input_text', text: JSON.stringify(structuredContent) }]
  const texts = parts.filter((part) => part.type === 'input_text').length
  const each = Math.floor(MODEL_CHARS_MAX / Math.max(1, texts))
  return [
    headOf(tookMs),
    ...parts.map((part) =>
      part.type === 'input_text' ? { ...part, text: cut(String(part.text), each) } : part,
    ),
  ]
}

function partOf(content: { readonly type: string; readonly [key: string]: unknown }): ContentPart {
  const { type, text, data, mimeType } = content
  if (type === 'text' && typeof text === 'string') return { type: 'input_text', text }
  if (type === 'image' && typeof data === 'string' && typeof mimeType === 'string')
    return { type: 'input_image', image_url: `data:${mimeType};base64,${data}` }
  return { type: 'input_text', text: JSON.stringify(content) }
}

export function storedResult(result: McpCallResult): McpToolCallItem['result'] {
  return {
    content: result.content.slice(0, PARTS_MAX).map(bounded),
    structuredContent: bounded(result.structuredContent) ?? null,
    _meta: bounded(result._meta) ?? null,
  }
}

function bounded(value: unknown): unknown {
  if (value === undefined || value === null) return null
  const json = JSON.stringify(value)
  if (json.length <= STORED_CHARS_MAX) return value
  const { type, text } = value as { type?: unknown; text?: unknown }
  if (type === 'text' && typeof text === 'string')
    return { type: 'text', text: cut(text, STORED_CHARS_MAX) }
  return { type: 'text', text: `[${json.length} characters of ${String(type)} are not kept]` }
}

/** The middle goes. */
export function cut(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text
  const half = Math.floor(charsMax / 2)
  const omitted = text.length - 2 * half
  return `${text.slice(0, half)}\n… ${omitted} characters cut …\n${text.slice(-half)}`
}
