// Electron's entry: the desktop app, or with `--app-server` the stdio host without a window.
import { homedir } from 'node:os'
import { join } from 'node:path'
import { app } from 'electron'
import { version } from '../../package.json'
import { compose } from './compose.ts'
import { readArguments } from './host/arguments.ts'
import { startDesktop } from './host/electron/desktop.ts'
import { secretBox } from './host/electron/secret-box.ts'
import { ensureProfileFolder, profileFolder } from './host/profile.ts'
import { runStdio } from './host/stdio/run.ts'
import { messageOf } from './lib/errors.ts'
import { createStderrLogger } from './lib/logger.ts'

const logger = createStderrLogger()

function fail(error: unknown): void {
  process.stderr.write(`skein: ${messageOf(error)}\n`)
  app.exit(1)
}

/** Without this Electron shows a dialog and waits for a click that may never come. */
process.on('uncaughtException', (error) => {
  logger.log('error', error.stack ?? error.message)
  app.exit(1)
})

function createServer(home: string, overrides: readonly string[] = []) {
  return compose({ home, version, env: process.env, logger, overrides, secretBox })
}

async function serveStdio(home: string, args: readonly string[]): Promise<void> {
  // There is nothing to draw. Where there is no display either, the command line must say
  // `--ozone-platform=headless`: by now it is too late for that.
  app.disableHardwareAcceleration()
  const command = readArguments(['app-server', ...args], version)
  if (command.type !== 'app-server') return fail(new Error('--app-server stands alone'))
  const server = createServer(home, command.overrides)
  server.ready.catch(fail)
  await runStdio(server, logger)
  app.exit(0)
}

function start(): void {
  const home = profileFolder(process.env, homedir())
  ensureProfileFolder(home)
  const stdioFlag = process.argv.indexOf('--app-server')
  if (stdioFlag !== -1) {
    void serveStdio(home, process.argv.slice(stdioFlag + 1)).catch(fail)
    return
  }
  startDesktop({
    home,
    version,
    logger,
    out: join(import.meta.dirname, '..'),
    devServer: app.isPackaged ? undefined : process.env.ELECTRON_RENDERER_URL,
    createServer: () => createServer(home),
    onFirstShown() {
      // Tells the start script that it need not offer the browser instead.
      if (process.env.SKEIN_LAUNCHER) process.stderr.write('skein: window shown\n')
    },
  })
}

try {
  start()
} catch (error) {
  fail(error)
}
