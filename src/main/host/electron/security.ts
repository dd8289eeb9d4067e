// What no window may do, whatever its page contains: leave for another page, open one, embed one, or use
// the powers of a browser.
import { type App, session } from 'electron'
import type { OwnPages } from './own-pages.ts'

/** The one power a page of ours has: copying, which needs a gesture anyway. */
const ALLOWED_PERMISSION = 'clipboard-sanitized-write'

/** Holds for every window of the app, also those to come. */
export function lockNavigation(app: App, pages: OwnPages): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (event) => {
      if (!pages.isOwn(event.url)) event.preventDefault()
    })
    contents.on('will-redirect', (event) => event.preventDefault())
    contents.on('will-attach-webview', (event) => event.preventDefault())
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  })
}

/** Must run when the app is ready. */
export function denyPermissions(pages: OwnPages): void {
  const own = session.defaultSession
  own.setPermissionRequestHandler((_contents, permission, answer, details) => {
    answer(permission === ALLOWED_PERMISSION && pages.isOwn(details.requestingUrl))
  })
  own.setPermissionCheckHandler(
    (_contents, permission, origin) => permission === ALLOWED_PERMISSION && pages.isOwn(origin),
  )
  own.setDevicePermissionHandler(() => false)
  own.on('will-download', (event) => event.preventDefault())
}
