import { expect, test } from 'vitest'
import type { FoundFile } from '../../protocol/index.ts'
import { createFakeBridge, settled } from '../test-support/fake-bridge.ts'
import { createFileSearches } from './file-search.ts'
import { createNotificationPump } from './notification-pump.ts'

function open() {
  const bridge = createFakeBridge({
    'fuzzyFileSearch/sessionStart': () => ({}),
    'fuzzyFileSearch/sessionUpdate': () => ({}),
    'fuzzyFileSearch/sessionStop': () => ({}),
  })
  const found: string[][] = []
  const pump = createNotificationPump(bridge, (run) => run())
  const search = createFileSearches(bridge, pump).open('/work', (files) =>
    found.push(files.map(({ path }) => path)),
  )
  const answer = (query: string, ...paths: string[]) =>
    bridge.notify({
      method: 'fuzzyFileSearch/sessionUpdated',
      params: { sessionId: 'files-1', query, files: paths.map(aFile) },
    })
  return { bridge, search, found, answer }
}

function aFile(path: string): FoundFile {
  return { root: '/work', path, match_type: 'file', file_name: path, score: 1, indices: null }
}

test('only the answer to what was typed last is heard', async () => {
  const { bridge, search, found, answer } = open()
  search.ask('m')
  search.ask('ma')
  await settled()
  expect(bridge.calls.map(({ method }) => method)).toEqual([
    'fuzzyFileSearch/sessionStart',
    'fuzzyFileSearch/sessionUpdate',
  ])
  answer('m', 'many.ts', 'main.ts')
  answer('ma', 'main.ts')
  expect(found).toEqual([['main.ts']])
})

test('an empty question finds nothing, and a search that was stopped hears nothing', async () => {
  const { bridge, search, found, answer } = open()
  search.ask('')
  expect(found).toEqual([[]])
  search.ask('ma')
  search.stop()
  await settled()
  answer('ma', 'main.ts')
  expect(found).toEqual([[]])
  expect(bridge.calls.at(-1)?.method).toBe('fuzzyFileSearch/sessionStop')
})
