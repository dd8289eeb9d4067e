// Splits Markdown that is still arriving into its top-level blocks. All but the last are closed: more text
// cannot change them, so they are parsed and drawn once, whatever the length of the message.
import { fromMarkdown } from 'mdast-util-from-markdown'

export interface MarkdownBlock {
  /** Where it begins in the message: its identity. */
  readonly start: number
  readonly text: string
}

export interface MarkdownBlocks {
  readonly source: string
  readonly closed: readonly MarkdownBlock[]
  readonly open: MarkdownBlock
  /** Targets of reference links, wherever in the closed text they stand. */
  readonly definitions: string
}

const nothing: MarkdownBlocks = {
  source: '',
  closed: [],
  open: { start: 0, text: '' },
  definitions: '',
}

/** The blocks of `source`. What `before` found is kept when the text only grew. */
export function splitMarkdown(source: string, before: MarkdownBlocks = nothing): MarkdownBlocks {
  if (source === before.source) return before
  const known = source.startsWith(before.source) ? before : nothing
  const rest = source.slice(known.open.start)
  // A long code block would be parsed again with every piece of it; looking for its end is enough.
  if (isOpenFence(rest)) {
    return { ...known, source, open: { start: known.open.start, text: rest } }
  }
  const nodes = fromMarkdown(rest).children
  const last = nodes.at(-1)?.position?.start.offset ?? 0
  const openFrom = rest.lastIndexOf('\n', last) + 1
  const closed: MarkdownBlock[] = []
  const definitions: string[] = []
  for (const node of nodes.slice(0, -1)) {
    const { start, end } = node.position ?? {}
    const text = rest.slice(start?.offset, end?.offset)
    if (node.type === 'definition') definitions.push(text)
    else closed.push({ start: known.open.start + (start?.offset ?? 0), text })
  }
  return {
    source,
    closed: closed.length === 0 ? known.closed : [...known.closed, ...closed],
    open: { start: known.open.start + openFrom, text: rest.slice(openFrom) },
    definitions:
      definitions.length === 0 ? known.definitions : [known.definitions, ...definitions].join('\n'),
  }
}

const fenceStart = /^ {0,3}(`{3,}|~{3,})([^\n]*)\n?/

/** A fenced code block without its last line; null when the text is none or it is complete. */
export function openFence(text: string): { language: string; code: string } | null {
  const opening = fenceStart.exec(text)
  const [whole, marks, info = ''] = opening ?? []
  if (whole === undefined || marks === undefined) return null
  if (marks.startsWith('`') && info.includes('`')) return null
  const code = text.slice(whole.length)
  const closing = new RegExp(`^ {0,3}${marks[0]}{${marks.length},}[ \\t]*$`, 'm')
  return closing.test(code) ? null : { language: languageOf(info), code }
}

function isOpenFence(text: string): boolean {
  return openFence(text) !== null
}

export function languageOf(info: string): string {
  return info.trim().split(/\s/, 1)[0] ?? ''
}

/** A last line of marks alone could become anything: a rule, a list, a heading of the line before. */
const undecided = /(?:^|\n)[ \t]*(?:[-=*_+#>|~:`]+|\d{1,9}[.)]?)[ \t]*$/
const tableHead = /(?:^|\n)( {0,3}\|[^\n]*)(\n[ \t:|-]*)?$/

/** The open block as far as its look is decided, so that nothing is drawn as one thing and then as another. */
export function settledText(text: string): string {
  const decided = text.replace(undecided, '')
  const table = tableHead.exec(decided)
  return table && !decided.slice(0, table.index).includes('|')
    ? decided.slice(0, table.index)
    : decided
}
