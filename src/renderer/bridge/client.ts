// Picks the bridge of this window: the preload script's in the desktop app, a WebSocket in a browser.
import type { Bridge, PreloadApi } from '../../protocol/index.ts'
import { createElectronBridge } from './electron-bridge.ts'
import { createWebSocketBridge } from './web-socket-bridge.ts'

declare global {
  interface Window {
    /** Set by the preload script; absent in a browser. */
    skein?: PreloadApi
  }
}

export function connectBridge(): Bridge {
  if (window.skein) return createElectronBridge(window.skein)
  const url = new URL('/ws', window.location.href)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  return createWebSocketBridge({
    connect: () => new WebSocket(url),
    openExternal: (address) => window.open(address, '_blank', 'noopener,noreferrer'),
    openWindow: (address) => {
      window.open(`${location.origin}/#${encodeURIComponent(address)}`, '_blank', 'noopener')
    },
    delay: (milliseconds, then) => {
      const timer = setTimeout(then, milliseconds)
      return () => clearTimeout(timer)
    },
  })
}
