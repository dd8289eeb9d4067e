// A person's input in its two forms: the card of the transcript and the message the model reads.
import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { INPUT_CHARS_MAX, type UserInput, type UserMessageItem } from '../../../protocol/index.ts'
import { messageOf, SkeinError } from '../../lib/errors.ts'
import { type ContentPart, type ModelItem, userMessage } from '../../model/model-item.ts'

/** Throws SkeinError('tooLarge') when the texts together exceed the limit, in characters. */
export function checkInputSize(input: readonly UserInput[]): void {
  const sizeBy = (measure: (text: string) => number): number =>
    input.reduce((sum, part) => sum + (part.type === 'text' ? measure(part.text) : 0), 0)
  // Units are never fewer than characters, and are known without counting.
  if (sizeBy((text) => text.length) <= INPUT_CHARS_MAX) return
  const actual = sizeBy(lengthOf)
  if (actual > INPUT_CHARS_MAX)
    throw new SkeinError(
      'tooLarge',
      `Input exceeds the maximum length of ${INPUT_CHARS_MAX} characters.`,
      { input_error_code: 'input_too_large', max_chars: INPUT_CHARS_MAX, actual_chars: actual },
    )
}

/** In characters, not UTF-16 units. */
function lengthOf(text: string): number {
  let count = 0
  for (const _ of text) count++
  return count
}

export function userMessageItem(
  id: string,
  clientId: string | null,
  content: readonly UserInput[],
  atMs: number,
): UserMessageItem {
  return {
    type: 'userMessage',
    id,
    clientId,
    content: content.map(completed),
    startedAtMs: atMs,
    completedAtMs: atMs,
  }
}

/** What may be left out is there in what clients read back. */
export function completed(part: UserInput): UserInput {
  switch (part.type) {
    case 'text':
      return { ...part, text_elements: part.text_elements ?? [] }
    case 'image':
    case 'localImage':
      return { ...part, detail: part.detail ?? null }
    default:
      return part
  }
}

/** What the model reads of it; null when there is nothing (an empty input starts a turn without text). */
export async function modelMessage(content: readonly UserInput[]): Promise<ModelItem | null> {
  if (content.length === 0) return null
  return userMessage(await Promise.all(content.map(contentPart)))
}

async function contentPart(part: UserInput): Promise<ContentPart> {
  switch (part.type) {
    case 'text':
      return { type: 'input_text', text: part.text }
    case 'image':
      return {
        type: 'input_image',
        image_url: part.url,
        ...(part.detail && { detail: part.detail }),
      }
    case 'localImage':
      return localImage(part.path)
    case 'skill':
    case 'mention':
      return { type: 'input_text', text: `[${part.name}](${part.path})` }
  }
}

const IMAGE_BYTES_MAX = 20 * 1024 * 1024
const imageTypes: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
}

/** An image that cannot be sent becomes a note, so that the words beside it still arrive. */
async function localImage(file: string): Promise<ContentPart> {
  const note = (why: string): ContentPart => ({
    type: 'input_text',
    text: `[image ${file}: ${why}]`,
  })
  const type = imageTypes[path.extname(file).toLowerCase()]
  if (!type) return note('not a supported image type')
  try {
    const found = await stat(file)
    if (!found.isFile()) return note('not a file')
    if (found.size > IMAGE_BYTES_MAX) return note('larger than 20 MiB')
    const bytes = await readFile(file)
    return { type: 'input_image', image_url: `data:${type};base64,${bytes.toString('base64')}` }
  } catch (error) {
    return note(messageOf(error))
  }
}
