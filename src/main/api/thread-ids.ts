// Thread ids as clients give them: refused before anybody looks for such a thread.
import { SkeinError } from '../lib/errors.ts'

/** Methods that open a thread's record call its id a session id. */
const opening: ReadonlySet<string> = new Set([
  'thread/resume',
  'thread/fork',
  'thread/archive',
  'thread/unarchive',
])

/** Throws SkeinError('invalidParams') for a `threadId` that no thread could have. */
export function checkThreadId(method: string, params: unknown): void {
  if (method.startsWith('skein/') || params === null || typeof params !== 'object') return
  const id: unknown = Reflect.get(params, 'threadId')
  if (typeof id !== 'string') return
  const problem = problemOf(id)
  if (problem === undefined) return
  const noun = opening.has(method) ? 'session' : 'thread'
  throw new SkeinError('invalidParams', `invalid ${noun} id: ${problem}`, { field: 'threadId' })
}

/** For reads of a thread that is neither in memory nor in the store. */
export function notLoaded(threadId: string): SkeinError {
  return new SkeinError('notFound', `thread not loaded: ${threadId}`)
}

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i

export function isThreadId(text: string): boolean {
  return UUID.test(text)
}

function problemOf(id: string): string | undefined {
  if (isThreadId(id)) return undefined
  const at = [...id].findIndex((char) => !/[0-9a-f-]/i.test(char))
  if (at !== -1)
    return `invalid character: expected an optional prefix of \`urn:uuid:\` followed by [0-9a-fA-F-], found \`${[...id][at]}\` at ${at + 1}`
  return `invalid length: expected length 32 for simple format, found ${id.length}`
}
