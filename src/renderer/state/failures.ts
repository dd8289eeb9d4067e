// What a failed call to the app tells: a sentence for a person, and whose fault it was.
import { errorCodes } from '../../protocol/index.ts'
import { BridgeFailure } from '../bridge/bridge-failure.ts'

/** One plain sentence for a person, whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error && error.message !== '' ? error.message : String(error)
}

/** True when the app understood the request and refuses it: what it names is unknown or in the wrong state. */
export function isCallersFault(error: unknown): boolean {
  return error instanceof BridgeFailure && error.code === errorCodes.invalidRequest
}
