// The operators in what is typed into the search field: shown as chips, each of which can be taken out again.

export interface OperatorChip {
  readonly text: string
  /** Where it stands in the term, in UTF-16 units. */
  readonly start: number
}

const operator =
  /(?<=^|\s)(?:(?:in|kind|status|project|model|after|before):(?:"[^"]*"|[^\s"]\S*)|-?"[^"]+"|-[^\s"]\S*)(?=\s|$)/giu

export function operatorChips(term: string): readonly OperatorChip[] {
  return [...term.matchAll(operator)].map((match) => ({ text: match[0], start: match.index }))
}

/** The term without this chip, and without the blank that it leaves. */
export function withoutChip(term: string, { text, start }: OperatorChip): string {
  const before = term.slice(0, start).trimEnd()
  const after = term.slice(start + text.length).trimStart()
  return before === '' || after === '' ? before + after : `${before} ${after}`
}
