// Where a client wants a new file to be written.
import { constants, existsSync } from 'node:fs'
import { access } from 'node:fs/promises'
import { dirname, isAbsolute } from 'node:path'
import { SkeinError } from '../lib/errors.ts'

/** Throws SkeinError `invalidParams` that says why no file can be made there. */
export async function checkNewFilePath(path: string): Promise<void> {
  if (path.includes('\0')) throw new SkeinError('invalidParams', 'the path has a zero in it')
  if (!isAbsolute(path)) throw new SkeinError('invalidParams', `not an absolute path: ${path}`)
  if (existsSync(path))
    throw new SkeinError('invalidParams', `there is something at ${path} already`)
  const folder = dirname(path)
  try {
    await access(folder, constants.W_OK | constants.X_OK)
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException
    const reason = code === 'ENOENT' ? 'there is no folder' : 'there can be no file in'
    throw new SkeinError('invalidParams', `${reason} ${folder}`, {}, thrown)
  }
}
