// What a thread is called before anyone named it: the first words of its first message.
import type { UserMessageItem } from '../../protocol/index.ts'

const PREVIEW_CHARS_MAX = 400

/** "" when the message has neither words nor a picture; never ends in half a character. */
export function previewOf(item: UserMessageItem): string {
  const texts = item.content.flatMap((part) => (part.type === 'text' ? [part.text.trim()] : []))
  const text = texts.find((words) => words !== '')
  if (text !== undefined) return previewOfText(text)
  return item.content.some(({ type }) => type === 'image' || type === 'localImage') ? '[Image]' : ''
}

export function previewOfText(text: string): string {
  return text.slice(0, PREVIEW_CHARS_MAX).replace(/[\uD800-\uDBFF]$/, '')
}
