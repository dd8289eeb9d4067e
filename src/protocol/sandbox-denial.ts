// The sandbox gives no sign of its own when it stops a command: what its end and its output say about it.

const words = [
  'operation not permitted',
  'permission denied',
  'read-only file system',
  'seccomp',
  'sandbox',
  'landlock',
  'failed to write file',
]
/** With the network off, names do not resolve and nothing can be reached. */
const networkWords = [
  'network is unreachable',
  'could not resolve host',
  'temporary failure in name resolution',
]
/** Death by SIGSYS: the filter of system calls ended it. */
const SIGSYS_CODE = 159

/** Why a sandboxed command most likely failed, in the words of the system; null when it looks like its own failure. */
export function sandboxDenial(
  exitCode: number | null,
  output: string,
  isNetworkOff: boolean,
): string | null {
  if (exitCode === null || exitCode === 0) return null
  if (exitCode === SIGSYS_CODE) return 'a system call that is not allowed'
  const text = output.toLowerCase()
  const known = isNetworkOff ? [...networkWords, ...words] : words
  return known.find((word) => text.includes(word)) ?? null
}
