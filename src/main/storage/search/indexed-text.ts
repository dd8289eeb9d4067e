// What of an item can be found, and as which kind of hit.
import type { SearchKind, ThreadItem } from '../../../protocol/index.ts'

/** Of one text; the rest of a longer one is not found. In UTF-16 units. */
const TEXT_LENGTH_MAX = 256 * 1024
/** Of a command's output: its head tells what it was. */
const OUTPUT_LENGTH_MAX = 4 * 1024

export type IndexedText = Partial<Record<SearchKind, string>>

/** Undefined when there is nothing to find in it. */
export function textsOf(item: ThreadItem): IndexedText | undefined {
  switch (item.type) {
    case 'userMessage':
      return some({ user: messageText(item) })
    case 'agentMessage':
    case 'plan':
      return some({ agent: item.text })
    case 'commandExecution': {
      const output = item.aggregatedOutput?.slice(0, OUTPUT_LENGTH_MAX) ?? ''
      return some({ command: item.command, ...(output !== '' && { output }) })
    }
    case 'fileChange':
      return some({ file: item.changes.map(({ path }) => path).join('\n') })
    default:
      return undefined
  }
}

/** The words of a person, or undefined for other items. */
export function spokenText(item: ThreadItem): string | undefined {
  if (item.type === 'userMessage') return messageText(item)
  return item.type === 'agentMessage' ? item.text : undefined
}

function messageText(item: Extract<ThreadItem, { type: 'userMessage' }>): string {
  return item.content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n')
}

function some(texts: IndexedText): IndexedText | undefined {
  const entries = Object.entries(texts).filter(([, text]) => text.trim() !== '')
  if (entries.length === 0) return undefined
  return Object.fromEntries(entries.map(([kind, text]) => [kind, text.slice(0, TEXT_LENGTH_MAX)]))
}
