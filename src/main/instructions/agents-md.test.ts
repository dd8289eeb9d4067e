import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { findInstructions } from './agents-md.ts'

let root = ''
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'skein-agents-'))
  await mkdir(join(root, 'home'))
  await mkdir(join(root, 'repo/sub/deep'), { recursive: true })
})
afterEach(() => rm(root, { recursive: true, force: true }))

const write = (file: string, text: string) => writeFile(join(root, file), text)
const find = async (cwd: string, maxBytes = 1000) =>
  (await findInstructions(join(root, 'home'), join(root, cwd), maxBytes)).map(({ path, text }) => [
    path.slice(root.length),
    text,
  ])

it('finds the person’s own, then the project’s from its root down to the folder', async () => {
  await mkdir(join(root, 'repo/.git'))
  await write('home/AGENTS.md', 'mine')
  await write('repo/AGENTS.md', 'root')
  await write('repo/sub/deep/AGENTS.md', 'deep')
  expect(await find('repo/sub/deep')).toEqual([
    ['/home/AGENTS.md', 'mine'],
    ['/repo/AGENTS.md', 'root'],
    ['/repo/sub/deep/AGENTS.md', 'deep'],
  ])
})

it('looks no higher than the folder when there is no repository', async () => {
  await write('repo/AGENTS.md', 'above')
  await write('repo/sub/AGENTS.md', 'here')
  expect(await find('repo/sub')).toEqual([['/repo/sub/AGENTS.md', 'here']])
})

it('cuts the project’s words at the limit, and leaves out blank and missing files', async () => {
  await mkdir(join(root, 'repo/.git'))
  await write('repo/AGENTS.md', '0123456789')
  await write('repo/sub/AGENTS.md', 'more')
  expect(await find('repo/sub', 4)).toEqual([['/repo/AGENTS.md', '0123']])
  await write('repo/AGENTS.md', ' \n')
  expect(await find('repo/sub')).toEqual([['/repo/sub/AGENTS.md', 'more']])
  expect(await find('nowhere')).toEqual([])
})
