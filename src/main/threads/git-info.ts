// Where a folder stands in its Git repository, read from the repository's own files: no process is started for it.
import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import type { GitInfo } from '../../protocol/index.ts'

/** A folder on a disk that does not answer must not hold up a thread. */
const READ_MS_MAX = 300
const NO_COMMIT = /^0*$/

/** Null outside of a repository, and where it cannot be read soon. Never rejects. */
export async function readGitInfo(cwd: string, withinMs = READ_MS_MAX): Promise<GitInfo | null> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, withinMs, null)
  })
  try {
    return await Promise.race([read(cwd), late])
  } catch {
    return null
  } finally {
    clearTimeout(timer)
  }
}

async function read(cwd: string): Promise<GitInfo | null> {
  const own = await gitFolder(cwd)
  if (own === null) return null
  const common = await commonFolder(own)
  const [head, config] = await Promise.all([
    textOf(path.join(own, 'HEAD')),
    textOf(path.join(common, 'config')),
  ])
  const ref = /^ref: (.+)$/m.exec(head)?.[1]?.trim()
  const sha = ref === undefined ? head.trim() : await commitOf(ref, own, common)
  return {
    sha: NO_COMMIT.test(sha) ? null : sha,
    branch: ref?.startsWith('refs/heads/') ? ref.slice('refs/heads/'.length) : null,
    originUrl: originOf(config),
  }
}

/** Of the nearest folder upwards that has one; a worktree and a submodule name theirs in a file. */
async function gitFolder(cwd: string): Promise<string | null> {
  for (let folder = cwd; ; folder = path.dirname(folder)) {
    const entry = path.join(folder, '.git')
    const found = await stat(entry).catch(() => null)
    if (found?.isDirectory()) return entry
    if (found) {
      const named = /^gitdir: (.+)$/m.exec(await textOf(entry))?.[1]
      return named === undefined ? null : path.resolve(folder, named.trim())
    }
    if (path.dirname(folder) === folder) return null
  }
}

/** Worktrees share branches and settings with the repository they were made of. */
async function commonFolder(own: string): Promise<string> {
  return path.resolve(own, (await textOf(path.join(own, 'commondir'))).trim())
}

/** Of a branch: in a file of its own, or among the packed ones; empty when it has none yet. */
async function commitOf(ref: string, own: string, common: string): Promise<string> {
  for (const folder of new Set([own, common])) {
    const loose = (await textOf(path.join(folder, ref))).trim()
    if (loose !== '') return loose
  }
  const packed = await textOf(path.join(common, 'packed-refs'))
  return (
    packed
      .split('\n')
      .find((line) => line.endsWith(` ${ref}`))
      ?.split(' ')[0] ?? ''
  )
}

function originOf(config: string): string | null {
  const section = /^\s*\[remote "origin"\][^\n]*\n((?:(?!\s*\[)[^\n]*(?:\n|$))*)/m.exec(config)?.[1]
  const url = /^\s*url\s*=\s*(.+?)\s*$/m.exec(section ?? '')?.[1]
  return url === undefined ? null : withoutSecret(url.replace(/^"(.*)"$/, '$1'))
}

/** Some keep a password or token in it, which is nobody's business here. */
function withoutSecret(url: string): string {
  return url.replace(/^(https?:\/\/)[^/@]*@/, '$1')
}

/** Empty where there is none. */
function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '')
}
