// A snippet with its match marked.
import type { MatchRange } from '../../../protocol/index.ts'

export function MarkedText({ text, range }: { text: string; range: MatchRange | null }) {
  if (!range) return text
  return (
    <>
      {text.slice(0, range.start)}
      <mark>{text.slice(range.start, range.end)}</mark>
      {text.slice(range.end)}
    </>
  )
}
