// Key combinations: written once as "Mod+Shift+P", matched against events, shown as the system writes them.
// Mod is Command on a Mac and Control elsewhere.

/** The part of a KeyboardEvent that is used. */
export interface KeyPress {
  readonly key: string
  readonly code: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
}

export function isMac(platform: string): boolean {
  return /mac|iphone|ipad/i.test(platform)
}

/** Letters and digits go by the key's place, so that Alt and Shift, which change what they write, do not matter. */
export function matchesKeys(keys: string, press: KeyPress, mac: boolean): boolean {
  const parts = keys.split('+')
  const key = parts.at(-1) ?? ''
  const has = (modifier: string) => parts.slice(0, -1).includes(modifier)
  const control = has('Control') || (has('Mod') && !mac)
  const meta = has('Mod') && mac
  const modifiersFit =
    press.ctrlKey === control &&
    press.metaKey === meta &&
    press.altKey === has('Alt') &&
    press.shiftKey === has('Shift')
  return modifiersFit && isKey(key, press)
}

function isKey(key: string, press: KeyPress): boolean {
  if (/^[A-Z]$/.test(key)) return press.code === `Key${key}` || press.key.toUpperCase() === key
  if (/^\d$/.test(key)) return press.code === `Digit${key}` || press.key === key
  return press.key === key
}

const macSigns: Readonly<Record<string, string>> = {
  Mod: '⌘',
  Control: '⌃',
  Alt: '⌥',
  Shift: '⇧',
  Backspace: '⌫',
  Enter: '↩',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
}

const otherWords: Readonly<Record<string, string>> = {
  Mod: 'Ctrl',
  Control: 'Ctrl',
  ArrowUp: 'Up',
  ArrowDown: 'Down',
  ArrowLeft: 'Left',
  ArrowRight: 'Right',
}

/** "⇧⌘P" on a Mac, "Ctrl+Shift+P" elsewhere. */
export function showKeys(keys: string, mac: boolean): string {
  const parts = keys.split('+')
  if (!mac) return parts.map((part) => otherWords[part] ?? part).join('+')
  const order = ['Control', 'Alt', 'Shift', 'Mod']
  const modifiers = order.filter((modifier) => parts.slice(0, -1).includes(modifier))
  const key = parts.at(-1) ?? ''
  return [...modifiers, key].map((part) => macSigns[part] ?? part).join('')
}
