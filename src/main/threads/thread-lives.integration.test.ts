import { expect, it } from 'vitest'
import { openTestStore } from '../../../test/open-test-store.ts'
import { createRandomThread } from '../../../test/random-thread.ts'

const SEQUENCES = Number(process.env.SKEIN_LIVES ?? 2000)
const STEPS = 8
/** At a time: their commits share syncs. */
const TOGETHER = 100

it('whatever is done to a thread, it reopens as it was, in order, with nothing running and nothing missing', async () => {
  const store = await openTestStore()
  const failures: string[] = []
  let next = 0
  async function worker(): Promise<void> {
    while (next < SEQUENCES && failures.length === 0) {
      const seed = ++next
      const log: string[] = []
      try {
        await createRandomThread(store, seed, log).run(STEPS)
      } catch (error) {
        failures.push(`seed ${seed}, ${log.join(', ')}: ${String(error)}`)
      }
    }
  }
  await Promise.all(Array.from({ length: TOGETHER }, worker))
  expect(failures).toEqual([])
  expect(next).toBe(SEQUENCES)
}, 120_000)
