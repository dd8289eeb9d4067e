// The error a request through the bridge rejects with.
import type { BridgeError } from '../../protocol/index.ts'

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
