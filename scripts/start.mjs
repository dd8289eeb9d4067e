// Starts Skein: the desktop app where there is an Electron and a display, else the same window in a browser.
// `--web` takes the browser at once, `--electron` insists on the desktop app; the rest goes to the app.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { ensureBuilt, requireNode, root } from './build-state.mjs'
import { findElectron, noDisplay, sandboxArguments } from './electron-binary.mjs'

const WINDOW_SHOWN = 'skein: window shown'

const given = process.argv.slice(2)
const wantsWeb = given.includes('--web')
const insists = given.includes('--electron')
const rest = given.filter((argument) => argument !== '--web' && argument !== '--electron')
/**
 * The signal this process was asked to end by, if any.
 * @type {NodeJS.Signals | undefined}
 */
let stoppedBy

requireNode()
ensureBuilt()
if (wantsWeb) runWeb()
else startDesktop()

function startDesktop() {
  const reason = noDisplay()
  if (reason) return fallBack(reason)
  const electron = findElectron({ download: true })
  if ('reason' in electron) return fallBack(electron.reason)
  runElectron(electron.path)
}

/** @param {string} reason */
function fallBack(reason) {
  if (insists) {
    console.error(`desktop app not available (${reason})`)
    process.exit(1)
  }
  console.error(`desktop app not available (${reason}); serving it to your browser instead`)
  runWeb()
}

/**
 * An Electron that fails before it has shown a window counts as none: it lacks a library, or a right.
 * @param {string} path
 */
function runElectron(path) {
  const child = spawn(path, ['.', ...sandboxArguments(), ...rest], {
    cwd: root,
    stdio: ['inherit', 'inherit', 'pipe'],
    env: { ...process.env, SKEIN_LAUNCHER: '1' },
  })
  let isShown = false
  let lastLine = ''
  const stopForwarding = forwardSignals(child)
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (line === WINDOW_SHOWN) {
      isShown = true
      return
    }
    lastLine = line || lastLine
    process.stderr.write(`${line}\n`)
  })
  child.on('error', (error) => fallBack(error.message))
  child.on('close', (code, signal) => {
    stopForwarding()
    const failed = code !== 0 && !wasStopped(signal)
    if (failed && !isShown) return fallBack(lastLine || `it ended with ${signal ?? code}`)
    process.exit(code ?? 1)
  })
}

function runWeb() {
  const child = spawn(process.execPath, [join(root, 'out/main/cli.js'), 'web', ...rest], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  forwardSignals(child)
  createInterface({ input: child.stdout }).on('line', (line) => {
    console.log(`Skein is at ${JSON.parse(line).url}  (opens once; a new address follows)`)
  })
  child.on('close', (code) => process.exit(code ?? 1))
}

/** @param {import('node:child_process').ChildProcess} child */
function forwardSignals(child) {
  /** @type {NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  /** @param {NodeJS.Signals} signal */
  const forward = (signal) => {
    stoppedBy = signal
    child.kill(signal)
  }
  for (const signal of signals) process.on(signal, forward)
  return () => {
    for (const signal of signals) process.off(signal, forward)
  }
}

/** @param {NodeJS.Signals | null} signal */
function wasStopped(signal) {
  return stoppedBy !== undefined || signal === 'SIGINT' || signal === 'SIGTERM'
}
