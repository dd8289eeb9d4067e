// Finds what must stay read-only inside a writable root, and puts empty stand-ins where it does not exist yet:
// a name can only be guarded by a mount, and a mount needs something to lie on.
import fs from 'node:fs'
import path from 'node:path'
import { SkeinError } from '../lib/errors.ts'
import { PROTECTED_NAMES } from './permission-profile.ts'

/** Existing paths to guard inside one writable root, and the names that do not exist there. */
export interface ProtectedPaths {
  readonly existing: readonly string[]
  readonly missing: readonly string[]
}

/**
 * Looks at the disk. Besides the protected names these are the folders that a `.git` file points to.
 * Throws SkeinError('denied') for a protected name that is a symbolic link: a link cannot be guarded against being
 * replaced, so nothing may be writable around it.
 */
export function protectedPaths(root: string): ProtectedPaths {
  const existing: string[] = []
  const missing: string[] = []
  for (const name of PROTECTED_NAMES) {
    const guarded = path.join(root, name)
    const stat = fs.lstatSync(guarded, { throwIfNoEntry: false })
    if (!stat || isStandIn(stat)) missing.push(guarded)
    else if (stat.isSymbolicLink())
      throw new SkeinError(
        'denied',
        `${guarded} is a symbolic link, which the sandbox cannot protect; replace it by a real folder or run outside the sandbox`,
        { path: guarded },
      )
    else existing.push(guarded, ...(stat.isFile() && name === '.git' ? gitFolders(guarded) : []))
  }
  return { existing, missing }
}

/** For sandboxes that guard names, whether they exist or not. */
export function guardedPaths(root: string): readonly string[] {
  const names = PROTECTED_NAMES.map((name) => path.join(root, name))
  const behindLinks = names.flatMap((name) => realOf(name))
  return [...new Set([...names, ...behindLinks, ...gitFolders(path.join(root, '.git'))])]
}

/** Nothing for what does not exist. */
function realOf(where: string): readonly string[] {
  try {
    return [fs.realpathSync(where)]
  } catch {
    return []
  }
}

/** Size of a `.git` file beyond which it is none, in bytes. */
const GIT_FILE_BYTES_MAX = 65_536

/** The folder that a `.git` file names (a worktree, a submodule), and the repository's own behind it. */
function gitFolders(gitFile: string): readonly string[] {
  const named = /^gitdir:\s*(.+?)\s*$/m.exec(readSmall(gitFile))?.[1]
  if (named === undefined) return []
  const folder = path.resolve(path.dirname(gitFile), named)
  const common = readSmall(path.join(folder, 'commondir')).trim()
  const folders = common === '' ? [folder] : [folder, path.resolve(folder, common)]
  return folders.flatMap(realOf)
}

function readSmall(file: string): string {
  try {
    const stat = fs.statSync(file)
    return stat.isFile() && stat.size <= GIT_FILE_BYTES_MAX ? fs.readFileSync(file, 'utf8') : ''
  } catch {
    return '' // not a repository we know how to read: its own rights apply
  }
}

/** Stand-ins have the sticky bit, so that one left behind by a crash is known as ours and goes with the next. */
const STAND_IN_MODE = 0o1700

function isStandIn(stat: fs.Stats): boolean {
  return stat.isDirectory() && (stat.mode & 0o7777) === STAND_IN_MODE
}

/** Users of each stand-in of this process. */
const standIns = new Map<string, number>()

/**
 * Puts an empty folder at `missing`; the returned function takes it away with its last user. Undefined when it cannot
 * be made: then commands, who have no more rights than this process, cannot make it either.
 */
export function holdStandIn(missing: string): (() => void) | undefined {
  if (!standIns.has(missing) && !makeStandIn(missing)) return undefined
  standIns.set(missing, (standIns.get(missing) ?? 0) + 1)
  let isHeld = true
  return () => {
    if (!isHeld) return
    isHeld = false
    const users = (standIns.get(missing) ?? 1) - 1
    if (users > 0) {
      standIns.set(missing, users)
      return
    }
    standIns.delete(missing)
    removeStandIn(missing)
  }
}

function makeStandIn(folder: string): boolean {
  try {
    fs.mkdirSync(folder)
    fs.chmodSync(folder, STAND_IN_MODE)
    return true
  } catch (error) {
    return codeOf(error) === 'EEXIST'
  }
}

function removeStandIn(folder: string): void {
  try {
    fs.rmdirSync(folder)
  } catch (error) {
    // Somebody outside the sandbox put something into it: from now on it is theirs.
    if (codeOf(error) === 'ENOTEMPTY') fs.chmodSync(folder, 0o755)
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code
}
