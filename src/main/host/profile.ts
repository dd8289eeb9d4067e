// The profile folder: $SKEIN_HOME or ~/.skein, readable by its owner alone.
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** The absolute path of the profile; a relative $SKEIN_HOME counts from the working directory. */
export function profileFolder(
  env: Readonly<Record<string, string | undefined>>,
  userHome: string,
): string {
  const chosen = env.SKEIN_HOME
  return chosen ? resolve(chosen) : join(userHome, '.skein')
}

/** Creates the folder when it is missing. Throws the system's error when that is impossible. */
export function ensureProfileFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 })
}
