// A folder held open, so that what is done in it is done there, even if its path leads somewhere else meanwhile.
import { constants } from 'node:fs'
import fs from 'node:fs/promises'
import path from 'node:path'

/** Linux: only names a place, needs no right to read it. Node does not list it. */
const O_PATH = 0o10000000

export interface PinnedFolder {
  /** Use it as the folder's path. */
  readonly path: string
  close(): Promise<void>
}

/** `real` has no links in it; rejects when it leads elsewhere by now. Only Linux can hold a folder. */
export async function pinFolder(real: string): Promise<PinnedFolder> {
  if (process.platform !== 'linux') return { path: real, close: () => Promise.resolve() }
  const handle = await fs.open(real, O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW)
  const held = `/proc/self/fd/${handle.fd}`
  if ((await fs.readlink(held)) !== real) {
    await handle.close()
    throw new Error(`${real} was replaced meanwhile`)
  }
  return { path: held, close: () => handle.close() }
}

/** Makes the folders of `names` one inside the other and pins the last; `made` hears of each new one. */
export async function makeFolders(
  real: string,
  names: readonly string[],
  made: (folder: string) => void,
): Promise<PinnedFolder> {
  let pinned = await pinFolder(real)
  let folder = real
  for (const name of names) {
    try {
      await fs.mkdir(path.join(pinned.path, name))
    } finally {
      await pinned.close()
    }
    folder = path.join(folder, name)
    made(folder)
    pinned = await pinFolder(folder)
  }
  return pinned
}
