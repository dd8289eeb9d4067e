// Development: the desktop app with the window served by Vite, reloaded as the sources change.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import process from 'node:process'
import { requireNode, root } from './build-state.mjs'
import { findElectron, noDisplay, sandboxArguments } from './electron-binary.mjs'

requireNode()
const electron = findElectron({ download: true })
const display = noDisplay()
if (display || 'reason' in electron) {
  const reason = display ?? ('reason' in electron ? electron.reason : '')
  console.error(`npm run dev needs the desktop app: ${reason}. npm run web works without.`)
  process.exit(1)
}
const child = spawn(
  process.execPath,
  [join(root, 'node_modules/electron-vite/bin/electron-vite.js'), 'dev', ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      ELECTRON_EXEC_PATH: electron.path,
      ...(sandboxArguments().length > 0 ? { NO_SANDBOX: '1' } : {}),
    },
  },
)
process.on('SIGINT', () => child.kill('SIGINT'))
process.on('SIGTERM', () => child.kill('SIGTERM'))
child.on('close', (code) => process.exit(code ?? 1))
