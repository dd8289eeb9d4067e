import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { makeTestHome } from '../../../test/open-test-store.ts'
import { linesOfFile } from './lines-of-file.ts'

it('gives lines longer than what is read at a time, and characters that lie across', async () => {
  const path = join(await makeTestHome(), 'lines')
  const lines = ['first', 'ä€😀'.repeat(100_000), '{"a":1}', 'ö'.repeat(262_143)]
  await writeFile(path, `${lines[0]}\n\n${lines.slice(1).join('\n')}\n`)
  expect([...linesOfFile(path)]).toEqual(lines)
})

it('gives a last line without an end, and nothing of an empty file', async () => {
  const home = await makeTestHome()
  await writeFile(join(home, 'open'), 'one\ntwo')
  await writeFile(join(home, 'empty'), '')
  expect([...linesOfFile(join(home, 'open'))]).toEqual(['one', 'two'])
  expect([...linesOfFile(join(home, 'empty'))]).toEqual([])
})
