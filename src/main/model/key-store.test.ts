import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { silentLogger } from '../lib/logger.ts'
import { createKeyStore, type SecretBox } from './key-store.ts'

const box: SecretBox = {
  isAvailable: () => true,
  seal: (text) => Buffer.from([...text].reverse().join('')),
  open: (sealed) => [...sealed.toString()].reverse().join(''),
}

async function folder(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'skein-keys-'))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  return home
}

it('keeps sealed keys for the next start, and nothing readable', async () => {
  const home = await folder()
  const open = () => createKeyStore({ home, logger: silentLogger, box })
  const keys = open()
  expect(keys.set('mine', 'sk-secret')).toBe('secretStore')
  const [file] = await readdir(home)
  expect(await readFile(join(home, file ?? ''), 'utf8')).not.toContain('sk-secret')
  const again = open()
  expect([again.find('mine'), again.placeOf('mine')]).toEqual(['sk-secret', 'secretStore'])
  expect(again.set('mine', null)).toBe('none')
  expect(open().find('mine')).toBeUndefined()
})

it.each([
  ['no secret store', undefined],
  ['a locked one', { ...box, isAvailable: () => false }],
])('keeps keys for the session alone with %s', async (_, given) => {
  const home = await folder()
  const keys = createKeyStore({ home, logger: silentLogger, box: given })
  expect(keys.set('mine', 'sk-secret')).toBe('session')
  expect([keys.find('mine'), keys.placeOf('mine')]).toEqual(['sk-secret', 'session'])
  expect(await readdir(home)).toEqual([])
})

it('goes on without a key that cannot be opened', async () => {
  const home = await folder()
  createKeyStore({ home, logger: silentLogger, box }).set('mine', 'sk-secret')
  const broken: SecretBox = {
    ...box,
    open: () => {
      throw new Error('another machine')
    },
  }
  const keys = createKeyStore({ home, logger: silentLogger, box: broken })
  expect(keys.placeOf('mine')).toBe('none')
})
