// The words of a person's message.
import type { UserInput } from '../../protocol/index.ts'
import type { TurnView } from './thread-state.ts'

export function textOf(content: readonly UserInput[]): string {
  return content.flatMap((input) => (input.type === 'text' ? [input.text] : [])).join('\n')
}

/** What the person said first in a turn; null when it began without words of theirs. */
export function firstWordsOf({ items }: Pick<TurnView, 'items'>): string | null {
  for (const { item } of items) if (item.type === 'userMessage') return textOf(item.content)
  return null
}
