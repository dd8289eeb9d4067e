// A patch is shown while the model writes it, in both forms of the call; and taken back when nothing comes of it.
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createGate } from '../gate.ts'
import { inWords } from '../in-words.ts'
import {
  completed,
  created,
  customCall,
  functionCall,
  message,
  patchStart,
  response,
} from '../responses-events.ts'
import { steps, stream, waitFor, write } from '../responses-server.ts'
import { openApp, startThread, turnEnd, words } from '../scripted-app.ts'

const patch = '*** Begin Patch\n*** Add File: new.txt\n+one\n+two\n*** End Patch\n'
const half = patch.indexOf('+two') + 2
const unconfined = { sandbox: 'danger-full-access', approvalPolicy: 'never' } as const

test.each([
  ['text', patch, half, customCall('apply_patch', patch)],
  [
    'json',
    JSON.stringify({ input: patch }),
    JSON.stringify({ input: patch }).indexOf('+two') + 2,
    functionCall('apply_patch', { input: patch }),
  ],
] as const)(
  'a patch written as %s is shown before it is whole',
  async (form, text, until, call) => {
    const opened = await openApp()
    const { app, model, work } = opened
    const seen = createGate()
    model.script(
      steps(
        write([created('r1'), ...patchStart([text.slice(0, until)], form)]),
        waitFor(seen.passed),
        write([...patchStart([text.slice(until)], form).slice(1), ...call, completed()]),
      ),
      stream(response([message('ok')])),
    )
    const threadId = await startThread(opened, unconfined)
    const { turn } = await app.request('turn/start', { threadId, input: words('go') })
    const first = await app.waitFor('item/fileChange/patchUpdated')
    const change = (diff: string) => [{ path: 'new.txt', kind: { type: 'add' }, diff }]
    expect(first.params).toEqual({
      threadId,
      turnId: turn.id,
      itemId: 'call_1',
      changes: change('one\n'),
    })
    expect(first).not.toHaveProperty('seq')
    seen.open()
    await turnEnd(app, turn.id)
    const looks = app.notifications.flatMap((heard) =>
      heard.method === 'item/fileChange/patchUpdated' ? [heard.params.changes] : [],
    )
    expect(looks.at(-1)).toEqual(change('one\ntwo\n'))
    const order = app.notifications.map(inWords)
    expect(order.lastIndexOf('item/fileChange/patchUpdated')).toBeLessThan(
      order.indexOf('item/started fileChange inProgress'),
    )
    const item = app.notifications.find(
      (heard) => heard.method === 'item/started' && heard.params.item.type === 'fileChange',
    )
    expect(item?.params).toMatchObject({ item: { changes: [{ path: join(work, 'new.txt') }] } })
  },
)

test('a patch that cannot be applied is taken back, and a switch leaves the writing unseen', async () => {
  const broken = patch.replace('*** End Patch', '*** Foo')
  const call = [created('r1'), ...patchStart([broken]), ...customCall('apply_patch', broken)]
  const looks = async (config: string) => {
    const opened = await openApp({ config })
    const { app, model } = opened
    model.script(stream([...call, completed()]), stream(response([message('ok')])))
    const threadId = await startThread(opened, unconfined)
    const { turn } = await app.request('turn/start', { threadId, input: words('go') })
    await turnEnd(app, turn.id)
    expect(app.notifications.map(inWords)).not.toContain('item/started fileChange inProgress')
    return app.notifications.flatMap((heard) =>
      heard.method === 'item/fileChange/patchUpdated' ? [heard.params.changes.length] : [],
    )
  }
  expect(await looks('')).toEqual([1, 0])
  expect(await looks('features.apply_patch_streaming_events = false')).toEqual([])
})
