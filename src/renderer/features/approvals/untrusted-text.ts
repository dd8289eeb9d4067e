// Text that somebody else wrote and a person decides by: what cannot be seen is made visible.

export interface ShownText {
  readonly text: string
  /** Letters that were left out at the end. */
  readonly omitted: number
  /** It held letters that are invisible or turn the text around; their codes stand in their place. */
  readonly isOdd: boolean
}

/**
 * Control, format, private and unassigned letters, line and paragraph separators, and spaces other than the plain
 * one. Line feeds and tabs stay.
 */
const odd =
  /(?![\n\t])[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\u2028\u2029]|(?! )\p{Zs}|\u115f|\u1160|\u3164|\uffa0/gu
// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal sequences begin with one.
const sequences = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?)/g

/** For prose: terminal sequences are dropped, other oddities shown by their code, and it is cut at the limit. */
export function showProse(source: string, charsMax: number): ShownText {
  const plain = source.replace(sequences, '').replaceAll('\r\n', '\n')
  const { text, isOdd } = visible(plain.slice(0, charsMax))
  return { text, omitted: Math.max(0, plain.length - charsMax), isOdd: isOdd || plain !== source }
}

/** For a command: nothing is dropped, for each letter counts. */
export function showCommand(source: string): ShownText {
  return { ...visible(source), omitted: 0 }
}

/** A part of a command as it is shown. `odd`: the codes that stand in the place of letters. */
export interface CommandPiece {
  readonly kind: 'plain' | 'blanks' | 'lineEnds' | 'foreign' | 'odd'
  readonly text: string
}

const pieces = new RegExp(
  [
    `(?<odd>(?:${odd.source})+)`,
    '(?<lineEnds>\\n{2,})',
    '(?<blanks>(?<![ \\t\\n]|^)(?: {2,}|[ \\t]*\\t[ \\t]*)|[ \\t]{9,})',
    '(?<foreign>[^\\x00-\\x7f])',
  ].join('|'),
  'gu',
)

/**
 * A command in the parts that a person should see as such: empty lines, more than one blank but for an indent, and
 * letters that ASCII does not have, for they can look like others. Put together it is what `showCommand` shows.
 */
export function commandPieces(source: string): readonly CommandPiece[] {
  const found: CommandPiece[] = []
  const add = (kind: CommandPiece['kind'], text: string): void => {
    const last = found.at(-1)
    if (text === '') return
    if (last?.kind === kind) found[found.length - 1] = { kind, text: last.text + text }
    else found.push({ kind, text })
  }
  let at = 0
  for (const match of source.matchAll(pieces)) {
    add('plain', source.slice(at, match.index))
    const [text] = match
    const { odd: hidden, lineEnds, blanks } = match.groups ?? {}
    if (hidden) add('odd', visible(text).text)
    else add(lineEnds ? 'lineEnds' : blanks ? 'blanks' : 'foreign', text)
    at = match.index + text.length
  }
  add('plain', source.slice(at))
  return found
}

function visible(source: string): { text: string; isOdd: boolean } {
  const text = source.replace(odd, (letter) => {
    const code = letter.codePointAt(0) ?? 0
    return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`
  })
  return { text, isOdd: text !== source }
}
