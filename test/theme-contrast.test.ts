// Every pair of the window's colours that is used together reaches its contrast, in both themes.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const css = readFileSync(new URL('../src/renderer/ui/tokens.css', import.meta.url), 'utf8')
const [plain = ''] = css.split('@media')

function colour(token: string, theme: 'light' | 'dark'): string {
  const value = new RegExp(`--${token}:\\s*([^;]+);`).exec(plain)?.[1]
  const [, light, dark] = /light-dark\(\s*(#\w{6}),\s*(#\w{6})\s*\)/.exec(value ?? '') ?? []
  const both = /^#\w{6}$/.exec(value ?? '')?.[0]
  const found = both ?? (theme === 'light' ? light : dark)
  if (!found) throw new Error(`${token} has no ${theme} colour`)
  return found
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const part = Number.parseInt(hex.slice(start, start + 2), 16) / 255
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(left: string, right: string): number {
  const [high = 0, low = 0] = [luminance(left), luminance(right)].sort((a, b) => b - a)
  return (high + 0.05) / (low + 0.05)
}

const surfaces = [
  'surface-frame',
  'surface',
  'surface-sunken',
  'surface-raised',
  'surface-hover',
  'surface-selected',
]

const textPairs: [text: string, on: string][] = [
  ...['text', 'text-muted'].flatMap((text) => surfaces.map((on): [string, string] => [text, on])),
  ...surfaces
    .filter((on) => on !== 'surface-selected')
    .map((on): [string, string] => ['text-faint', on]),
  ...['accent-text', 'danger-text', 'warning-text', 'success-text'].flatMap((text) =>
    ['surface-frame', 'surface', 'surface-sunken', 'surface-raised', 'surface-hover'].map(
      (on): [string, string] => [text, on],
    ),
  ),
  ['accent-text', 'accent-soft'],
  ['danger-text', 'danger-soft'],
  ['warning-text', 'warning-soft'],
  ['success-text', 'success-soft'],
  ['on-accent', 'accent'],
  ['on-accent', 'accent-hover'],
  ['on-accent', 'danger'],
  ['on-accent', 'danger-hover'],
  ['text', 'added-line'],
  ['text', 'added-word'],
  ['text', 'removed-line'],
  ['text', 'removed-word'],
]

const linePairs: [line: string, on: string][] = [
  ...['border-strong', 'focus'].flatMap((line) =>
    ['surface-frame', 'surface', 'surface-sunken', 'surface-raised'].map((on): [string, string] => [
      line,
      on,
    ]),
  ),
  ['accent', 'surface'],
]

describe.each(['light', 'dark'] as const)('in the %s theme', (theme) => {
  it.each(textPairs)('text %s on %s reaches 4.5 to 1', (text, on) => {
    expect(contrast(colour(text, theme), colour(on, theme))).toBeGreaterThanOrEqual(4.5)
  })

  it.each(linePairs)('%s on %s reaches 3 to 1', (line, on) => {
    expect(contrast(colour(line, theme), colour(on, theme))).toBeGreaterThanOrEqual(3)
  })
})
