// The words of a person's message.
import type { UserInput } from '../../../protocol/index.ts'

export function textOf(content: readonly UserInput[]): string {
  return content.flatMap((input) => (input.type === 'text' ? [input.text] : [])).join('\n')
}
