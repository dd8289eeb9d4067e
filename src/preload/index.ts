// Exposes the bridge to the window as `window.skein`: one channel for each direction, no logic. Runs
// sandboxed; main checks everything again.
import { contextBridge, ipcRenderer, webFrame } from 'electron'
import type { BridgeError, Notification, PreloadApi, ServerRequest } from '../protocol/index.ts'

/** Names of the contract's methods, put in by the build so that no schema is loaded here. */
declare const __SKEIN_METHODS__: readonly string[]

const methodNames = new Set(__SKEIN_METHODS__)
/** Batches between two words to main that they were taken; main counts them to notice a stalled window. */
const BATCHES_PER_RECEIPT = 4
const ZOOM_MIN = 0.5
const ZOOM_MAX = 3

let taken = 0
/** Opened before the page listened. */
const links: string[] = []
let hearLink = (address: string): void => void links.push(address)

listen<string>('skein/link', (address) => hearLink(address))

function listen<T>(channel: string, listener: (payload: T) => void): () => void {
  const heard = (_event: unknown, payload: T) => listener(payload)
  ipcRenderer.on(channel, heard)
  return () => void ipcRenderer.off(channel, heard)
}

ipcRenderer.on('skein/notifications', () => {
  taken += 1
  if (taken % BATCHES_PER_RECEIPT === 0) ipcRenderer.send('skein/taken', BATCHES_PER_RECEIPT)
})

const api: PreloadApi = {
  async request(method, params) {
    if (!methodNames.has(method)) {
      return { error: { code: -32600, message: `There is no method ${method}.` } }
    }
    const answer = (await ipcRenderer.invoke('skein/request', method, params)) as
      | { ok: unknown }
      | { okText: string }
      | { error: BridgeError }
    return 'okText' in answer ? { ok: JSON.parse(answer.okText) } : answer
  },
  onNotifications: (listener) =>
    listen<string>('skein/notifications', (text) => listener(JSON.parse(text) as Notification[])),
  onServerRequest: (listener) => listen<ServerRequest>('skein/ask', listener),
  answer: (id, result) => ipcRenderer.send('skein/answer', id, result),
  pickFolder: () => ipcRenderer.invoke('skein/pick-folder') as Promise<string | null>,
  readZoom: () => webFrame.getZoomFactor(),
  setZoom: (factor) => webFrame.setZoomFactor(Math.min(ZOOM_MAX, Math.max(ZOOM_MIN, factor))),
  onLink(listener) {
    hearLink = listener
    for (const address of links.splice(0)) listener(address)
    return () => {
      hearLink = (address) => void links.push(address)
    }
  },
  openWindow: (address) => ipcRenderer.send('skein/open-window', address),
  async openExternal(url) {
    if (!(await ipcRenderer.invoke('skein/open-external', url))) {
      throw new Error('Only http and https addresses can be opened.')
    }
  },
}

contextBridge.exposeInMainWorld('skein', api)
