// Asks before the last window goes while turns run: they can go on without one.
import { type App, type BrowserWindow, dialog } from 'electron'

/** A further start of the app, or a notification, brings a window back. */
const CHOICES = ['Keep running in the background', 'Stop them and quit', 'Cancel']

export interface QuitQuestion {
  /** To be called with each window that is made. */
  watch(window: BrowserWindow): void
  /** Whether the process stays when its last window is gone. */
  staysInBackground(): boolean
}

/** `running` tells how many threads have a turn under way, `windows` how many windows there are. */
export function askBeforeQuitting(
  app: App,
  running: () => number,
  windows: () => number,
): QuitQuestion {
  let isQuitting = false
  let staysInBackground = false
  app.on('before-quit', () => {
    isQuitting = true
  })

  async function ask(window: BrowserWindow): Promise<void> {
    const { response } = await dialog.showMessageBox(window, {
      type: 'question',
      message: question(running()),
      detail: 'What they did so far is kept either way.',
      buttons: CHOICES,
      defaultId: 0,
      cancelId: 2,
    })
    if (response === 1) app.quit()
    if (response !== 0) return
    staysInBackground = true
    window.destroy()
  }

  return {
    watch(window) {
      staysInBackground = false
      window.on('close', (event) => {
        if (isQuitting || running() === 0 || windows() > 1) return
        event.preventDefault()
        void ask(window)
      })
    },
    staysInBackground: () => staysInBackground,
  }
}

function question(count: number): string {
  return count === 1 ? 'A thread is still at work.' : `${count} threads are still at work.`
}
