// Carries out the steps of a patch: all of them or, as far as the disk allows, none.
import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import fs from 'node:fs/promises'
import path from 'node:path'
import { messageOf } from '../../lib/errors.ts'
import type { PathGuard } from '../../sandbox/path-guards.ts'
import { makeFolders, type PinnedFolder, pinFolder } from './pinned-folder.ts'
import { type FileStep, readRegular } from './plan-patch.ts'

/** A step failed and what was written before it was put back, except for `left`. */
export class WriteFailure extends Error {
  /** True when the permission profile forbids the place, as the sandbox would. */
  readonly isDenied: boolean
  /** Files that could not be put back. */
  readonly left: readonly string[]

  constructor(message: string, isDenied: boolean, left: readonly string[]) {
    super(message)
    this.isDenied = isDenied
    this.left = left
  }
}

class Denied extends Error {}

type Undo = { readonly path: string; run(): Promise<void> }

/** Each file is checked against its step right before it is replaced. Throws WriteFailure. */
export async function writeFiles(steps: readonly FileStep[], mayWrite: PathGuard): Promise<void> {
  const undos: Undo[] = []
  for (const step of steps) {
    try {
      await carryOut(step, mayWrite, undos)
    } catch (error) {
      const left = await undoAll(undos)
      const reason = `failed to write ${step.path}: ${messageOf(error)}`
      throw new WriteFailure(reason, error instanceof Denied, left)
    }
  }
}

async function undoAll(undos: readonly Undo[]): Promise<readonly string[]> {
  const left: string[] = []
  for (const undo of [...undos].reverse())
    try {
      await undo.run()
    } catch {
      left.push(undo.path)
    }
  return left
}

async function carryOut(step: FileStep, mayWrite: PathGuard, undos: Undo[]): Promise<void> {
  const target = await placeOf(step)
  if (!mayWrite(path.join(target.folder, ...target.missing, target.name)))
    throw new Denied('it lies outside of what may be written')
  const folder = await makeFolders(target.folder, target.missing, (made) =>
    undos.push({ path: made, run: () => fs.rmdir(made) }),
  )
  try {
    const real = path.join(target.folder, ...target.missing)
    const undo = await undoOf(folder, real, target.name, step)
    await replaceIn(folder, target.name, step)
    undos.push(undo)
  } finally {
    await folder.close()
  }
}

interface Place {
  /** Exists; no links in it. */
  readonly folder: string
  /** Folders to make inside it. */
  readonly missing: readonly string[]
  readonly name: string
}

/** Where a step really acts: a link to a file is written through, but removed itself. */
async function placeOf(step: FileStep): Promise<Place> {
  const isWritten = step.after !== null
  if (isWritten && step.before !== null) {
    const real = await fs.realpath(step.path)
    return { folder: path.dirname(real), missing: [], name: path.basename(real) }
  }
  const missing: string[] = []
  let folder = path.dirname(step.path)
  for (;;) {
    try {
      const real = await fs.realpath(folder)
      return { folder: real, missing: missing.reverse(), name: path.basename(step.path) }
    } catch (error) {
      const isAbsent = (error as NodeJS.ErrnoException).code === 'ENOENT'
      if (!isAbsent || folder === path.dirname(folder)) throw error
      missing.push(path.basename(folder))
      folder = path.dirname(folder)
    }
  }
}

async function replaceIn(folder: PinnedFolder, name: string, step: FileStep): Promise<void> {
  const file = path.join(folder.path, name)
  if (step.after === null) {
    await expectUnchanged(file, step)
    await fs.unlink(file)
    return
  }
  const temporary = await writeBeside(folder, file, step.after)
  try {
    await expectUnchanged(file, step)
    await fs.rename(temporary, file)
  } catch (error) {
    await fs.rm(temporary, { force: true })
    throw error
  }
}

/** A link that took a file's place meanwhile is a change too; one that is to be removed is no file to compare. */
async function expectUnchanged(file: string, step: FileStep): Promise<void> {
  const found = await fs.lstat(file).catch(() => null)
  const isLinkToRemove = step.after === null && found?.isSymbolicLink() === true
  const flags = isLinkToRemove ? 0 : constants.O_NOFOLLOW
  const now = found === null ? null : await readRegular(file, flags)
  const isSame =
    now === null || step.before === null ? now === step.before : now.equals(step.before)
  if (!isSame) throw new Error('it changed on disk since the patch was checked')
}

const NEW_FILE_MODE = 0o666
const MODE_BITS = 0o7777

/** A new file in the same folder with the mode and the owner of the one it will replace. */
async function writeBeside(folder: PinnedFolder, file: string, content: Buffer): Promise<string> {
  const old = await fs.lstat(file).catch(() => null)
  const temporary = path.join(folder.path, `.skein-${randomBytes(6).toString('hex')}.tmp`)
  const handle = await fs.open(temporary, 'wx', NEW_FILE_MODE)
  try {
    await handle.writeFile(content)
    if (old?.isFile()) {
      const made = await handle.stat()
      // Only a superuser can give a file away; for others it stays theirs.
      if (made.uid !== old.uid || made.gid !== old.gid)
        await handle.chown(old.uid, old.gid).catch(() => undefined)
      await handle.chmod(old.mode & MODE_BITS)
    }
    return temporary
  } catch (error) {
    await fs.rm(temporary, { force: true })
    throw error
  } finally {
    await handle.close()
  }
}

/** Puts back what is there now. */
async function undoOf(
  folder: PinnedFolder,
  real: string,
  name: string,
  step: FileStep,
): Promise<Undo> {
  const file = path.join(folder.path, name)
  const old = await fs.lstat(file).catch(() => null)
  const link = old?.isSymbolicLink() ? await fs.readlink(file) : null
  return {
    path: step.path,
    async run() {
      const again = await pinFolder(real)
      try {
        const back = path.join(again.path, name)
        if (link !== null) await fs.symlink(link, back)
        else if (step.before === null) await fs.unlink(back)
        else await putBack(again, back, step.before, old?.mode)
      } finally {
        await again.close()
      }
    },
  }
}

async function putBack(
  folder: PinnedFolder,
  file: string,
  content: Buffer,
  mode: number | undefined,
): Promise<void> {
  const temporary = await writeBeside(folder, file, content)
  if (mode !== undefined) await fs.chmod(temporary, mode & MODE_BITS)
  await fs.rename(temporary, file)
}
