// Expected failures. Anything else that is thrown is a bug and becomes `internal` on the wire.

export type ErrorCode =
  | 'invalidParams'
  | 'notFound'
  | 'conflict'
  | 'denied'
  | 'unsupported'
  | 'tooLarge'
  /** Parameters that are well-formed one by one and cannot be meant together. */
  | 'contradiction'
  | 'overloaded'
  | 'upstream'
  | 'corrupt'
  | 'storageDegraded'

/** `detail` goes to the wire as `data` when it is not empty: no secrets, no stacks. */
export class SkeinError extends Error {
  readonly code: ErrorCode
  readonly detail: Readonly<Record<string, unknown>>

  constructor(
    code: ErrorCode,
    message: string,
    detail: Readonly<Record<string, unknown>> = {},
    cause?: unknown,
  ) {
    super(message, cause === undefined ? {} : { cause })
    this.name = 'SkeinError'
    this.code = code
    this.detail = detail
  }
}

/** Closes a switch over a union: a new member does not compile until it is handled. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`)
}

/** The words of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
