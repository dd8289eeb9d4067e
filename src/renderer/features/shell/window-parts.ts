// Finds the parts of the window that a command gives the focus to.
import type { WindowPart } from '../../state/command.ts'

const selectors: Readonly<Record<WindowPart, string>> = {
  composer: '[data-testid="composer"]',
  transcript: '[data-testid="transcript"]',
  threadList: '[data-testid="thread-list"]',
  search: '[data-testid="search"]',
  model: '[data-testid="chip:model"]',
  effort: '[data-testid="chip:effort"]',
}

/** Does nothing when the part is not on screen. */
export function focusPart(part: WindowPart): void {
  const element = document.querySelector<HTMLElement>(selectors[part])
  element?.focus()
  // A choice is opened at once.
  if (part === 'model' || part === 'effort') element?.click()
}
