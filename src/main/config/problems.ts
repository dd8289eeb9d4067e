// The problems of the configuration known now, by where they are; tells each once, and again only after it was gone.
import type { Logger } from '../lib/logger.ts'
import type { ConfigWarning } from './config-service.ts'

export type Problems = ReturnType<typeof createProblems>

export function createProblems(logger: Logger) {
  const known = new Map<string, readonly ConfigWarning[]>()
  const listeners = new Set<(warning: ConfigWarning) => void>()
  return {
    replace(where: string, warnings: readonly ConfigWarning[]): void {
      const before = new Set((known.get(where) ?? []).map(keyOf))
      if (warnings.length === 0) known.delete(where)
      else known.set(where, warnings)
      for (const warning of warnings) {
        if (before.has(keyOf(warning))) continue
        logger.log('warn', warning.summary, { path: warning.path })
        for (const listener of listeners) listener(warning)
      }
    },
    listen(listener: (warning: ConfigWarning) => void): () => void {
      for (const warnings of known.values()) for (const warning of warnings) listener(warning)
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

function keyOf(warning: ConfigWarning): string {
  return JSON.stringify([warning.summary, warning.details])
}
