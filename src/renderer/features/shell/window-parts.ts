// Finds the parts of the window that a command gives the focus to.
import type { WindowPart } from '../../state/commands.ts'

const selectors: Readonly<Record<WindowPart, string>> = {
  composer: '[data-testid="composer"]',
  transcript: '[data-testid="transcript"]',
  threadList: '[data-testid="thread-list"]',
  search: '[data-testid="search"]',
}

/** Does nothing when the part is not on screen. */
export function focusPart(part: WindowPart): void {
  document.querySelector<HTMLElement>(selectors[part])?.focus()
}
