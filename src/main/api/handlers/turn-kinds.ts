// Turns that do something else than answer, and changes of a thread's story.
import { SkeinError } from '../../lib/errors.ts'
import type { Handlers } from '../router.ts'

type KindMethods =
  | 'thread/fork'
  | 'thread/revert'
  | 'thread/compact/start'
  | 'thread/shellCommand'
  | 'thread/inject_items'
  | 'review/start'

export function turnKindHandlers(): Pick<Handlers, KindMethods> {
  const later = async (): Promise<never> => {
    throw new SkeinError('unsupported', 'not supported by Skein yet')
  }
  return {
    'thread/fork': later,
    'thread/revert': later,
    'thread/compact/start': later,
    'thread/shellCommand': later,
    'thread/inject_items': later,
    'review/start': later,
  }
}
