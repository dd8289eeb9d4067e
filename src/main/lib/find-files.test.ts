import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findFiles } from './find-files.ts'

const root = mkdtempSync(join(tmpdir(), 'skein-find-'))
const never = new AbortController().signal

beforeAll(() => {
  const files = {
    'src/main.ts': '',
    'src/deep/mainframe.ts': '',
    'src/deep/.gitignore': '!kept.log\n',
    'src/deep/kept.log': '',
    'src/other.log': '',
    '.hidden-main': '',
    '.gitignore': 'node_modules\n*.log\n',
    'node_modules/main.js': '',
    '.git/main': '',
  }
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
})

afterAll(() => rmSync(root, { recursive: true, force: true }))

const paths = async (query: string, roots = [root]) =>
  (await findFiles(query, roots, never)).map(({ path }) => path)

test('files and folders are found by letters of their paths, hidden ones too', async () => {
  expect(await paths('main')).toEqual(
    expect.arrayContaining(['src/main.ts', 'src/deep/mainframe.ts', '.hidden-main']),
  )
  expect((await findFiles('deep', [root], never))[0]).toEqual({
    root,
    path: 'src/deep',
    match_type: 'directory',
    file_name: 'deep',
    score: expect.any(Number),
    indices: [4, 5, 6, 7],
  })
})

test('what is ignored or belongs to git is left out, and an inner folder may take it back', async () => {
  expect(await paths('node')).toEqual([])
  expect(await paths('main')).not.toContain('.git/main')
  expect(await paths('log')).toEqual(['src/deep/kept.log'])
})

test('an empty query finds nothing, and a folder that is not there is empty', async () => {
  expect(await paths(' ')).toEqual([])
  expect(await paths('main', [join(root, 'nowhere')])).toEqual([])
})

test('a search that is not wanted any more ends', async () => {
  await expect(findFiles('main', [root], AbortSignal.abort(new Error('enough')))).rejects.toThrow(
    'enough',
  )
})
