import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { fittingBounds, readWindowState, writeWindowState } from './window-state.ts'

const folder = mkdtempSync(join(tmpdir(), 'skein-window-'))
afterAll(() => rmSync(folder, { recursive: true }))

const bounds = { x: 100, y: 50, width: 900, height: 700 }
const laptop = { x: 0, y: 0, width: 1440, height: 900 }
const right = { x: 1440, y: 0, width: 1920, height: 1080 }
const standard = { width: 1280, height: 840 }

test('what was written is read back', () => {
  const path = join(folder, 'window.json')
  const state = { bounds, isMaximized: true, zoom: 1.25 }
  expect(writeWindowState(path, state)).toBe(true)
  expect(readWindowState(path)).toEqual(state)
})

test('a file that is missing, broken or beyond the limits counts as none', () => {
  const path = join(folder, 'broken.json')
  expect(readWindowState(join(folder, 'missing.json'))).toBeUndefined()
  for (const text of ['', '{', '{}', JSON.stringify({ bounds, isMaximized: false, zoom: 9 })]) {
    writeFileSync(path, text)
    expect(readWindowState(path)).toBeUndefined()
  }
  expect(writeWindowState(join(folder, 'no/such/folder.json'), {} as never)).toBe(false)
})

test('bounds are used again only when they lie on one screen', () => {
  expect(fittingBounds(bounds, [laptop])).toEqual(bounds)
  expect(fittingBounds({ ...bounds, x: 1500 }, [laptop, right])).toEqual({ ...bounds, x: 1500 })
  expect(fittingBounds({ ...bounds, x: 1500 }, [laptop])).toEqual(standard)
  expect(fittingBounds({ ...bounds, x: 1000 }, [laptop, right])).toEqual(standard)
  expect(fittingBounds({ ...bounds, y: -20 }, [laptop])).toEqual(standard)
  expect(fittingBounds(undefined, [laptop])).toEqual(standard)
})
