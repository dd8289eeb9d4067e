import { expect, it } from 'vitest'
import { createStores } from '../../state/stores.ts'
import { aMemory } from '../../test-support/a-memory.ts'
import { createFakeBridge } from '../../test-support/fake-bridge.ts'
import { aThread } from '../../test-support/thread-builders.ts'
import { findEntries } from './palette-entries.ts'

const stores = createStores({
  bridge: createFakeBridge(),
  memory: aMemory(),
  schedule: (run) => run(),
})
const context = { stores, mac: false, focus: () => {}, cycleRegions: () => {} }
const threads = [
  aThread({ id: 'a', preview: 'Fix the tide tables', cwd: '/srv/harbor' }),
  aThread({ id: 'b', preview: 'Rename the buoys', cwd: '/srv/maps' }),
]

function titles(query: string): string[] {
  return findEntries(query, threads, context).map((entry) => entry.title)
}

it('begins with the latest threads, then offers every command', () => {
  expect(titles('').slice(0, 3)).toEqual(['Fix the tide tables', 'Rename the buoys', 'New thread'])
})

it('finds threads and commands by parts of their names', () => {
  expect(titles('tide')[0]).toBe('Fix the tide tables')
  expect(titles('theme dark')).toContain('Theme: dark')
})

it('finds a thread by its folder', () => {
  expect(titles('@maps')).toEqual(['Rename the buoys'])
})

it('says that a thread is of the demo, whose folders have no names', () => {
  const demo = aThread({ id: 'c', modelProvider: 'demo', cwd: '/home/me/.skein/demo/c' })
  const [entry] = findEntries('@', [demo], context)
  expect(entry?.detail).toBe('Demo model — scripted, offline')
})

it('keeps to threads after @ and to commands after >', () => {
  expect(titles('@')).toEqual(['Fix the tide tables', 'Rename the buoys'])
  expect(titles('>ren')[0]).toBe('Rename thread')
  expect(titles('>')).not.toContain('Rename the buoys')
})

it('says why a command cannot be run now', () => {
  const [rename] = findEntries('>Rename thread', threads, context)
  expect(rename?.blockedBy).toBe('No thread is open')
})

it('finds nothing for nonsense', () => {
  expect(titles('qzxj')).toEqual([])
})
