// A process of its own that opens a profile and writes to it until it is killed; it says on stdout what was
// acknowledged, one line each, before it goes on.
import { fileURLToPath } from 'node:url'
import { createStore } from '../create-store.ts'
import type { Store } from '../store.ts'
import type { ThreadEvent } from '../thread-event.ts'
import { answer, threadCreated, turnCompleted, turnStarted, userMessage } from './events.ts'

/** Run it with the home, and a number that sets the run apart: `hold` instead keeps the profile and does nothing. */
export const writerChild = fileURLToPath(import.meta.url)

const threads = ['thread-a', 'thread-b', 'thread-c']
/** Small ones stay in the row, medium ones become blobs in rows, large ones files. */
const answerLengths = [20, 20_000, 20, 300_000]

function say(...words: readonly (string | number)[]): void {
  process.stdout.write(`${words.join(' ')}\n`)
}

async function closeOpenTurns(store: Store): Promise<void> {
  for (const { threadId, lastSeq, turnId, openItems } of await store.openTurns()) {
    const cut = openItems.map((item): ThreadEvent => ({ type: 'itemCut', turnId, item }))
    const ended = turnCompleted(turnId, { status: 'interrupted', reason: 'process_exit' })
    await store.journal.commit(threadId, lastSeq, Date.now(), [...cut, ended])
  }
}

/** Turns without an end, each with text that grows before it completes. */
async function write(store: Store, threadId: string, run: string): Promise<void> {
  const { journal } = store
  let seq = (await store.findThread(threadId))?.lastSeq
  const commit = async (events: readonly ThreadEvent[]): Promise<void> => {
    const created = seq === undefined ? [threadCreated()] : []
    seq = await journal.commit(threadId, seq ?? 0, Date.now(), [...created, ...events])
    say('seq', threadId, seq)
  }
  for (let round = 0; ; round++) {
    const turnId = `${run}-${round}`
    const itemId = `${turnId}-out`
    const words = 'x'.repeat(answerLengths[round % answerLengths.length] ?? 0)
    await commit([
      turnStarted(turnId),
      { type: 'itemCompleted', turnId, item: userMessage(`${turnId}-in`, 'go on') },
      {
        type: 'modelItemsRecorded',
        turnId,
        items: [{ type: 'message', role: 'user', content: words }],
      },
    ])
    say('item', threadId, `${turnId}-in`)
    for (let piece = 1; piece <= 3; piece++) {
      journal.checkpoint(
        threadId,
        { turnId, itemId, kind: 'agentMessage', field: 'text' },
        'word '.repeat(10),
      )
      await journal.flush()
      say('partial', threadId, itemId, piece * 50)
    }
    await commit([{ type: 'itemCompleted', turnId, item: answer(itemId, words) }])
    say('item', threadId, itemId)
    await commit([turnCompleted(turnId)])
  }
}

async function main(home: string, run: string): Promise<void> {
  const logger = { log: () => undefined }
  const store = createStore({ home, logger, clock: { now: () => Date.now() }, appVersion: '1.0.0' })
  await store.opened
  say('opened')
  if (run === 'hold') return
  await closeOpenTurns(store)
  await Promise.all(threads.map((threadId) => write(store, threadId, run)))
}

const [, script, home, run] = process.argv
if (script === writerChild && home && run) await main(home, run)
