// The windows' way to the server: requests by invoke, notifications in batches, answers to server requests.
// Every message is refused unless it comes from the top frame of one of our own pages.
import {
  BrowserWindow,
  dialog,
  type IpcMainEvent,
  ipcMain,
  shell,
  type WebContents,
} from 'electron'
import { type BridgeError, errorCodes, parseLink } from '../../../protocol/index.ts'
import type { Reply, Server } from '../../api/server.ts'
import { connectWindow, type WindowPeer } from '../window-peer.ts'
import { externalAddress, type OwnPages } from './own-pages.ts'

/** Batches a window may leave untaken, of at most 64 KB each, before further ones wait. */
const BATCHES_UNTAKEN_MAX = 16

interface Peer extends WindowPeer {
  taken(batches: number): void
}

export interface IpcOptions {
  readonly server: Server
  readonly version: string
  readonly pages: OwnPages
  /** A further window that shows what this address of the app leads to. */
  openWindow(address: string): void
}

type IpcAnswer = { ok: unknown } | { okText: string } | { error: BridgeError }

/** Serves all windows of the app, those to come too. */
export function serveIpc(options: IpcOptions): void {
  const peers = new Map<WebContents, Peer>()

  function peerOf(contents: WebContents): Peer {
    const known = peers.get(contents)
    if (known) return known
    const peer = connectContents(options, contents)
    peers.set(contents, peer)
    const end = () => {
      peer.close()
      peers.delete(contents)
      contents.off('did-navigate', end)
      contents.off('render-process-gone', end)
      contents.off('destroyed', end)
    }
    // A page that is loaded again is a new client.
    contents.on('did-navigate', end)
    contents.on('render-process-gone', end)
    contents.on('destroyed', end)
    return peer
  }

  const isOurs = ({ senderFrame }: Pick<IpcMainEvent, 'senderFrame'>): boolean =>
    senderFrame !== null && senderFrame.parent === null && options.pages.isOwn(senderFrame.url)

  ipcMain.handle('skein/request', (event, method: unknown, params: unknown) => {
    if (!isOurs(event) || typeof method !== 'string') return refusal
    return new Promise<IpcAnswer>((resolve) => {
      peerOf(event.sender).request(method, params, (reply) => resolve(ipcAnswer(reply)))
    })
  })
  ipcMain.on('skein/answer', (event, id: unknown, result: unknown) => {
    if (isOurs(event) && typeof id === 'number') peers.get(event.sender)?.answer(id, { result })
  })
  ipcMain.on('skein/taken', (event, batches: unknown) => {
    if (isOurs(event) && typeof batches === 'number') peers.get(event.sender)?.taken(batches)
  })
  ipcMain.handle('skein/pick-folder', async (event): Promise<string | null> => {
    const window = BrowserWindow.fromWebContents(event.sender)
    if (!isOurs(event) || !window) return null
    const picked = await dialog.showOpenDialog(window, {
      properties: ['openDirectory', 'createDirectory'],
    })
    return picked.filePaths[0] ?? null
  })
  ipcMain.on('skein/open-window', (event, address: unknown) => {
    if (isOurs(event) && typeof address === 'string' && parseLink(address) !== null)
      options.openWindow(address)
  })
  ipcMain.handle('skein/open-external', async (event, url: unknown): Promise<boolean> => {
    const address = isOurs(event) ? externalAddress(url) : undefined
    if (address === undefined) return false
    await shell.openExternal(address)
    return true
  })
}

const refusal: IpcAnswer = {
  error: { code: errorCodes.invalidRequest, message: 'This page may not ask that.' },
}

function ipcAnswer(reply: Reply): IpcAnswer {
  if ('resultText' in reply) return { okText: reply.resultText }
  return 'error' in reply ? { error: reply.error } : { ok: reply.result }
}

function connectContents({ server, version }: IpcOptions, contents: WebContents): Peer {
  let untaken = 0
  const peer = connectWindow(server, version, {
    send(text) {
      if (contents.isDestroyed()) return
      untaken += 1
      contents.send('skein/notifications', text)
    },
    hasRoom: () => untaken < BATCHES_UNTAKEN_MAX,
    ask(request) {
      if (!contents.isDestroyed()) contents.send('skein/ask', request)
    },
  })
  return {
    ...peer,
    taken(batches) {
      untaken = Math.max(0, untaken - batches)
      peer.resume()
    },
  }
}
