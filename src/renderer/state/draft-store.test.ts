import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createFakeBridge, settled } from '../test-support/fake-bridge.ts'
import { createDraftStore } from './draft-store.ts'
import { createNotificationPump } from './notification-pump.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] }))
afterEach(() => void vi.useRealTimers())

const words = (text: string) => ({ text, attachments: [] })

/** The app's side of one thread's draft. */
function anApp(draft: unknown = null, rev = 0) {
  const kept = { draft, rev }
  const bridge = createFakeBridge({
    'skein/draft/read': () => ({ ...kept }),
    'skein/draft/write': (params) => {
      kept.draft = params.draft
      kept.rev += 1
      return { ...kept }
    },
  })
  const pump = createNotificationPump(bridge, (run) => run())
  let collisions = 0
  const drafts = createDraftStore(bridge, pump, () => {
    collisions += 1
  })
  const elsewhere = (text: string) => {
    kept.draft = { text }
    kept.rev += 1
    bridge.notify({ method: 'skein/draft/changed', params: { threadId: 't', rev: kept.rev } })
  }
  return { kept, bridge, drafts, elsewhere, collisions: () => collisions }
}

it('keeps a burst of typing with one write, and an emptied field as none', async () => {
  const { kept, bridge, drafts } = anApp()
  expect(await drafts.read('t')).toBeNull()
  for (const text of ['h', 'ha', 'half']) drafts.write('t', words(text))
  await vi.advanceTimersByTimeAsync(200)
  expect(kept).toEqual({ draft: words('half'), rev: 1 })
  drafts.write('t', words(''))
  await vi.advanceTimersByTimeAsync(200)
  expect(kept.draft).toBeNull()
  expect(bridge.calls.filter(({ method }) => method === 'skein/draft/write')).toHaveLength(2)
})

it('keeps at once what waits when the page goes, and not a second time', async () => {
  const { kept, bridge, drafts } = anApp()
  await drafts.read('t')
  drafts.write('t', words('the last word'))
  drafts.keepAll()
  expect(kept).toEqual({ draft: words('the last word'), rev: 1 })
  drafts.keepAll()
  await vi.advanceTimersByTimeAsync(300)
  expect(bridge.calls.filter(({ method }) => method === 'skein/draft/write')).toHaveLength(1)
})

it('tells what another window wrote, and that it took the place of what was typed here just now', async () => {
  const { drafts, elsewhere, collisions } = anApp({ text: 'before' }, 3)
  const heard: string[] = []
  drafts.onChange('t', ({ text }) => heard.push(text))
  expect(await drafts.read('t')).toEqual(words('before'))
  elsewhere('theirs')
  await settled()
  expect([heard, collisions()]).toEqual([['theirs'], 0])
  drafts.write('t', words('mine'))
  await vi.advanceTimersByTimeAsync(300)
  elsewhere('theirs again')
  await settled()
  expect([heard, collisions()]).toEqual([['theirs', 'theirs again'], 1])
})

it('lets the words typed last win', async () => {
  const { kept, drafts, elsewhere } = anApp()
  await drafts.read('t')
  drafts.write('t', words('mine'))
  elsewhere('theirs')
  await settled()
  await vi.advanceTimersByTimeAsync(200)
  expect(kept.draft).toEqual(words('mine'))
})
