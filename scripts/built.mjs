// Runs the command line after building it where needed: `node scripts/built.mjs app-server`. Stdout is the
// command's alone.
import { join } from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { ensureBuilt, requireNode, root } from './build-state.mjs'

requireNode()
ensureBuilt()
const cli = join(root, 'out/main/cli.js')
process.argv[1] = cli
await import(pathToFileURL(cli).href)
