// Errors: codes of failed requests, and what a failed turn says of its cause.
import { z } from 'zod'

/** JSON-RPC error codes in use; -32600 is the catch-all for "the caller's fault", as in the reference. */
export const errorCodes = {
  invalidRequest: -32600,
  unsupported: -32601,
  tooLarge: -32602,
  internal: -32603,
  overloaded: -32001,
} as const

export const WireError = z.object({
  code: z.number(),
  message: z.string(),
  data: z.unknown().optional(),
})
export type WireError = z.output<typeof WireError>

const httpStatus = z.object({ httpStatusCode: z.number().nullable() })

/** Cause of a failed turn or of a retry: a plain word, or an object with one key. */
export const CodexErrorInfo = z.union([
  z.enum([
    'contextWindowExceeded',
    'usageLimitExceeded',
    'sessionBudgetExceeded',
    'rateLimitExceeded',
    'serverOverloaded',
    'internalServerError',
    'unauthorized',
    'badRequest',
    'modelNotFound',
    'sandboxError',
    'cyberPolicy',
    'threadRollbackFailed',
    'other',
  ]),
  z.object({ httpConnectionFailed: httpStatus }),
  z.object({ responseStreamConnectionFailed: httpStatus }),
  z.object({ responseStreamDisconnected: httpStatus }),
  z.object({ responseTooManyFailedAttempts: httpStatus }),
  z.object({ activeTurnNotSteerable: z.object({ turnKind: z.enum(['review', 'compact']) }) }),
])
export type CodexErrorInfo = z.output<typeof CodexErrorInfo>

export const TurnError = z.object({
  message: z.string(),
  codexErrorInfo: CodexErrorInfo.nullable(),
  additionalDetails: z.string().nullable(),
  /** Always null here; the reference has it. */
  misalignment: z.null().optional(),
})
export type TurnError = z.output<typeof TurnError>
