// The lines that structure a patch, and what a path in one may look like.

export const BEGIN = '*** Begin Patch'
export const END = '*** End Patch'
export const ADD = '*** Add File: '
export const DELETE = '*** Delete File: '
export const UPDATE = '*** Update File: '
export const MOVE = '*** Move to: '
export const END_OF_FILE = '*** End of File'
/** The first line of a patch that stands in a heredoc. */
export const HEREDOC = /^<<(EOF|'EOF'|"EOF")$/

const PATH_BYTES_MAX = 4096
/** Control and bidirectional characters would make a person read another path than the one that is written. */
const DECEIVING = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u

/** Null for a path that can be used and shown. */
export function problemOfPath(path: string): string | null {
  if (path === '') return 'the path is missing'
  if (DECEIVING.test(path)) return 'the path contains characters that cannot be shown'
  if (Buffer.byteLength(path) > PATH_BYTES_MAX)
    return `the path is longer than ${PATH_BYTES_MAX} bytes`
  return null
}
