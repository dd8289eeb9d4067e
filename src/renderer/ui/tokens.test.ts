import { expect, test } from 'vitest'
import css from './tokens.css?raw'

type Theme = 'light' | 'dark'
type Tokens = Readonly<Record<string, Readonly<Record<Theme, string>>>>

const normal = tokensOf(/:root \{([^}]*)\}/)
const more = { ...normal, ...tokensOf(/:root\[data-contrast="more"\] \{([^}]*)\}/) }

const surfaces = [
  '--surface-frame',
  '--surface',
  '--surface-sunken',
  '--surface-raised',
  '--surface-hover',
  '--surface-selected',
]
const pairs: readonly (readonly [text: string, surface: string])[] = [
  ...['--text', '--text-muted', '--text-faint'].flatMap((text) =>
    surfaces.map((surface) => [text, surface] as const),
  ),
  ...['accent', 'danger', 'warning', 'success'].flatMap((meaning) =>
    ['--surface', '--surface-sunken', '--surface-raised', `--${meaning}-soft`].map(
      (surface) => [`--${meaning}-text`, surface] as const,
    ),
  ),
  ['--running-text', '--surface'],
  ['--on-accent', '--accent'],
  ['--on-accent', '--accent-hover'],
  ['--on-accent', '--danger'],
  ['--on-accent', '--danger-hover'],
  ...['keyword', 'string', 'number', 'name', 'comment'].map(
    (kind) => [`--code-${kind}`, '--surface-sunken'] as const,
  ),
  ...['added', 'removed'].flatMap((kind) => [
    ['--text', `--${kind}-line`] as const,
    ['--text', `--${kind}-word`] as const,
  ]),
]

test('text reads at 4.5:1 wherever it stands', () => {
  expect(unreadable(normal, pairs, 4.5)).toEqual([])
})

test('in high contrast text reads at 7:1', () => {
  expect(unreadable(more, pairs, 7)).toEqual([])
})

test('the bounds of controls and the focus reach 3:1', () => {
  const bounds = ['--border-strong', '--focus'].flatMap((line) =>
    ['--surface', '--surface-frame', '--surface-raised'].map((at) => [line, at] as const),
  )
  expect(unreadable(normal, bounds, 3)).toEqual([])
  expect(unreadable(more, bounds, 4.5)).toEqual([])
})

function unreadable(tokens: Tokens, tried: typeof pairs, least: number): string[] {
  return tried.flatMap(([text, surface]) =>
    (['light', 'dark'] as const).flatMap((theme) => {
      const found = contrast(colour(tokens, text, theme), colour(tokens, surface, theme))
      return found >= least ? [] : [`${text} on ${surface}, ${theme}: ${found.toFixed(2)}`]
    }),
  )
}

function colour(tokens: Tokens, name: string, theme: Theme): string {
  const value = tokens[name]?.[theme]
  if (value === undefined) throw new Error(`there is no colour ${name}`)
  return value
}

function tokensOf(block: RegExp): Tokens {
  const body = block.exec(css)?.[1] ?? ''
  const found = body.matchAll(/(--[\w-]+):\s*(?:light-dark\((#\w{6}), (#\w{6})\)|(#\w{6}));/g)
  return Object.fromEntries(
    [...found].map(([, name = '', light, dark, both]) => [
      name,
      { light: light ?? both ?? '', dark: dark ?? both ?? '' },
    ]),
  )
}

/** WCAG contrast ratio of two colours like #rrggbb, 1 to 21. */
function contrast(one: string, other: string): number {
  const [high = 0, low = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (high + 0.05) / (low + 0.05)
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
