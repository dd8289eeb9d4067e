// The bridge of the desktop window: the preload script's plain functions, with results checked.
import type { Bridge, CallParams, MethodName, PreloadApi, Result } from '../../protocol/index.ts'
import { BridgeFailure } from './bridge-failure.ts'
import { parseResult } from './parse-result.ts'

export function createElectronBridge(preload: PreloadApi): Bridge {
  return {
    host: 'electron',
    async request<M extends MethodName>(method: M, params: CallParams<M>): Promise<Result<M>> {
      const reply = await preload.request(method, params)
      if ('error' in reply) throw new BridgeFailure(reply.error)
      return parseResult(method, reply.ok)
    },
    onNotifications: (listener) => preload.onNotifications(listener),
    onServerRequest: (listener) =>
      preload.onServerRequest((request) =>
        listener(request, (result) => preload.answer(request.id, result)),
      ),
    // The window ends together with the process it talks to: there is no connection to lose.
    onConnection: () => () => {},
    pickFolder: () => preload.pickFolder(),
    zoom: { read: () => preload.readZoom(), set: (factor) => preload.setZoom(factor) },
    onLink: (listener) => preload.onLink(listener),
    openExternal: (url) => preload.openExternal(url),
    openWindow: (address) => preload.openWindow(address),
  }
}
