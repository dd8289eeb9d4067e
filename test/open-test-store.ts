// The real store in a folder of its own, which goes away after the test.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { systemClock } from '../src/main/lib/clock.ts'
import { silentLogger } from '../src/main/lib/logger.ts'
import { createStore, type StoreOptions } from '../src/main/storage/create-store.ts'
import type { Store } from '../src/main/storage/store.ts'

/** Of the running test; removed when it ends. */
export async function makeTestHome(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'skein-store-'))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  return home
}

/** Opened; closed when the test ends, if the test did not do it. Pass `home` to open the same profile again. */
export async function openTestStore(options: Partial<StoreOptions> = {}): Promise<Store> {
  const home = options.home ?? (await makeTestHome())
  const store = createStore({
    home,
    logger: silentLogger,
    clock: systemClock,
    appVersion: '0.0.0-test',
    ...options,
  })
  onTestFinished(() => store.close())
  await store.opened
  return store
}
