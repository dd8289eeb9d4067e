// Whether the transcript follows its end. Pure: the view measures, this decides.

/** So close to the end counts as being there, in CSS pixels. */
export const END_WITHIN = 48

export interface ScrollMode {
  /** The view moves along with what is added at the end. */
  readonly isFollowing: boolean
  /** Offset the view was seen at last, and the greatest it could have had, in CSS pixels. */
  readonly top: number
  readonly topMax: number
}

interface Seen {
  readonly top: number
  readonly topMax: number
}

export type ScrollInput =
  /** The person wants to go up: wheel, key, touch or a drag of the scroll bar. Counts however small it is. */
  | { readonly type: 'wentUp' }
  /** The view scrolled, for whatever reason. */
  | ({ readonly type: 'scrolled' } & Seen)
  /** The content or the view has another size, and the view stands where it shall stand. */
  | ({ readonly type: 'settled' } & Seen)
  /** The person opened or closed something: what was clicked stays under the pointer. */
  | { readonly type: 'disclosed' }
  /** What was opened or closed has its size now. */
  | ({ readonly type: 'disclosureDrawn' } & Seen)
  /** The person asked for the end. */
  | { readonly type: 'jumped' }

export const atTheEnd: ScrollMode = { isFollowing: true, top: 0, topMax: 0 }

export function nextScrollMode(mode: ScrollMode, input: ScrollInput): ScrollMode {
  switch (input.type) {
    case 'wentUp':
      // With nothing above there is nothing to hold on to.
      return mode.top > 0 ? { ...mode, isFollowing: false } : mode
    case 'disclosed':
      return { ...mode, isFollowing: false }
    case 'jumped':
      return { ...mode, isFollowing: true }
    case 'settled':
      return { ...mode, ...seen(input) }
    case 'disclosureDrawn':
      return { ...seen(input), isFollowing: mode.isFollowing || isNearEnd(input) }
    case 'scrolled':
      return { ...seen(input), isFollowing: followsAfterScroll(mode, input) }
  }
}

function followsAfterScroll(mode: ScrollMode, { top, topMax }: Seen): boolean {
  const isNear = isNearEnd({ top, topMax })
  if (!mode.isFollowing) return isNear && top > mode.top
  // Growth that is not caught up with yet is no wish to leave. Seen from further up than growing explains is one.
  const change = Math.abs(topMax - mode.topMax)
  return isNear || (change > 0 && mode.top - top <= change)
}

function isNearEnd({ top, topMax }: Seen): boolean {
  return topMax - top <= END_WITHIN
}

function seen({ top, topMax }: Seen): Seen {
  return { top, topMax }
}

/** True when there is something below that the person does not see. */
export function isAwayFromEnd(mode: ScrollMode): boolean {
  return !mode.isFollowing && !isNearEnd(mode)
}
