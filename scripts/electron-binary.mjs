// Finds the Electron binary, and fetches it when it may. Says why not when there is none.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { root } from './build-state.mjs'

/** The download has this long; it is for networks that swallow packets. */
const DOWNLOAD_MS_MAX = 180_000

const folder = join(root, 'node_modules/electron')

/**
 * The path of the executable, or why there is none.
 * @param {{ download: boolean }} options
 * @returns {{ path: string } | { reason: string }}
 */
export function findElectron({ download }) {
  const dist = process.env.ELECTRON_OVERRIDE_DIST_PATH
  const found = dist ? join(dist, executableName()) : installed()
  if (found && existsSync(found)) return { path: found }
  if (dist) return { reason: `no Electron in ${dist}` }
  if (!existsSync(folder)) return { reason: 'the package electron is not installed' }
  if (!download || process.env.ELECTRON_SKIP_BINARY_DOWNLOAD) {
    return { reason: 'the Electron binary is not installed' }
  }
  console.error('fetching the Electron binary …')
  const { status } = spawnSync(process.execPath, [join(folder, 'install.js')], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'ignore'],
    timeout: DOWNLOAD_MS_MAX,
  })
  const fetched = status === 0 ? installed() : undefined
  return fetched && existsSync(fetched)
    ? { path: fetched }
    : { reason: 'the Electron binary could not be fetched' }
}

/** Why a window cannot be shown on this machine, if so. */
export function noDisplay() {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env
  return process.platform === 'linux' && !DISPLAY && !WAYLAND_DISPLAY ? 'no display' : undefined
}

/** As root Electron refuses to run with its sandbox. */
export function sandboxArguments() {
  return process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : []
}

function installed() {
  const name = executableName()
  return name && join(folder, 'dist', name)
}

function executableName() {
  const pathFile = join(folder, 'path.txt')
  if (existsSync(pathFile)) return readFileSync(pathFile, 'utf8').trim()
  if (process.platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron'
  return process.platform === 'win32' ? 'electron.exe' : 'electron'
}
