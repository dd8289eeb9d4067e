// The renderer's handle on the app. The preload script and the WebSocket bridge implement it alike.
import type { z } from 'zod'
import type { MethodName, methods, Result } from './methods.ts'
import type { Notification } from './notifications.ts'
import type { ServerRequest } from './server-requests.ts'

/** The object behind the step that reads null as absent; that step's own input would be unknown. */
type Members<S> = S extends z.ZodPipe<infer _Step, infer O extends z.ZodType> ? O : S

/** What a caller passes: the input of the method's parameters. */
export type CallParams<M extends MethodName> = z.input<Members<(typeof methods)[M]['params']>>

/** How a failed request reaches the renderer, over IPC and WebSocket alike. */
export interface BridgeError {
  code: number
  message: string
  data?: unknown
}

export interface WindowZoom {
  read(): number
  set(factor: number): void
}

/** What a screen may do. The handshake is the bridge's: `initialize` is done before the first request. */
export interface Bridge {
  readonly host: 'electron' | 'web'
  /** Rejects with an Error that carries the members of BridgeError. */
  request<M extends MethodName>(method: M, params: CallParams<M>): Promise<Result<M>>
  /** One call per batch, in order. Returns the function that ends the subscription. */
  onNotifications(listener: (batch: readonly Notification[]) => void): () => void
  /** Approvals and questions. Not answering is allowed: someone else may. */
  onServerRequest(
    listener: (request: ServerRequest, answer: (result: unknown) => void) => void,
  ): () => void
  /** `lost` when the connection to the app broke, `open` when it is back: read everything again. */
  onConnection(listener: (state: 'open' | 'lost') => void): () => void
  /** Tries again at once while the connection is lost; absent where there is none to lose. */
  reconnect?(): void
  /** Opens the system's folder dialog; absent where the host has none. */
  pickFolder?(): Promise<string | null>
  /** The zoom of the window, 1 being none; absent where it is the browser's. */
  readonly zoom?: WindowZoom
  /** Hears addresses of the app (`parseLink`) that were opened outside of it; absent where there are none. */
  onLink?(listener: (address: string) => void): () => void
  /** Opens an http(s) address in the system's browser, after the person confirmed it. */
  openExternal(url: string): Promise<void>
  /** A further window that shows what this address of the app leads to. */
  openWindow(address: string): void
}

/** What the preload script exposes as `window.skein`: plain functions over one channel each, no logic. */
export interface PreloadApi {
  request(method: string, params: unknown): Promise<{ ok: unknown } | { error: BridgeError }>
  onNotifications(listener: (batch: readonly Notification[]) => void): () => void
  onServerRequest(listener: (request: ServerRequest) => void): () => void
  answer(id: number, result: unknown): void
  pickFolder(): Promise<string | null>
  readZoom(): number
  setZoom(factor: number): void
  onLink(listener: (address: string) => void): () => void
  openExternal(url: string): Promise<void>
  openWindow(address: string): void
}
