// One text member of a JSON object that is still being written, piece by piece: its cost is that of each piece.

export interface TextMember {
  /** What the piece adds to the text, with its escapes read; empty before its beginning and after its end. */
  feed(piece: string): string
}

/** What may stand before the text; more than this is no object that begins with it. */
const HEAD_CHARS_MAX = 1000

/** Of the member `name` of the outermost object; it is found when it is the first that is a text. */
export function createTextMember(name: string): TextMember {
  const head = new RegExp(`^\\s*\\{\\s*"${name}"\\s*:\\s*"`)
  /** Before the text: what came so far. Within it: an escape that is not whole. */
  let rest = ''
  let state: 'before' | 'within' | 'over' = 'before'

  function begin(piece: string): string {
    rest += piece
    const found = head.exec(rest)
    if (!found) {
      if (rest.length > HEAD_CHARS_MAX) state = 'over'
      return ''
    }
    const first = rest.slice(found[0].length)
    rest = ''
    state = 'within'
    return goOn(first)
  }

  function goOn(piece: string): string {
    const [whole = ''] = /^(?:[^"\\]+|\\u[0-9a-fA-F]{4}|\\[^u])*/.exec(rest + piece) ?? []
    const behind = (rest + piece).slice(whole.length)
    rest = behind
    // What is left is the end, or an escape of which more may come.
    if (behind !== '' && !/^\\(?:u[0-9a-fA-F]{0,3})?$/.test(behind)) state = 'over'
    try {
      return JSON.parse(`"${whole}"`) as string
    } catch {
      state = 'over'
      return ''
    }
  }

  return {
    feed: (piece) => (state === 'before' ? begin(piece) : state === 'within' ? goOn(piece) : ''),
  }
}
