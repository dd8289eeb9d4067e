import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeTestHome, openTestStore } from '../../../test/open-test-store.ts'
import { systemClock } from '../lib/clock.ts'
import { silentLogger } from '../lib/logger.ts'
import { createStore } from './create-store.ts'
import { threadCreated, wholeTurn } from './test-support/events.ts'

async function options(): Promise<Parameters<typeof createStore>[0]> {
  const home = await makeTestHome()
  return { home, logger: silentLogger, clock: systemClock, appVersion: '1.0.0' }
}

describe('a store', () => {
  it('takes requests before it is open', async () => {
    const store = createStore(await options())
    const events = [threadCreated(), ...wholeTurn('turn-1')]
    const seq = store.journal.commit('thread-1', 0, 1000, events)
    expect((await store.findThread('thread-1'))?.lastSeq).toBe(4)
    expect(await seq).toBe(4)
    await store.close()
  })

  it('records what was handed over before it was told to close, and refuses what comes after', async () => {
    const all = await options()
    const store = createStore(all)
    const events = [threadCreated(), ...wholeTurn('turn-1')]
    const seq = store.journal.commit('thread-1', 0, 1000, events)
    const closed = Promise.all([store.close(), store.close()])
    await expect(store.findThread('thread-1')).rejects.toMatchObject({ code: 'storageDegraded' })
    expect(await seq).toBe(4)
    await closed
    const again = await openTestStore({ home: all.home })
    expect((await again.findThread('thread-1'))?.lastSeq).toBe(4)
  })

  it('that cannot open fails every request for the reason it could not, and can be closed', async () => {
    const all = await options()
    writeFileSync(join(all.home, 'file'), '')
    const store = createStore({ ...all, home: join(all.home, 'file') })
    const denied = { code: 'denied' }
    await expect(store.opened).rejects.toMatchObject(denied)
    await expect(store.findThread('thread-1')).rejects.toMatchObject(denied)
    await expect(store.journal.flush()).rejects.toMatchObject(denied)
    await store.close()
  })
})
