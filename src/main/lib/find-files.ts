// Finds files and folders by a few letters of their paths, leaving out what .gitignore files leave out.
import type { Dirent } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { go as fuzzyFind } from 'fuzzysort'
import ignore, { type Ignore } from 'ignore'
import type { FoundFile } from '../../protocol/index.ts'

const FOUND_MAX = 50
/** Larger trees are searched as far as this. */
const PATHS_MAX = 100_000
/** Paths that are compared before others get their turn. */
const CHUNK = 2_000

interface Entry {
  readonly root: string
  readonly path: string
  readonly isDirectory: boolean
}

/** The best matches, best first; none for an empty query. Unreadable folders count as empty. Rejects when aborted. */
export async function findFiles(
  query: string,
  roots: readonly string[],
  signal: AbortSignal,
): Promise<FoundFile[]> {
  const wanted = query.trim()
  if (wanted === '') return []
  let best: FoundFile[] = []
  let chunk: Entry[] = []
  const compare = async (): Promise<void> => {
    best = bestOf([...best, ...matches(wanted, chunk)])
    chunk = []
    await setImmediate()
    signal.throwIfAborted()
  }
  let count = 0
  for (const root of new Set(roots)) {
    for await (const entry of walk(root, signal)) {
      chunk.push(entry)
      count += 1
      if (chunk.length >= CHUNK) await compare()
      if (count >= PATHS_MAX) break
    }
  }
  await compare()
  return best
}

function matches(query: string, entries: readonly Entry[]): FoundFile[] {
  return fuzzyFind(query, entries, { key: 'path', limit: FOUND_MAX }).map((match) => ({
    root: match.obj.root,
    path: match.obj.path,
    match_type: match.obj.isDirectory ? 'directory' : 'file',
    file_name: match.obj.path.slice(match.obj.path.lastIndexOf('/') + 1),
    score: Math.round(match.score * 100_000),
    indices: [...match.indexes].sort((a, b) => a - b),
  }))
}

function bestOf(found: readonly FoundFile[]): FoundFile[] {
  const byScore = (a: FoundFile, b: FoundFile): number =>
    b.score - a.score || (a.path < b.path ? -1 : 1)
  return found.toSorted(byScore).slice(0, FOUND_MAX)
}

/** The rules of one folder's .gitignore, for paths from that folder on. */
interface Rules {
  readonly folder: string
  readonly rules: Ignore
}

async function* walk(root: string, signal: AbortSignal): AsyncGenerator<Entry> {
  const open: { folder: string; inherited: readonly Rules[] }[] = [{ folder: '', inherited: [] }]
  for (let next = open.shift(); next; next = open.shift()) {
    signal.throwIfAborted()
    const { folder, inherited } = next
    const listed = await entriesOf(join(root, folder))
    const own = await rulesOf(root, folder, listed)
    const rules = own ? [...inherited, own] : inherited
    for (const entry of listed.filter(isShown)) {
      const isDirectory = entry.isDirectory()
      const path = folder + entry.name
      if (isIgnored(rules, isDirectory ? `${path}/` : path)) continue
      if (isDirectory) open.push({ folder: `${path}/`, inherited: rules })
      yield { root, path, isDirectory }
    }
  }
}

function isShown(entry: Dirent): boolean {
  return entry.name !== '.git' && (entry.isDirectory() || entry.isFile())
}

async function entriesOf(folder: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch {
    return []
  }
}

async function rulesOf(
  root: string,
  folder: string,
  entries: readonly Dirent[],
): Promise<Rules | null> {
  if (!entries.some((entry) => entry.name === '.gitignore')) return null
  try {
    const text = await readFile(join(root, folder, '.gitignore'), 'utf8')
    return { folder, rules: ignore().add(text) }
  } catch {
    return null
  }
}

/** The innermost folder that says something of the path decides. */
function isIgnored(all: readonly Rules[], path: string): boolean {
  for (const { folder, rules } of all.toReversed()) {
    const { ignored, unignored } = rules.test(path.slice(folder.length))
    if (ignored || unignored) return ignored
  }
  return false
}
