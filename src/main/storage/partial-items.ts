// Items as they were when their text last reached the disk: the started row, if there is one, and the text since.
import type { ThreadItem } from '../../protocol/index.ts'
import type { PartialKey } from './journal.ts'

export interface PartialText {
  readonly itemId: string
  readonly kind: PartialKey['kind']
  readonly field: string
  readonly text: string
  readonly atMs: number
}

/** A streamed item has no row before it completes: it begins empty. */
export function emptyItem(
  kind: PartialKey['kind'],
  id: string,
  cwd: string,
  atMs: number,
): ThreadItem {
  switch (kind) {
    case 'agentMessage':
      return {
        type: 'agentMessage',
        id,
        text: '',
        phase: null,
        memoryCitation: null,
        moderation: null,
        delivery: null,
        questions: null,
        startedAtMs: atMs,
      }
    case 'plan':
      return { type: 'plan', id, text: '', startedAtMs: atMs }
    case 'reasoning':
      return { type: 'reasoning', id, summary: [], content: [], startedAtMs: atMs }
    case 'commandExecution':
      return {
        type: 'commandExecution',
        id,
        command: '',
        cwd,
        processId: null,
        source: 'agent',
        status: 'inProgress',
        commandActions: [],
        aggregatedOutput: null,
        exitCode: null,
        durationMs: null,
        pluginId: null,
        scriptPath: null,
        startedAtMs: atMs,
      }
  }
}

/** Fields that do not belong to the item's kind are left out. */
export function withText(
  item: ThreadItem,
  partial: Pick<PartialText, 'field' | 'text'>,
): ThreadItem {
  const { field, text } = partial
  if ((item.type === 'agentMessage' || item.type === 'plan') && field === 'text')
    return { ...item, text: item.text + text }
  if (item.type === 'commandExecution' && field === 'output')
    return { ...item, aggregatedOutput: (item.aggregatedOutput ?? '') + text }
  if (item.type === 'reasoning') {
    const [name, number] = field.split(':')
    const index = Number(number)
    if (name === 'summary') return { ...item, summary: appendAt(item.summary, index, text) }
    if (name === 'content') return { ...item, content: appendAt(item.content, index, text) }
  }
  return item
}

function appendAt(texts: readonly string[], index: number, text: string): string[] {
  const length = Math.max(texts.length, index + 1)
  return Array.from({ length }, (_, at) => (texts[at] ?? '') + (at === index ? text : ''))
}
