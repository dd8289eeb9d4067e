// Tools that a client brings with thread/start and carries out itself: offered like any other, called over the wire.
import { z } from 'zod'
import type {
  DynamicTool,
  DynamicToolCallItem,
  ThreadId,
  ToolCallAnswer,
} from '../../protocol/index.ts'
import { SkeinError } from '../lib/errors.ts'
import type { ToolOutputBody } from '../model/model-item.ts'
import type { Extension } from '../threads/extensions/extension.ts'
import type { Tool, ToolContext } from '../tools/tool.ts'

export interface ClientTools {
  readonly extension: Extension
  /** Throws SkeinError for names that no provider takes, that are taken, or that belong to servers. */
  check(tools: readonly DynamicTool[]): void
  /** As long as the thread is loaded. */
  offer(threadId: ThreadId, tools: readonly DynamicTool[]): void
}

export function createClientTools(): ClientTools {
  const byThread = new Map<ThreadId, readonly Tool[]>()
  return {
    extension: {
      name: 'client-tools',
      tools: ({ control }) => byThread.get(control.threadId) ?? [],
      onThreadStop: ({ control }) => void byThread.delete(control.threadId),
    },
    check: refuseBadNames,
    offer: (threadId, tools) => void byThread.set(threadId, tools.map(toolOf)),
  }
}

const LEGAL_NAME = /^[a-zA-Z0-9_-]+$/
const OF_SERVERS = 'mcp__'

function refuseBadNames(tools: readonly DynamicTool[]): void {
  const seen = new Set<string>()
  for (const { name } of tools) {
    const reason = !LEGAL_NAME.test(name)
      ? `must match ${LEGAL_NAME.source}`
      : name.startsWith(OF_SERVERS)
        ? 'is reserved'
        : seen.has(name)
          ? 'is given twice'
          : null
    if (reason !== null)
      throw new SkeinError('invalidParams', `dynamic tool name ${reason}: ${name}`)
    seen.add(name)
  }
}

const AnyArguments = z.unknown()

function toolOf({ name, description, inputSchema }: DynamicTool): Tool {
  const parameters =
    typeof inputSchema === 'object' && inputSchema !== null
      ? (inputSchema as Record<string, unknown>)
      : { type: 'object', properties: {} }
  return {
    name,
    parallel: true,
    input: AnyArguments,
    spec: { kind: 'function', name, description, parameters },
    prepare: async (input, context) => prepare(name, input, context),
  }
}

function prepare(name: string, input: unknown, context: ToolContext) {
  const item: DynamicToolCallItem = {
    type: 'dynamicToolCall',
    id: context.callId,
    namespace: null,
    tool: name,
    arguments: input,
    status: 'inProgress',
    contentItems: null,
    success: null,
    durationMs: null,
  }
  return {
    item,
    action: { type: 'none' as const },
    async run({ ask }: Parameters<Awaited<ReturnType<Tool['prepare']>>['run']>[0]) {
      const beganMs = performance.now()
      const answer = await ask('item/tool/call', {
        threadId: context.threadId,
        turnId: context.turnId,
        callId: context.callId,
        namespace: null,
        tool: name,
        arguments: input,
      })
      const durationMs = Math.round(performance.now() - beganMs)
      return { output: outputOf(answer), item: ended(item, answer, durationMs) }
    },
    stopped: () => ({ ...item, status: 'failed' as const }),
  }
}

/** One text alone is plain text; everything else goes in parts. */
function outputOf({ contentItems }: ToolCallAnswer): ToolOutputBody {
  const [only] = contentItems
  if (contentItems.length === 1 && only?.type === 'inputText') return only.text
  return contentItems.map((part) =>
    part.type === 'inputText'
      ? { type: 'input_text', text: part.text }
      : { type: 'input_image', image_url: part.imageUrl, detail: 'high' },
  )
}

function ended(
  item: DynamicToolCallItem,
  { contentItems, success }: ToolCallAnswer,
  durationMs: number,
): DynamicToolCallItem {
  const status = success ? 'completed' : 'failed'
  return { ...item, status, contentItems, success, durationMs }
}
