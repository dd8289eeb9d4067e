// Recorded events told again: what a client asks for that was away for a while.
import { expect, test } from 'vitest'
import type { Notification } from '../../src/protocol/index.ts'
import { message, response } from '../responses-events.ts'
import { status, stream } from '../responses-server.ts'
import { openApp, runTurn, startThread } from '../scripted-app.ts'

function numbered(heard: readonly Notification[]) {
  return heard.flatMap(({ method, params, seq }) =>
    seq === undefined ? [] : [{ method, params, seq }],
  )
}

test('what was missed is told again as it was said, also by the next process', async () => {
  const opened = await openApp()
  const { app, model } = opened
  model.script(stream(response([message('fine')])), status(400, 'no'))
  const threadId = await startThread(opened)
  await runTurn(app, threadId, 'one', { effort: 'high' })
  await app.request('thread/name/set', { threadId, name: 'A name' })
  await runTurn(app, threadId, 'two')
  const heard = numbered(app.notifications)
  const lastSeq = heard.at(-1)?.seq
  const all = await app.request('skein/event/list', { threadId, afterSeq: 0 })
  expect(all).toEqual({ data: heard, lastSeq })
  const later = await app.request('skein/event/list', { threadId, afterSeq: 3, limit: 2 })
  expect(later.data.map(({ seq }) => seq)).toEqual([4, 5])
  await app.end()
  const next = await opened.restart()
  expect(await next.request('skein/event/list', { threadId, afterSeq: 0 })).toEqual(all)
})

test('nothing was missed after the last event, and what is not kept must be read again', async () => {
  const opened = await openApp()
  const { app } = opened
  const threadId = await startThread(opened)
  expect(await app.request('skein/event/list', { threadId, afterSeq: 0 })).toEqual({
    data: [],
    lastSeq: 0,
  })
  expect(await app.refusal('skein/event/list', { threadId, afterSeq: 7 })).toMatchObject({
    code: -32600,
    data: { skein_error_code: 'resync_required', lastSeq: 0 },
  })
  const unknown = '00000000-0000-7000-8000-000000000000'
  expect(await app.refusal('skein/event/list', { threadId: unknown, afterSeq: 0 })).toEqual({
    code: -32600,
    message: `thread not found: ${unknown}`,
  })
})
