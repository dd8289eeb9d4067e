import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readGitInfo } from './git-info.ts'

/** A busy machine gets all the time it needs. */
const infoOf = (cwd: string) => readGitInfo(cwd, 60_000)

let root: string
let repository: string
beforeEach(() => {
  root = realpathSync(mkdtempSync(path.join(tmpdir(), 'skein-git-')))
  repository = path.join(root, 'repository')
  mkdirSync(path.join(repository, 'deep', 'er'), { recursive: true })
  git('init', '--quiet', '--initial-branch=feature/one')
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function git(...args: readonly string[]): string {
  const who = ['-c', 'user.name=T', '-c', 'user.email=t@example.org', '-c', 'commit.gpgsign=false']
  return execFileSync('git', ['-C', repository, ...who, ...args], { encoding: 'utf8' }).trim()
}

function commit(): string {
  git('commit', '--quiet', '--allow-empty', '--message=x')
  return git('rev-parse', 'HEAD')
}

it('knows commit, branch and origin, from any folder of the repository', async () => {
  expect(await infoOf(root)).toBeNull()
  expect(await infoOf(repository)).toEqual({
    sha: null,
    branch: 'feature/one',
    originUrl: null,
  })
  const sha = commit()
  git('remote', 'add', 'upstream', 'https://example.org/other.git')
  git('remote', 'add', 'origin', 'git@example.org:a/b.git')
  expect(await infoOf(path.join(repository, 'deep', 'er'))).toEqual({
    sha,
    branch: 'feature/one',
    originUrl: 'git@example.org:a/b.git',
  })
})

it('finds packed branches, and names no branch where there is none', async () => {
  const sha = commit()
  git('pack-refs', '--all')
  expect(await infoOf(repository)).toMatchObject({ sha, branch: 'feature/one' })
  git('checkout', '--quiet', '--detach')
  expect(await infoOf(repository)).toMatchObject({ sha, branch: null })
})

it('reads a worktree through the repository it belongs to', async () => {
  commit()
  git('remote', 'add', 'origin', 'https://example.org/a.git')
  const worktree = path.join(root, 'worktree')
  git('worktree', 'add', '--quiet', '-b', 'second', worktree)
  git('checkout', '--quiet', '-b', 'third')
  const sha = git('rev-parse', 'second')
  commit()
  expect(await infoOf(worktree)).toEqual({
    sha,
    branch: 'second',
    originUrl: 'https://example.org/a.git',
  })
})

it('keeps what gives access out of the address', async () => {
  git('remote', 'add', 'origin', 'https://me:secret@example.org/a.git')
  expect((await infoOf(repository))?.originUrl).toBe('https://example.org/a.git')
})
