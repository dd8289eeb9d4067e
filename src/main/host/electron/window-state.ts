// Where the window was: kept in one small file of the profile, read back only when it still fits a screen.
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { z } from 'zod'

export const WINDOW_WIDTH_MIN = 720
export const WINDOW_HEIGHT_MIN = 480
const WINDOW_WIDTH_DEFAULT = 1280
const WINDOW_HEIGHT_DEFAULT = 840
const ZOOM_MIN = 0.5
const ZOOM_MAX = 3

const Bounds = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().min(WINDOW_WIDTH_MIN),
  height: z.number().int().min(WINDOW_HEIGHT_MIN),
})
export type Bounds = z.output<typeof Bounds>

const WindowState = z.object({
  bounds: Bounds,
  isMaximized: z.boolean(),
  zoom: z.number().min(ZOOM_MIN).max(ZOOM_MAX),
})
export type WindowState = z.output<typeof WindowState>

/** Undefined when there is none, or none that makes sense: the file is a comfort, never an obstacle. */
export function readWindowState(path: string): WindowState | undefined {
  try {
    return WindowState.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return undefined
  }
}

/** Returns false when it could not be written. */
export function writeWindowState(path: string, state: WindowState): boolean {
  try {
    writeFileSync(`${path}.new`, JSON.stringify(state), { mode: 0o600 })
    renameSync(`${path}.new`, path)
    return true
  } catch {
    return false
  }
}

/** The saved bounds when they lie on one screen as a whole; else a size for the middle of the main screen. */
export function fittingBounds(
  saved: Bounds | undefined,
  screens: readonly { x: number; y: number; width: number; height: number }[],
): Bounds | { width: number; height: number } {
  const fits = saved && screens.some((screen) => liesWithin(saved, screen))
  return fits ? saved : { width: WINDOW_WIDTH_DEFAULT, height: WINDOW_HEIGHT_DEFAULT }
}

function liesWithin(inner: Bounds, outer: Bounds): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  )
}
