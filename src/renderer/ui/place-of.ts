// Where something that floats is put in the page.

/** The region its anchor stands in, so that a screen reader finds it there; else the page itself. */
export function placeOf(anchor: Element | null): HTMLElement {
  return anchor?.closest<HTMLElement>('dialog, [data-region]') ?? document.body
}
