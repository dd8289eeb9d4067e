// The desktop app: one per profile, any number of windows, and a clean end.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { app, BrowserWindow } from 'electron'
import { parseLink } from '../../../protocol/index.ts'
import type { Server } from '../../api/server.ts'
import { messageOf } from '../../lib/errors.ts'
import type { Logger } from '../../lib/logger.ts'
import { serveIpc } from './ipc.ts'
import { setMenu } from './menu.ts'
import { createNotice } from './notice.ts'
import { notifyPeople } from './notifications.ts'
import { ownPages, SCHEME } from './own-pages.ts'
import { askBeforeQuitting } from './quit-question.ts'
import { registerScheme, serveScheme } from './scheme.ts'
import { denyPermissions, lockNavigation } from './security.ts'
import { showTray } from './tray.ts'
import { createWindows } from './window.ts'

/** Beyond this the process ends as it stands; recovery is made for that. */
const SHUTDOWN_MS_MAX = 10_000

export interface DesktopOptions {
  /** The profile folder, absolute. */
  readonly home: string
  readonly version: string
  readonly logger: Logger
  /** The folder of the build, absolute. */
  readonly out: string
  /** Vite's server, during development. */
  readonly devServer?: string | undefined
  /** Called once this process is the profile's only desktop app. */
  createServer(): Server
  onFirstShown(): void
}

/** Must be called before the app is ready, and not be awaited for that at top level of a module. */
export function startDesktop(options: DesktopOptions): void {
  const { home, logger } = options
  // Electron keeps its own files and its lock here, so that each profile has its own.
  const userData = join(home, 'electron')
  mkdirSync(userData, { recursive: true, mode: 0o700 })
  app.setPath('userData', userData)
  registerScheme()
  // Where the sandbox is switched off as a whole (root on Linux), asking for it breaks every child process.
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()
  if (!app.requestSingleInstanceLock()) {
    app.quit() // the first one was told and shows itself
    return
  }
  const pages = ownPages(options.devServer)
  const notice = createNotice()
  lockNavigation(app, pages)
  const server = options.createServer()
  let exitCode = 0
  /** Why the store could not be opened, if so. */
  const failure = server.ready.then(() => undefined, messageOf)
  const attention = notifyPeople({
    server,
    version: options.version,
    open: (threadId) => windows.follow(`${SCHEME}://thread/${threadId}`),
  })
  const quitQuestion = askBeforeQuitting(
    app,
    attention.running,
    () => BrowserWindow.getAllWindows().length,
  )
  const windows = createWindows({
    pages,
    notice,
    logger,
    stateFile: join(userData, 'window.json'),
    preload: join(options.out, 'preload/index.cjs'),
    onFirstShown: options.onFirstShown,
    onOpened: (window) => quitQuestion.watch(window),
  })

  function follow(args: readonly string[]): void {
    const [address] = linksIn(args)
    if (address === undefined) windows.focusFirst()
    else windows.follow(address)
  }

  void app.whenReady().then(async () => {
    denyPermissions(pages)
    serveScheme(join(options.out, 'renderer'), notice)
    serveIpc({
      server,
      version: options.version,
      pages,
      openWindow: windows.openFor,
    })
    setMenu(app, () => windows.open())
    showTray(app, server, options.version, windows.focusFirst)
    app.on('second-instance', (_event, args) => follow(args))
    app.on('activate', () => windows.focusFirst())
    windows.open()
    const [first] = linksIn(process.argv)
    if (first !== undefined) windows.follow(first)
    const reason = await failure
    if (reason === undefined) return
    exitCode = 1
    logger.log('error', reason)
    notice.show({ title: 'Skein cannot open its store', text: reason })
    windows.showInstead(notice.url)
  })

  // macOS hands addresses over this way, the others as an argument of a further start.
  app.on('open-url', (event, url) => {
    event.preventDefault()
    follow([url])
  })
  if (app.isPackaged) app.setAsDefaultProtocolClient(SCHEME)

  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin' && !quitQuestion.staysInBackground()) app.quit()
  })
  app.on('will-quit', (event) => {
    // Windows are closed by now; the process goes when everything is durable.
    event.preventDefault()
    const limit = setTimeout(() => app.exit(1), SHUTDOWN_MS_MAX)
    void server
      .shutdown()
      .catch((error: unknown) => {
        logger.log('error', `shutdown: ${messageOf(error)}`)
        exitCode = 1
      })
      .then(() => {
        clearTimeout(limit)
        app.exit(exitCode)
      })
  })
  process.on('SIGTERM', () => app.quit())
  process.on('SIGINT', () => app.quit())
}

/** Addresses of the app among the arguments of a start; they are shown, nothing more. */
function linksIn(args: readonly string[]): readonly string[] {
  return args.filter((arg) => parseLink(arg) !== null)
}
