// Where threads find code that was compiled before.
import module from 'node:module'
import { dirname } from 'node:path'

/** For the environment of a thread: it has a cache of compiled code only where that names one. */
export function compileCacheEnv(): Readonly<Record<string, string>> {
  const folder = module.getCompileCacheDir?.() // within the folder that was named, one for each version
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: dirname(folder) }
}
