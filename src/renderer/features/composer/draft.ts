// A message before it is handed over: the words, and what goes along with them — long text that was pasted, text and
// pictures from files, mentions of files.
import { INPUT_CHARS_MAX, type UserInput } from '../../../protocol/index.ts'

export type Attachment =
  /** `name` is that of the file it was read from, or null when it was pasted. */
  | { readonly kind: 'text'; readonly name: string | null; readonly text: string }
  /** The picture itself, as a data: address. */
  | { readonly kind: 'image'; readonly name: string; readonly url: string }
  /** Only the path goes along. */
  | { readonly kind: 'mention'; readonly name: string; readonly path: string }

export interface Draft {
  readonly text: string
  readonly attachments: readonly Attachment[]
}

export const emptyDraft: Draft = { text: '', attachments: [] }

export function isEmpty({ text, attachments }: Draft): boolean {
  return text.trim() === '' && attachments.length === 0
}

/** Longer text that is pasted becomes an attachment. In characters. */
export const PASTE_CHARS_MAX = 4_000

/** The command that a draft asks the person's own shell to run; null when it is a message. */
export function shellCommandOf(text: string): string | null {
  return text.startsWith('!') ? text.slice(1).trim() : null
}

/** The draft as it goes over the wire. */
export function inputOf({ text, attachments }: Draft): UserInput[] {
  const words: UserInput[] = text.trim() === '' ? [] : [{ type: 'text', text }]
  return [...words, ...attachments.map(partOf)]
}

function partOf(attachment: Attachment): UserInput {
  switch (attachment.kind) {
    case 'text':
      return { type: 'text', text: textOf(attachment) }
    case 'image':
      return { type: 'image', url: attachment.url }
    case 'mention':
      return { type: 'mention', name: attachment.name, path: attachment.path }
  }
}

function textOf({ name, text }: Extract<Attachment, { kind: 'text' }>): string {
  return name === null ? text : `${name}:\n\n${text}`
}

/** Characters that count against `INPUT_CHARS_MAX`. */
export function charsOf({ text, attachments }: Draft): number {
  return attachments.reduce(
    (sum, one) => (one.kind === 'text' ? sum + textOf(one).length : sum),
    text.length,
  )
}

/** Why the draft cannot be handed over; undefined when it can. */
export function draftProblem(draft: Draft): string | undefined {
  const command = shellCommandOf(draft.text)
  if (command === '') return 'Write a command first'
  if (command !== null && draft.attachments.length > 0) return 'A command takes no attachments'
  const excess = charsOf(draft) - INPUT_CHARS_MAX
  if (excess > 0)
    return `${excess.toLocaleString('en')} ${excess === 1 ? 'character' : 'characters'} too many`
  return isEmpty(draft) ? 'Write a message first' : undefined
}
