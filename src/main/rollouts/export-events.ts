// The events by which a rollout of the reference tells people of an item.
import type { ThreadItem } from '../../protocol/index.ts'

type Line = Readonly<Record<string, unknown>>
type Item<T extends ThreadItem['type']> = Extract<ThreadItem, { type: T }>

/**
 * What people see of an item; none for what this form tells by a call and its output alone: commands, pictures that were
 * looked at, tools of clients.
 */
export function eventsOf(item: ThreadItem, threadId: string, turnId: string): Line[] {
  switch (item.type) {
    case 'userMessage': {
      const texts = item.content.flatMap((part) => (part.type === 'text' ? [part.text] : []))
      const images = item.content.flatMap((part) => (part.type === 'image' ? [part.url] : []))
      const local = item.content.flatMap((part) => (part.type === 'localImage' ? [part.path] : []))
      const message = texts.join('\n')
      const text_elements = elementsOf(item.content)
      return [{ type: 'user_message', message, images, local_images: local, text_elements }]
    }
    case 'agentMessage':
      return [
        { type: 'agent_message', message: item.text, phase: item.phase, memory_citation: null },
      ]
    case 'reasoning':
      return [
        ...item.summary.map((text) => ({ type: 'agent_reasoning', text })),
        ...item.content.map((text) => ({ type: 'agent_reasoning_raw_content', text })),
      ]
    case 'fileChange':
      return [patchEvent(item, turnId)]
    case 'mcpToolCall':
      return [mcpEvent(item, turnId)]
    case 'webSearch':
      return [{ type: 'web_search_end', call_id: item.id, query: item.query, action: item.action }]
    case 'enteredReviewMode': {
      const target = { type: 'custom', instructions: item.review }
      const about = { turn_id: turnId, item_id: item.id, target, user_facing_hint: item.review }
      return [{ type: 'entered_review_mode', ...about }]
    }
    case 'exitedReviewMode': {
      const output = { findings: [], overall_correctness: '', overall_explanation: item.review }
      const review = { ...output, overall_confidence_score: 0 }
      const about = { turn_id: turnId, item_id: item.id, review_output: review }
      return [{ type: 'exited_review_mode', ...about }]
    }
    case 'contextCompaction':
      return [{ type: 'context_compacted' }]
    case 'plan': {
      const plan = { type: 'Plan', id: item.id, text: item.text }
      const event = { type: 'item_completed', thread_id: threadId, turn_id: turnId, item: plan }
      return [event]
    }
    default:
      return []
  }
}

/** Places are those in the first text, which is all that most messages have. */
function elementsOf(content: Item<'userMessage'>['content']): Line[] {
  const first = content.find((part) => part.type === 'text')
  return (first?.text_elements ?? []).map(({ byteRange, placeholder }) => ({
    byte_range: byteRange,
    placeholder: placeholder ?? null,
  }))
}

function patchEvent(item: Item<'fileChange'>, turnId: string): Line {
  const success = item.status === 'completed'
  return {
    type: 'patch_apply_end',
    call_id: item.id,
    turn_id: turnId,
    stdout: '',
    stderr: '',
    success,
    status: success ? 'completed' : 'failed',
    changes: Object.fromEntries(
      item.changes.map(({ path, kind, diff }) => [
        path,
        kind.type === 'update'
          ? { type: 'update', unified_diff: diff, move_path: kind.move_path }
          : { type: kind.type, content: diff },
      ]),
    ),
  }
}

function mcpEvent(item: Item<'mcpToolCall'>, turnId: string): Line {
  const failure = item.error?.message ?? 'no result'
  return {
    type: 'mcp_tool_call_end',
    call_id: item.id,
    turn_id: turnId,
    invocation: { server: item.server, tool: item.tool, arguments: item.arguments ?? null },
    ...(item.readOnlyHint !== null && { read_only_hint: item.readOnlyHint }),
    duration: durationOf(item.durationMs),
    result: item.result ? { Ok: item.result } : { Err: failure },
  }
}

function durationOf(ms: number | null): Line {
  const whole = ms ?? 0
  return { secs: Math.floor(whole / 1000), nanos: (whole % 1000) * 1_000_000 }
}
