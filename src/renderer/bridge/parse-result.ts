// Checks an answer of the app against the contract before a store sees it.
import { errorCodes, type MethodName, methods, type Result } from '../../protocol/index.ts'
import { BridgeFailure } from './bridge-failure.ts'

/** Throws a BridgeFailure that names the method when the answer does not have the shape of the contract. */
export function parseResult<M extends MethodName>(method: M, raw: unknown): Result<M> {
  const parsed = methods[method].result.safeParse(raw)
  if (parsed.success) return parsed.data as Result<M>
  throw new BridgeFailure({
    code: errorCodes.internal,
    message: `The app gave an answer to ${method} that this window does not understand.`,
    data: parsed.error.issues,
  })
}
