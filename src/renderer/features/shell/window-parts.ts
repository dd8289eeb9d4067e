// Finds the parts of the window that a command gives the focus to.
import type { WindowPart } from '../../state/commands/command.ts'

const selectors: Readonly<Record<WindowPart, string>> = {
  composer: '[data-testid="composer"]',
  transcript: '[data-testid="transcript"]',
  threadList: '[data-testid="thread-list"]',
  search: '[data-testid="search"]',
  model: '[data-testid="chip:model"]',
  effort: '[data-testid="chip:effort"]',
  permissions: '[data-testid="chip:permissions"]',
  approvals: '[data-testid="chip:approvals"]',
}

/** Choices that are opened at once. */
const choices: ReadonlySet<WindowPart> = new Set(['model', 'effort', 'permissions', 'approvals'])

/** Does nothing when the part is not on screen. */
export function focusPart(part: WindowPart): void {
  const element = document.querySelector<HTMLElement>(selectors[part])
  element?.focus()
  if (choices.has(part)) element?.click()
}
