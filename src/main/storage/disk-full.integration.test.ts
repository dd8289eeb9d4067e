import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { makeTestHome, openTestStore } from '../../../test/open-test-store.ts'
import type { StoreHealth } from './store.ts'
import { answer, threadCreated, turnStarted } from './test-support/events.ts'
import type { ThreadEvent } from './thread-event.ts'

/** A file system of eight megabytes, or undefined where this process may not make one. */
function mountSmallDisk(at: string): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', at], { stdio: 'ignore' })
  } catch {
    return undefined
  }
  return at
}

function fill(disk: string): void {
  for (let size = 1024 * 1024; size >= 4096; size /= 2)
    for (let n = 0; ; n++)
      try {
        writeFileSync(join(disk, `filler-${size}-${n}`), Buffer.alloc(size))
      } catch {
        break
      }
}

function makeRoom(disk: string): void {
  for (let n = 0; n < 8; n++) rmSync(join(disk, `filler-${1024 * 1024}-${n}`), { force: true })
}

// Where no disk can be made, storage-service.test.ts covers the same with a database that may not grow.
it('a full disk is reported, loses nothing, and is forgotten once there is room', async (context) => {
  const disk = await makeTestHome()
  if (!mountSmallDisk(disk)) return context.skip()
  onTestFinished(() => void execFileSync('umount', ['--lazy', disk]))
  const home = join(disk, 'home')
  const store = await openTestStore({ home })
  const told: StoreHealth[] = []
  const recovered = new Promise<void>((resolve) => {
    store.onHealth((health) => {
      told.push(health)
      if (health.state === 'healthy') resolve()
    })
  })
  let seq = await store.journal.commit('thread', 0, 1000, [threadCreated(), turnStarted('turn-1')])
  const sizes = [20, 15_000, 100_000, 300_000]
  const item = (id: string): ThreadEvent => ({
    type: 'itemCompleted',
    turnId: 'turn-1',
    item: answer(id, `${id} `.repeat(sizes[Number(id) % sizes.length] ?? 1)),
  })
  const acknowledged: string[] = []
  fill(disk)
  let refusal: unknown
  for (let n = 0; refusal === undefined; n++)
    try {
      seq = await store.journal.commit('thread', seq, 1000, [item(String(n))])
      acknowledged.push(String(n))
    } catch (error) {
      refusal = error
    }
  expect(refusal).toMatchObject({ code: 'storageDegraded' })
  expect(String(refusal)).toContain('Free some space')
  expect(await store.health()).toMatchObject({
    state: 'readOnly',
    reason: expect.stringContaining('full'),
  })
  expect((await store.findThread('thread'))?.lastSeq).toBe(seq)
  await expect(store.journal.commit('thread', seq, 1000, [item('again')])).rejects.toMatchObject({
    code: 'storageDegraded',
  })

  makeRoom(disk)
  await recovered
  expect(told.map(({ state }) => state)).toEqual(['readOnly', 'healthy'])
  seq = await store.journal.commit('thread', seq, 1000, [item('again')])
  await store.close()

  const reopened = await openTestStore({ home })
  const query = { threadId: 'thread', turnId: undefined, cursor: undefined, limit: 1000 }
  const { data } = await reopened.itemsPage({ ...query, sortDirection: 'asc', deferOutput: false })
  expect(data.map((entry) => entry.item.id)).toEqual([...acknowledged, 'again'])
  await reopened.close()
})
