// Whose folders may configure Skein: what a person said of a folder, or of one above it.
import path from 'node:path'
import type { ConfigValues } from './config-schema.ts'

export type Trust = 'trusted' | 'untrusted'

/** What was said of the nearest folder upwards; undefined when nobody was asked. */
export function trustOf(config: ConfigValues, folder: string): Trust | undefined {
  for (let at = folder; ; at = path.dirname(at)) {
    const said = config.projects?.[at]?.trust_level
    if (said !== undefined) return said
    if (at === path.dirname(at)) return undefined
  }
}

export function isTrusted(config: ConfigValues, folder: string): boolean {
  return trustOf(config, folder) === 'trusted'
}
