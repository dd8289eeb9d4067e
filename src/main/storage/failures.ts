// What went wrong underneath, in our words: SQLite's and the file system's codes to ErrorCode.
import { type ErrorCode, messageOf, SkeinError } from '../lib/errors.ts'

/** Code of a SQLite or file system error, '' for anything else. */
function codeOf(thrown: unknown): string {
  if (!(thrown instanceof Error) || !('code' in thrown)) return ''
  return typeof thrown.code === 'string' ? thrown.code : ''
}

const full = /^(SQLITE_FULL|ENOSPC|EDQUOT|EFBIG)/
const failing =
  /^(SQLITE_(IOERR|READONLY|CANTOPEN|BUSY|LOCKED|PROTOCOL|NOMEM)|EIO|EROFS|EMFILE|ENFILE)/
const corrupt = /^SQLITE_(CORRUPT|NOTADB)/
const denied = /^(SQLITE_(CANTOPEN|PERM|AUTH|READONLY)|EACCES|EPERM|EROFS|ENOTDIR|EEXIST|EISDIR)/

export function isCorruption(thrown: unknown): boolean {
  return corrupt.test(codeOf(thrown))
}

/** The disk refuses: nothing can be recorded until it works again. */
export function isDiskFailure(thrown: unknown): boolean {
  const code = codeOf(thrown)
  return full.test(code) || failing.test(code)
}

/** A plain sentence for the person: what is wrong and what to do. */
export function describeDiskFailure(thrown: unknown): string {
  const code = codeOf(thrown)
  if (full.test(code))
    return 'The disk is full. Free some space: Skein goes on by itself once it can write again.'
  return `The disk that holds the profile fails (${code}). Skein goes on by itself once it can write again.`
}

/** Failures of reads and commits. Unknown ones are bugs and come back as they are. */
export function toStoreError(thrown: unknown): unknown {
  if (thrown instanceof SkeinError) return thrown
  if (isCorruption(thrown)) return failure('corrupt', 'The database is damaged', thrown)
  if (isDiskFailure(thrown)) return failure('storageDegraded', describeDiskFailure(thrown), thrown)
  return thrown
}

/** Failures of opening a profile. */
export function toOpenError(thrown: unknown, home: string): unknown {
  if (thrown instanceof SkeinError) return thrown
  const code = codeOf(thrown)
  if (isCorruption(thrown)) return failure('corrupt', `The database in ${home} is damaged`, thrown)
  if (denied.test(code))
    return failure(
      'denied',
      `The profile folder ${home} cannot be used (${code}). Check that it is a folder you may write to, or set SKEIN_HOME to another one.`,
      thrown,
    )
  if (isDiskFailure(thrown)) return failure('storageDegraded', describeDiskFailure(thrown), thrown)
  return thrown
}

function failure(code: ErrorCode, message: string, cause: unknown): SkeinError {
  return new SkeinError(code, message, { cause: codeOf(cause) || messageOf(cause) }, cause)
}
