// Rows that cannot be read: left out, remembered, never fatal. One bad row does not lock anybody out of a thread.
import { SkeinError } from '../lib/errors.ts'

export interface DamageLog {
  /** The row's content, or undefined when it cannot be read; then the thread counts as damaged. */
  tolerate<T>(threadPk: number, read: () => T): T | undefined
  /** Threads found damaged since the last call. */
  drain(): readonly number[]
}

export function createDamageLog(): DamageLog {
  let found = new Set<number>()
  return {
    tolerate(threadPk, read) {
      try {
        return read()
      } catch (thrown) {
        if (!(thrown instanceof SkeinError)) throw thrown
        // Content this runtime cannot read is not damaged.
        if (thrown.code === 'corrupt') found.add(threadPk)
        else if (thrown.code !== 'unsupported') throw thrown
        return undefined
      }
    },
    drain() {
      const drained = [...found]
      found = new Set()
      return drained
    },
  }
}
