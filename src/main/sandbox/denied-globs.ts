// Patterns of a profile that close what they match: asked about one path, and looked up on the disk for sandboxes,
// which can close only what is there.
import fs from 'node:fs'
import path from 'node:path'
import { Minimatch } from 'minimatch'
import { SkeinError } from '../lib/errors.ts'

export interface DeniedGlob {
  /** As it was written, with the place it is written for. */
  readonly pattern: string
  /** The deepest folder that the pattern names without a wildcard; absolute. */
  readonly base: string
  /** True for a path that the pattern itself names; what lies below it is closed with it. */
  matches(absolute: string): boolean
  /** True for a folder in which a match may lie. */
  mayHold(folder: string): boolean
}

const WILDCARD = /[*?[\]{}]/
/** Beyond these a command is refused: closing a part would only look safe. */
const ENTRIES_MAX = 100_000
const MATCHES_MAX = 1000
const FOLDERS_AT_A_TIME = 32

export function isGlob(text: string): boolean {
  return WILDCARD.test(text)
}

/** `pattern` is absolute; dots are letters like any other, and a leading `!` or `#` is one too. */
export function deniedGlob(pattern: string): DeniedGlob {
  const nocase = process.platform !== 'linux' // where disks do not tell case apart
  const matcher = new Minimatch(pattern, { dot: true, nonegate: true, nocomment: true, nocase })
  const parts = pattern.split('/')
  const first = parts.findIndex(isGlob)
  return {
    pattern,
    base: parts.slice(0, first).join('/') || '/',
    matches: (absolute) => matcher.match(absolute),
    mayHold: (folder) => matcher.match(folder, true),
  }
}

/** The innermost part of the path that one of the patterns names, with that pattern. */
export function closedBy(
  globs: readonly DeniedGlob[],
  absolute: string,
): { readonly path: string; readonly pattern: string } | undefined {
  if (globs.length === 0) return undefined
  for (let part = absolute; ; part = path.dirname(part)) {
    const glob = globs.find((one) => one.matches(part))
    if (glob) return { path: part, pattern: glob.pattern }
    if (part === path.dirname(part)) return undefined
  }
}

/** The same patterns for paths whose links were followed. */
export function throughLinks(globs: readonly DeniedGlob[]): readonly DeniedGlob[] {
  return globs.flatMap((glob) => {
    const real = realOf(glob.base)
    return real === undefined || real === glob.base
      ? [glob]
      : [glob, deniedGlob(path.join(real, path.relative(glob.base, glob.pattern)))]
  })
}

/**
 * What the patterns name on this disk now, links followed. Links to folders are not walked into. Throws
 * SkeinError('denied') when it is too much to be closed.
 */
export async function findDenied(
  globs: readonly DeniedGlob[],
  depthMax = Number.POSITIVE_INFINITY,
): Promise<readonly string[]> {
  const search: Search = { found: new Set(), looked: 0 }
  for (const glob of throughLinks(globs)) {
    let level: readonly string[] = [glob.base]
    for (let depth = 0; level.length > 0 && depth < depthMax; depth++) {
      const below: string[] = []
      for (let at = 0; at < level.length; at += FOLDERS_AT_A_TIME) {
        const some = level.slice(at, at + FOLDERS_AT_A_TIME)
        const inner = await Promise.all(some.map((folder) => lookInto(folder, glob, search)))
        below.push(...inner.flat())
      }
      level = below
    }
  }
  return [...search.found]
}

interface Search {
  readonly found: Set<string>
  looked: number
}

/** Adds what is named there, and returns the folders in which there may be more. */
async function lookInto(folder: string, glob: DeniedGlob, search: Search): Promise<string[]> {
  const entries = await entriesOf(folder)
  search.looked += entries.length
  if (search.looked > ENTRIES_MAX) throw tooMuch(glob, `more than ${ENTRIES_MAX} files lie there`)
  const inner: string[] = []
  for (const entry of entries) {
    const where = path.join(folder, entry.name)
    if (glob.matches(where)) search.found.add(realOf(where) ?? where)
    else if (entry.isDirectory() && glob.mayHold(where)) inner.push(where)
  }
  if (search.found.size > MATCHES_MAX)
    throw tooMuch(glob, `it matches more than ${MATCHES_MAX} files`)
  return inner
}

/** Nothing of a folder that cannot be read: commands cannot read it either. */
async function entriesOf(folder: string): Promise<readonly fs.Dirent[]> {
  try {
    return await fs.promises.readdir(folder, { withFileTypes: true })
  } catch {
    return []
  }
}

function tooMuch({ pattern }: DeniedGlob, why: string): SkeinError {
  return new SkeinError(
    'denied',
    `the sandbox cannot close everything that \`${pattern}\` names: ${why}; name a folder nearer to it, or set glob_scan_max_depth`,
  )
}

function realOf(where: string): string | undefined {
  try {
    return fs.realpathSync(where)
  } catch {
    return undefined
  }
}
