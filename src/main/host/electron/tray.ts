// The sign in the system's tray: the switch that pauses all goals, wherever one is.
import { type App, Menu, nativeImage, Tray } from 'electron'
import type { Notification } from '../../../protocol/index.ts'
import type { Server } from '../../api/server.ts'

const SIZE = 16

/** Systems without a tray show nothing; the same is in the window. */
export function showTray(app: App, server: Server, version: string, open: () => void): void {
  const tray = new Tray(icon())
  const connection = server.connect({ notify: hear, ask: () => undefined })
  connection.request('initialize', { clientInfo: { name: 'skein-tray', version } }, () =>
    connection.request('skein/goal/list', { limit: 1 }, (reply) => {
      if ('result' in reply) draw((reply.result as { pausedAll: boolean }).pausedAll)
    }),
  )

  function hear(notification: Notification): void {
    if (notification.method === 'skein/goal/pausedAll') draw(notification.params.pausedAll)
  }

  function draw(isPaused: boolean): void {
    const method = isPaused ? 'skein/goal/resumeAll' : 'skein/goal/pauseAll'
    const label = isPaused ? 'Resume All Goals' : 'Pause All Goals'
    tray.setContextMenu(
      Menu.buildFromTemplate([
        { label: 'Show Skein', click: open },
        { label, click: () => connection.request(method, {}, () => undefined) },
        { type: 'separator' },
        { label: 'Quit Skein', click: () => app.quit() },
      ]),
    )
  }

  tray.setToolTip('Skein')
  draw(false)
}

/** A ring in the accent colour, drawn here: too small to be worth a file. */
function icon() {
  const pixels = Buffer.alloc(SIZE * SIZE * 4)
  const middle = (SIZE - 1) / 2
  for (let place = 0; place < SIZE * SIZE; place++) {
    const distance = Math.hypot((place % SIZE) - middle, Math.floor(place / SIZE) - middle)
    if (distance > 4 && distance < 7.5) pixels.set([0xd8, 0x69, 0x50, 0xff], place * 4)
  }
  return nativeImage.createFromBitmap(pixels, { width: SIZE, height: SIZE })
}
