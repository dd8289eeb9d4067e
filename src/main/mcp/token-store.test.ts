import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { silentLogger } from '../lib/logger.ts'
import { createTokenStore } from './token-store.ts'

async function folder(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'skein-tokens-'))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  return home
}

const backwards = (text: string): string => [...text].toReversed().join('')
const box = {
  isAvailable: () => true,
  seal: (text: string) => Buffer.from(backwards(text)),
  open: (sealed: Buffer) => backwards(sealed.toString()),
}

it('keeps tokens sealed where the system has a secret store', async () => {
  const home = await folder()
  const store = createTokenStore({ home, logger: silentLogger, box })
  await store.write('s', 'https://one.example', { tokens: { access_token: 'hush' } })
  expect(await readFile(join(home, 'mcp-credentials.json'), 'utf8')).not.toContain('hush')
  const again = createTokenStore({ home, logger: silentLogger, box })
  expect(await again.read('s', 'https://one.example')).toEqual({ tokens: { access_token: 'hush' } })
  expect(await again.read('s', 'https://other.example')).toEqual({})
})

it('keeps them in a file of their owner alone where there is none', async () => {
  const home = await folder()
  const store = createTokenStore({ home, logger: silentLogger, box: undefined })
  await store.write('s', 'https://one.example', { tokens: 'a' })
  await store.write('t', 'https://two.example', { tokens: 'b' })
  const { mode } = await stat(join(home, 'mcp-credentials.json'))
  expect(mode & 0o777).toBe(0o600)
  expect(await store.read('s', 'https://one.example')).toEqual({ tokens: 'a' })
})
