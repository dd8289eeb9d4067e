// Which rows of the thread list are selected, and how clicks and keys change that.

export interface Selection {
  readonly ids: ReadonlySet<string>
  /** Where a range begins; null before anything was touched. */
  readonly anchor: string | null
}

export const nothingSelected: Selection = { ids: new Set(), anchor: null }

/** Takes one row in or out; later ranges begin at it. */
export function toggled({ ids }: Selection, id: string): Selection {
  const changed = new Set(ids)
  if (!changed.delete(id)) changed.add(id)
  return { ids: changed, anchor: id }
}

/** The rows from the anchor to `id`, both included, in place of what was selected. */
export function extendedTo(
  { anchor }: Selection,
  id: string,
  order: readonly string[],
  fallbackAnchor: string | null,
): Selection {
  const from = [anchor, fallbackAnchor, id].find((each) => each !== null && order.includes(each))
  const ends = [order.indexOf(from ?? id), order.indexOf(id)].sort((a, b) => a - b)
  const [first = 0, last = 0] = ends
  return { ids: new Set(order.slice(first, last + 1)), anchor: from ?? id }
}

/** The selected ones that are still there, in the order of the list. */
export function stillThere({ ids }: Selection, order: readonly string[]): readonly string[] {
  return ids.size === 0 ? [] : order.filter((id) => ids.has(id))
}
