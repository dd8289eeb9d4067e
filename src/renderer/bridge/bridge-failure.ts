// The error a request through the bridge rejects with.
import { type BridgeError, errorCodes } from '../../protocol/index.ts'

/** Code of a request that was lost because the connection broke: nobody knows whether it was handled. */
export const CONNECTION_LOST = -32000

export class BridgeFailure extends Error implements BridgeError {
  readonly code: number
  readonly data: unknown

  constructor(error: BridgeError) {
    super(error.message)
    this.name = 'BridgeFailure'
    this.code = error.code
    this.data = error.data
  }
}

/** One plain sentence for a person, whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error && error.message !== '' ? error.message : String(error)
}

/** True when the app understood the request and refuses it: what it names is unknown or in the wrong state. */
export function isCallersFault(error: unknown): boolean {
  return error instanceof BridgeFailure && error.code === errorCodes.invalidRequest
}
