// From expected failures to wire errors: one table. Text says what to do; no stacks, no secrets.
import { errorCodes, type WireError } from '../../protocol/index.ts'
import { type ErrorCode, messageOf, SkeinError } from '../lib/errors.ts'
import { McpServerError } from '../mcp/mcp-connection.ts'

const codes: Record<ErrorCode, number> = {
  invalidParams: errorCodes.invalidRequest,
  notFound: errorCodes.invalidRequest,
  conflict: errorCodes.invalidRequest,
  denied: errorCodes.invalidRequest,
  unsupported: errorCodes.unsupported,
  tooLarge: errorCodes.tooLarge,
  contradiction: errorCodes.tooLarge,
  overloaded: errorCodes.overloaded,
  upstream: errorCodes.internal,
  corrupt: errorCodes.internal,
  storageDegraded: errorCodes.internal,
}

export function toWireError(thrown: unknown): WireError {
  if (thrown instanceof McpServerError) return { code: thrown.code, message: thrown.message }
  if (!(thrown instanceof SkeinError))
    return { code: errorCodes.internal, message: `internal error: ${messageOf(thrown)}` }
  const error = { code: codes[thrown.code], message: thrown.message }
  return Object.keys(thrown.detail).length > 0 ? { ...error, data: thrown.detail } : error
}
