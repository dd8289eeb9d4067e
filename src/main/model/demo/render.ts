// An act of the demo as the events a real provider would send for it.
import type { ModelEvent, ModelRequest } from '../model-client.ts'
import type { ModelItem } from '../model-item.ts'
import type { Act } from './act.ts'
import type { ElementKind } from './scene.ts'

export type NextId = (kind: ElementKind) => string

/** A piece of text as long as what real models send at once. */
const token = /\s*\S{1,8}|\s+$/gu

export function eventsOf(
  act: Act,
  nextId: NextId,
  tools: ModelRequest['tools'],
): readonly ModelEvent[] {
  switch (act.type) {
    case 'think':
      return thought(nextId('rs'), act.parts)
    case 'say':
      return message(nextId('msg'), act.text)
    case 'break':
      // Without the end of the message: it breaks before that.
      return act.text === '' ? [] : message(nextId('msg'), act.text).slice(0, -1)
    case 'call':
      return [done(functionCall(nextId('call'), act.tool, JSON.stringify(act.args)))]
    case 'patch':
      return patch(nextId('call'), act.text, tools)
    case 'goOn':
      return []
  }
}

function thought(itemId: string, parts: readonly string[]): readonly ModelEvent[] {
  const summary = parts.map((text) => ({ type: 'summary_text', text }))
  return [
    { type: 'reasoningStarted', itemId },
    ...parts.flatMap((part, summaryIndex): readonly ModelEvent[] => [
      { type: 'reasoningPartAdded', itemId, summaryIndex },
      ...tokensOf(part).map(
        (delta): ModelEvent => ({ type: 'reasoningSummaryDelta', itemId, summaryIndex, delta }),
      ),
    ]),
    done({ type: 'reasoning', id: itemId, summary, encrypted_content: null }),
  ]
}

function message(itemId: string, text: string): readonly ModelEvent[] {
  const content = [{ type: 'output_text', text, annotations: [] }]
  return [
    { type: 'messageStarted', itemId },
    ...tokensOf(text).map((delta): ModelEvent => ({ type: 'textDelta', itemId, delta })),
    done({ type: 'message', id: itemId, role: 'assistant', content }),
  ]
}

function tokensOf(text: string): readonly string[] {
  return text.match(token) ?? []
}

function functionCall(callId: string, name: string, args: string): ModelItem {
  return { type: 'function_call', call_id: callId, name, arguments: args }
}

/** In the form in which the tool is offered, line by line. */
function patch(callId: string, text: string, tools: ModelRequest['tools']): readonly ModelEvent[] {
  const name = 'apply_patch'
  const isFunction = tools.some((tool) => tool.name === name && tool.kind === 'function')
  if (isFunction) return [done(functionCall(callId, name, JSON.stringify({ input: text })))]
  return [
    ...(text.match(/.*\n?/g) ?? []).map(
      (delta): ModelEvent => ({ type: 'callDelta', callId, name, form: 'text', delta }),
    ),
    done({ type: 'custom_tool_call', call_id: callId, name, input: text }),
  ]
}

function done(item: ModelItem): ModelEvent {
  return { type: 'itemDone', item }
}
