// Terminal colours as this app shows them: whatever a program asks for can be read on the ground it stands on,
// in the light and in the dark theme.
import type { Color } from 'ansi-sequence-parser'
import { createColorPalette } from 'ansi-sequence-parser'

export type Rgb = readonly [number, number, number]

interface Ground {
  readonly background: Rgb
  readonly foreground: Rgb
  readonly palette: ReturnType<typeof createColorPalette>
}

/** The grounds are `--surface-sunken` and `--text` of the design tokens; the hues are picked to look calm there. */
const light: Ground = {
  background: [246, 247, 249],
  foreground: [27, 30, 37],
  palette: createColorPalette({
    black: '#1f2329',
    red: '#b3261e',
    green: '#1a6b34',
    yellow: '#855300',
    blue: '#1d4fb8',
    magenta: '#8a2a9b',
    cyan: '#0b6478',
    white: '#5c636e',
    brightBlack: '#5c636e',
    brightRed: '#c2332a',
    brightGreen: '#1f7a3d',
    brightYellow: '#8f5a00',
    brightBlue: '#2a5fd0',
    brightMagenta: '#9b36ad',
    brightCyan: '#0e6f85',
    brightWhite: '#3a414b',
  }),
}

const dark: Ground = {
  background: [22, 24, 28],
  foreground: [232, 234, 239],
  palette: createColorPalette({
    black: '#8a919c',
    red: '#f2857c',
    green: '#7ccb90',
    yellow: '#dfb461',
    blue: '#82aaf5',
    magenta: '#d79be6',
    cyan: '#6cc7d8',
    white: '#c9ced6',
    brightBlack: '#8a919c',
    brightRed: '#ff9d94',
    brightGreen: '#93dfa6',
    brightYellow: '#f0c976',
    brightBlue: '#9cbcff',
    brightMagenta: '#e5b1f2',
    brightCyan: '#85d9e9',
    brightWhite: '#f2f4f7',
  }),
}

/** WCAG 2.2 AA for text. */
export const CONTRAST_MIN = 4.5
const STEP = 0.06

export interface InkColours {
  /** CSS colours; null means the ground's own. */
  readonly foreground: string | null
  readonly background: string | null
}

/** The two colours of a piece of output, each valid in both themes through `light-dark()`. */
export function inkColours(foreground: Color | null, background: Color | null): InkColours {
  if (!foreground && !background) return { foreground: null, background: null }
  const inLight = inkOn(light, foreground, background)
  const inDark = inkOn(dark, foreground, background)
  return {
    foreground: `light-dark(${css(inLight.foreground)}, ${css(inDark.foreground)})`,
    background: background
      ? `light-dark(${css(inLight.background)}, ${css(inDark.background)})`
      : null,
  }
}

/** For the test that every pair can be read. */
export function inkInTheme(
  theme: 'light' | 'dark',
  foreground: Color | null,
  background: Color | null,
): { foreground: Rgb; background: Rgb } {
  return inkOn(theme === 'light' ? light : dark, foreground, background)
}

function inkOn(ground: Ground, foreground: Color | null, background: Color | null) {
  const back = background ? rgbOf(ground, background) : ground.background
  const front = foreground ? rgbOf(ground, foreground) : ground.foreground
  return { foreground: readable(front, back), background: back }
}

function rgbOf(ground: Ground, color: Color): Rgb {
  // A colour number beyond the table has no colour.
  const hex = ground.palette.value(color) ?? '#808080'
  const value = Number.parseInt(hex.slice(1), 16)
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255]
}

/** The same hue, moved towards black or white until it stands out. */
function readable(front: Rgb, back: Rgb): Rgb {
  const towards: Rgb = luminance(back) > 0.18 ? [0, 0, 0] : [255, 255, 255]
  for (let share = 0; share < 1; share += STEP) {
    const mixed = mix(front, towards, share)
    if (contrast(mixed, back) >= CONTRAST_MIN) return mixed
  }
  return towards
}

function mix(from: Rgb, to: Rgb, share: number): Rgb {
  const channel = (a: number, b: number) => Math.round(a + (b - a) * share)
  return [channel(from[0], to[0]), channel(from[1], to[1]), channel(from[2], to[2])]
}

/** WCAG contrast ratio, 1 to 21. */
export function contrast(one: Rgb, other: Rgb): number {
  const [a, b] = [luminance(one), luminance(other)]
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
}

function luminance([red, green, blue]: Rgb): number {
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

function linear(channel: number): number {
  const share = channel / 255
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
}

function css([red, green, blue]: Rgb): string {
  return `rgb(${red} ${green} ${blue})`
}
