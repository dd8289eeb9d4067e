// A process of its own that opens a profile, asks for the newest page of a thread and goes on being asked until it is
// killed, while the rest of the thread is unpacked; it says a line for each answer.
import { fileURLToPath } from 'node:url'
import { systemClock } from '../../lib/clock.ts'
import { silentLogger } from '../../lib/logger.ts'
import { createStore } from '../create-store.ts'

/** Run it with the home and the id of the thread. */
export const unpackingChild = fileURLToPath(import.meta.url)

async function main(home: string, threadId: string): Promise<void> {
  const store = createStore({
    home,
    logger: silentLogger,
    clock: systemClock,
    appVersion: '0.0.0-test',
  })
  await store.turnsPage({
    threadId,
    cursor: undefined,
    limit: 20,
    sortDirection: 'desc',
    itemsView: 'full',
  })
  for (;;) {
    process.stdout.write('answered\n')
    await store.findThread(threadId)
  }
}

if (process.argv[1] === unpackingChild) {
  const [home = '', threadId = ''] = process.argv.slice(2)
  await main(home, threadId)
}
