// What a terminal would finally show of a command's output, line by line: overwritten text is gone, colours stay,
// every other control sequence is dropped. Fed with output that grows, it looks at each character once.

const ESC = '\u001b'
/** One letter and what is around it in a line with an escape sequence or a return in it. */
const tokens = new RegExp(
  [
    `${ESC}\\[([0-?]*)[ -/]*([@-~])`, // control sequence: parameters, final letter
    `${ESC}[\\]PX^_][^\\u0007${ESC}]*(?:\\u0007|${ESC}\\\\|$)`, // titles, links and other strings
    `${ESC}[ -/]*[0-~]?`, // short escapes
    `[\\r\\b]`,
    `[^${ESC}\\r\\b]+`,
  ].join('|'),
  'g',
)
const special = new RegExp(`[${ESC}\\r\\b]`)
// biome-ignore lint/suspicious/noControlCharactersInRegex: dropping control characters is what it is for.
const invisible = /[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f-\u009f]/g
const COLOURS_MAX = 16
/** A line without an end is looked at again with every piece; beyond this it is taken as it is. */
const OPEN_LINE_CHARS_MAX = 65_536

export interface TerminalText {
  /** Takes all output so far. */
  update(output: string): void
  readonly lineCount: number
  /** Lines as plain text with colour sequences in them; each can be read without the ones before it. */
  slice(from: number, to: number): readonly string[]
}

export function createTerminalText(): TerminalText {
  let source = ''
  let ended: string[] = []
  let openFrom = 0
  let open = ''
  /** Colour sequences in force where the open line begins. */
  let colours: readonly string[] = []

  function restart(): void {
    source = ''
    ended = []
    openFrom = 0
    open = ''
    colours = []
  }

  function endLine(raw: string): void {
    const line = finalLine(raw, colours)
    ended.push(line.text)
    colours = line.colours
  }

  return {
    update(output) {
      if (output === source) return
      if (!output.startsWith(source)) restart()
      source = output
      let end = output.indexOf('\n', openFrom)
      while (end !== -1) {
        endLine(output.slice(openFrom, end))
        openFrom = end + 1
        end = output.indexOf('\n', openFrom)
      }
      if (output.length - openFrom > OPEN_LINE_CHARS_MAX) {
        endLine(output.slice(openFrom))
        openFrom = output.length
      }
      open = openFrom < output.length ? finalLine(output.slice(openFrom), colours).text : ''
    },
    get lineCount() {
      return ended.length + (openFrom < source.length ? 1 : 0)
    },
    slice(from, to) {
      const lines = ended.slice(from, to)
      if (openFrom < source.length && from <= ended.length && to > ended.length) lines.push(open)
      return lines
    },
  }
}

interface FinalLine {
  readonly text: string
  readonly colours: readonly string[]
}

function finalLine(raw: string, coloursBefore: readonly string[]): FinalLine {
  const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw
  const prefix = coloursBefore.join('')
  if (!special.test(line)) {
    return { text: prefix + line.replace(invisible, ''), colours: coloursBefore }
  }
  const screen = createScreenLine(coloursBefore)
  for (const [token, parameters, final] of line.matchAll(tokens)) {
    if (token === '\r') screen.moveTo(0)
    else if (token === '\b') screen.moveBy(-1)
    else if (!token.startsWith(ESC)) screen.write(token.replace(invisible, ''))
    else if (final === 'm' && parameters !== undefined) screen.colour(parameters)
    else if (final === 'K') screen.erase(parameters ?? '')
  }
  return screen.read()
}

interface Cell {
  readonly letter: string
  readonly colour: string
}

/** The cells of one line and a cursor, so that letters written twice replace each other. */
function createScreenLine(coloursBefore: readonly string[]) {
  let cells: Cell[] = []
  let at = 0
  let colours = coloursBefore
  let colour = colours.join('')
  const blank: Cell = { letter: ' ', colour: '' }

  return {
    moveTo: (column: number) => {
      at = column
    },
    moveBy: (columns: number) => {
      at = Math.max(0, at + columns)
    },
    write(text: string) {
      for (const letter of text) {
        cells[at] = { letter, colour }
        at += 1
      }
    },
    colour(parameters: string) {
      if (!/^[\d;:]*$/.test(parameters)) return
      colours = withColour(colours, parameters)
      colour = colours.join('')
    },
    erase(mode: string) {
      if (mode === '2') cells = []
      else if (mode === '1') cells.fill(blank, 0, Math.min(at + 1, cells.length))
      else cells.length = Math.min(at, cells.length)
    },
    read(): FinalLine {
      let text = ''
      let current = ''
      // A cursor that was moved past the end leaves holes.
      for (let column = 0; column < cells.length; column++) {
        const { letter, colour: own } = cells[column] ?? blank
        if (own !== current) text += `${current === '' ? '' : `${ESC}[0m`}${own}`
        current = own
        text += letter
      }
      return { text, colours }
    },
  }
}

function withColour(colours: readonly string[], parameters: string): readonly string[] {
  const sequence = `${ESC}[${parameters || '0'}m`
  if (/^0*$/.test(parameters)) return []
  if (/^0*;/.test(parameters)) return [sequence]
  return [...colours.slice(1 - COLOURS_MAX), sequence]
}

/** The output as text, without its colours: what is copied. */
export function withoutColours(line: string): string {
  return line.replace(new RegExp(`${ESC}\\[[\\d;:]*m`, 'g'), '')
}
