// F6 steps through the regions of the window; each one gets its focus back where it was left. A region inside
// another one is a stop of its own.

const lastFocused = new WeakMap<Element, HTMLElement>()

const FOCUSABLE =
  'a[href], button:not(:disabled), input:not(:disabled), textarea:not(:disabled), [tabindex="0"]'

/** To the next (1) or the former (-1) region that is on screen. */
export function cycleRegions(step: 1 | -1): void {
  const regions = [...document.querySelectorAll('[data-region]')]
  const active = document.activeElement
  const at = regions.findLastIndex((region) => region.contains(active))
  const current = regions[at]
  if (current && active instanceof HTMLElement) lastFocused.set(current, active)
  for (let moved = 1; moved <= regions.length; moved++) {
    const index = (at + step * moved + regions.length * 2) % regions.length
    const region = regions[index]
    if (region && enter(region)) return
  }
}

/** False when nothing in the region takes the focus. */
function enter(region: Element): boolean {
  const last = lastFocused.get(region)
  if (last?.isConnected && region.contains(last)) {
    last.focus()
    return true
  }
  const first = ownPart(region, '[data-region-start]') ?? ownPart(region, FOCUSABLE)
  first?.focus()
  return first !== undefined
}

/** The first such element that is not in a region further inside. */
function ownPart(region: Element, selector: string): HTMLElement | undefined {
  return [...region.querySelectorAll<HTMLElement>(selector)].find(
    (element) => element.closest('[data-region]') === region,
  )
}
