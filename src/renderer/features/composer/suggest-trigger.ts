// What the cursor stands in: a command at the beginning of the message, or a word that mentions a file.

export interface Trigger {
  readonly kind: 'command' | 'mention'
  /** What is typed behind the sign. */
  readonly query: string
  /** Where the sign stands in the text, and where the word ends. */
  readonly from: number
  readonly to: number
}

/** Null when nothing is to be suggested. `cursor` counts UTF-16 units, as a text field does. */
export function triggerAt(text: string, cursor: number): Trigger | null {
  const before = text.slice(0, cursor)
  const command = /^\/([\w-]*)$/.exec(before)
  if (command) return { kind: 'command', query: command[1] ?? '', from: 0, to: cursor }
  const mention = /(?:^|\s)@(\S*)$/.exec(before)
  if (!mention) return null
  const query = mention[1] ?? ''
  return { kind: 'mention', query, from: cursor - query.length - 1, to: cursor }
}

/** The text with the word taken out, or another in its place. */
export function withoutTrigger(text: string, { from, to }: Trigger, instead = ''): string {
  return text.slice(0, from) + instead + text.slice(to)
}
