// A line of output with colour sequences as pieces of text with a look.
import type { DecorationType } from 'ansi-sequence-parser'
import { parseAnsiSequences } from 'ansi-sequence-parser'
import { inkColours } from './ansi-colours.ts'

export interface AnsiSegment {
  readonly text: string
  /** CSS colours; null means the viewer's own. */
  readonly foreground: string | null
  readonly background: string | null
  /** `reverse` is worked into the colours, `hidden` is not obeyed: output keeps no secrets. */
  readonly decorations: readonly DecorationType[]
}

const shown: ReadonlySet<DecorationType> = new Set([
  'bold',
  'dim',
  'italic',
  'underline',
  'strikethrough',
])

export function ansiSegments(line: string): readonly AnsiSegment[] {
  return parseAnsiSequences(plainSequences(line)).map((token) => {
    const isReverse = token.decorations.has('reverse')
    const foreground = isReverse ? (token.background ?? groundOf('white')) : token.foreground
    const background = isReverse ? (token.foreground ?? groundOf('black')) : token.background
    return {
      text: token.value,
      ...inkColours(foreground, background),
      decorations: [...token.decorations].filter((decoration) => shown.has(decoration)),
    }
  })
}

/** Reversed text without colours of its own: the palette's ends stand in for the viewer's. */
function groundOf(name: 'black' | 'white') {
  return { type: 'named', name } as const
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colour sequences begin with one.
const sequence = /\u001b\[([\d;:]*)m/g

/** Colons instead of semicolons, an empty colour space, no parameter at all: other spellings of the same. */
function plainSequences(line: string): string {
  return line.replace(sequence, (_, parameters: string) => {
    const plain = parameters
      .replace(/([34]8):2:\d*:(?=\d+:\d+:\d)/g, '$1;2;')
      .replace(/(^|;)4:\d/g, '$14')
      .replaceAll(':', ';')
    return `\u001b[${plain || '0'}m`
  })
}
