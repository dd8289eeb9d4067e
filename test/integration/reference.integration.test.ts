// What is exported here is resumed by the reference itself. Its program is named by SKEIN_REFERENCE; where there is
// none, that is said and nothing is claimed.
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startSide } from '../../bench/side.ts'
import type { Turn } from '../../src/protocol/index.ts'
import { functionCall, message, response } from '../responses-events.ts'
import { stream } from '../responses-server.ts'
import { makeProfile, openApp, openModelServer, runTurn, startThread } from '../scripted-app.ts'

const reference = process.env.SKEIN_REFERENCE
if (!reference)
  process.stdout.write('SKEIN_REFERENCE is not set: exports are not held against the reference\n')

test.runIf(reference)(
  'an exported thread is resumed by the reference, turns and history',
  async () => {
    const ours = await openApp({
      config: 'approval_policy = "never"\nsandbox_mode = "danger-full-access"',
    })
    const threadId = await startThread(ours)
    ours.model.script(
      stream(response([functionCall('exec_command', { cmd: 'true' }, { callId: 'call_1' })])),
      stream(response([message('done')])),
      stream(response([message('again')])),
    )
    await runTurn(ours.app, threadId, 'first')
    await runTurn(ours.app, threadId, 'second')
    const path = join(ours.work, 'exported.jsonl')
    const written = await ours.app.request('skein/rollout/export', {
      threadId,
      path,
      format: 'codex',
    })
    expect(written).toMatchObject({ turns: 2, items: 5 })

    const model = await openModelServer()
    model.otherwise(stream(response([message('third answer')])))
    const theirs = await makeProfile(model.url)
    const app = await startSide(
      { name: 'reference', argv: [reference ?? '', 'app-server'] },
      theirs,
    )
    onTestFinished(() => app.stop())
    const { thread } = await app.request<{ thread: { turns: Turn[] } }>('thread/resume', {
      threadId,
      path,
    })
    expect(
      thread.turns.map(({ status, items }) => [status, ...items.map(({ type }) => type)]),
    ).toEqual([
      ['completed', 'userMessage', 'agentMessage'],
      ['completed', 'userMessage', 'agentMessage'],
    ])
    const input = [{ type: 'text', text: 'third' }]
    await app.request('turn/start', { threadId, input })
    const { body } = await model.waitForRequest(1)
    const seen = body.input.map((item) => item.call_id ?? JSON.stringify(item.content))
    const order = ['first', 'call_1', 'call_1', 'done', 'second', 'again', 'third']
    let from = 0
    for (const words of order) {
      const at = seen.findIndex((text, index) => index >= from && String(text).includes(words))
      expect(at, `${words} in ${seen.join('\n')}`).not.toBe(-1)
      from = at + 1
    }
  },
)
