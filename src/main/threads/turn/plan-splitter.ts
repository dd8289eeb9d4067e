// Tells a proposed plan from the words around it while both stream: the plan stands between tags on lines of their own.

export interface Piece {
  readonly kind: 'text' | 'plan'
  readonly text: string
}

const OPEN = '<proposed_plan>'
const CLOSE = '</proposed_plan>'

export interface PlanSplitter {
  /** What is certain after this delta; the rest is held back until more comes. */
  feed(delta: string): readonly Piece[]
  /** The message is over: what was held back. */
  end(): readonly Piece[]
}

export function createPlanSplitter(): PlanSplitter {
  let held = ''
  let inPlan = false
  /** The line break behind a tag belongs to the tag. */
  let afterTag = false

  function take(): Piece[] {
    const pieces: Piece[] = []
    const give = (text: string): void => {
      if (text !== '') pieces.push({ kind: inPlan ? 'plan' : 'text', text })
    }
    for (;;) {
      if (afterTag && held !== '') {
        held = held.replace(/^\r?\n/, '')
        afterTag = false
      }
      const tag = inPlan ? CLOSE : OPEN
      const at = held.indexOf(tag)
      if (at === -1) {
        const kept = beginningOf(tag, held)
        give(held.slice(0, held.length - kept))
        held = held.slice(held.length - kept)
        return pieces
      }
      give(held.slice(0, at))
      held = held.slice(at + tag.length)
      inPlan = !inPlan
      afterTag = true
    }
  }

  return {
    feed(delta) {
      held += delta
      return take()
    },
    end() {
      const rest = held
      held = ''
      return rest === '' ? [] : [{ kind: inPlan ? 'plan' : 'text', text: rest }]
    },
  }
}

/** Length of the end of `text` that could be the beginning of the tag. */
function beginningOf(tag: string, text: string): number {
  for (let length = Math.min(tag.length - 1, text.length); length > 0; length--)
    if (text.endsWith(tag.slice(0, length))) return length
  return 0
}

export interface SplitText {
  readonly text: string
  /** Null when nothing was proposed. */
  readonly plan: string | null
}

export function splitPlan(message: string): SplitText {
  const splitter = createPlanSplitter()
  const pieces = [...splitter.feed(message), ...splitter.end()]
  const of = (kind: Piece['kind']): string =>
    pieces
      .filter((piece) => piece.kind === kind)
      .map((piece) => piece.text)
      .join('')
  return { text: of('text'), plan: pieces.some(({ kind }) => kind === 'plan') ? of('plan') : null }
}
