// Optional comfort: fetches the Electron binary and says what this machine lacks. Nothing depends on it.
import { spawnSync } from 'node:child_process'
import process from 'node:process'
import { requireNode } from './build-state.mjs'
import { findElectron, noDisplay } from './electron-binary.mjs'

requireNode()
const electron = findElectron({ download: true })
report('Node', process.versions.node)
report('Electron', 'path' in electron ? electron.path : `none: ${electron.reason}`)
report('Display', noDisplay() ?? 'yes')
if (process.platform === 'linux') report('bubblewrap', bubblewrap())
if ('reason' in electron || noDisplay()) {
  console.log('Without an Electron and a display npm start serves the window to your browser.')
}

function bubblewrap() {
  const { status, stdout } = spawnSync('bwrap', ['--version'], { encoding: 'utf8' })
  return status === 0
    ? stdout.trim()
    : 'none: commands cannot be confined; install the package bubblewrap'
}

/**
 * @param {string} what
 * @param {string} state
 */
function report(what, state) {
  console.log(`${what.padEnd(11)} ${state}`)
}
