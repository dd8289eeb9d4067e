// Builds out/ when it is missing or older than what it is made of.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'

export const root = join(import.meta.dirname, '..')

const products = [
  'out/main/index.js',
  'out/main/cli.js',
  'out/preload/index.cjs',
  'out/renderer/index.html',
]
const sources = ['src', 'package.json', 'package-lock.json', 'electron.vite.config.ts']

/** better-sqlite3 crashes without a word on a Node that offers less. */
const NODE_API_MIN = 10

/** Ends the process with a plain line when this Node cannot run the app. */
export function requireNode() {
  if (Number(process.versions.napi) >= NODE_API_MIN) return
  console.error(
    `Node ${process.versions.node} is too old: run npm install again and start through npm, or use Node 22.14 or newer.`,
  )
  process.exit(1)
}

/** Ends the process when the build fails. Prints to stderr only: stdout may belong to a protocol. */
export function ensureBuilt() {
  if (!isStale()) return
  const electronVite = join(root, 'node_modules/electron-vite/bin/electron-vite.js')
  if (!existsSync(electronVite)) {
    console.error('The packages are missing: run npm install first.')
    process.exit(1)
  }
  console.error('building …')
  const { status } = spawnSync(process.execPath, [electronVite, 'build', '--logLevel', 'warn'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  })
  if (status !== 0) {
    console.error('The build failed.')
    process.exit(1)
  }
}

function isStale() {
  const oldest = Math.min(...products.map((path) => modifiedAt(join(root, path))))
  return sources.some((path) => newestIn(join(root, path)) > oldest)
}

/**
 * Milliseconds; of a folder the newest file in it, tests left out.
 * @param {string} path
 */
function newestIn(path) {
  if (!statSync(path).isDirectory()) return modifiedAt(path)
  let newest = 0
  for (const entry of readdirSync(path, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name.includes('.test.')) continue
    newest = Math.max(newest, modifiedAt(join(entry.parentPath, entry.name)))
  }
  return newest
}

/**
 * Milliseconds; 0 for what is missing.
 * @param {string} path
 */
function modifiedAt(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
}
