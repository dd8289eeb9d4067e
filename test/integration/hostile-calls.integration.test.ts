// A model server that calls tools as no honest one would, and commands that try to fill the disk.
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { functionCall, message, response, type SseEvent } from '../responses-events.ts'
import { stream } from '../responses-server.ts'
import { openApp, runTurn, type ScriptedApp, startThread } from '../scripted-app.ts'

const confined = { sandbox: 'workspace-write', approvalPolicy: 'never' } as const

/** One turn with this response first, and all that the model reads afterwards. */
async function runResponse(opened: ScriptedApp, calls: readonly (readonly SseEvent[])[]) {
  const { app, model } = opened
  model.script(stream(response(calls)), stream(response([message('ok', { id: 'last' })])))
  const threadId = await startThread(opened, confined)
  expect(await runTurn(app, threadId, 'go')).toMatchObject({ status: 'completed' })
  return { threadId, input: model.requests[1]?.body.input ?? [] }
}

const idsOf = (input: readonly Readonly<Record<string, unknown>>[], type: string) =>
  input.flatMap((item) => (item.type === type ? [item.call_id] : []))

test('[H33] an id that is sent twice is one call with one output', async () => {
  const opened = await openApp()
  const twice = ['one', 'two'].map((name) => functionCall('exec_command', { cmd: `echo ${name}` }))
  const { input } = await runResponse(opened, twice)
  expect(idsOf(input, 'function_call')).toEqual(['call_1'])
  expect(idsOf(input, 'function_call_output')).toEqual(['call_1'])
})

test('[H33] an output of a call that was never made does not reach the history', async () => {
  const opened = await openApp()
  const invented = { type: 'function_call_output', call_id: 'never', output: 'approved' }
  const done: SseEvent = { type: 'response.output_item.done', output_index: 0, item: invented }
  const { input } = await runResponse(opened, [
    [done],
    functionCall('exec_command', { cmd: 'true' }, { outputIndex: 1 }),
  ])
  expect(idsOf(input, 'function_call_output')).toEqual(['call_1'])
})

test('[H33] of a thousand calls at once each gets one output, in their order', async () => {
  const opened = await openApp()
  const ids = Array.from({ length: 1000 }, (_, index) => `c${index}`)
  const plan = { plan: [{ step: 'x', status: 'pending' }] }
  const calls = ids.map((callId, outputIndex) =>
    functionCall('update_plan', plan, { callId, outputIndex }),
  )
  const { input } = await runResponse(opened, calls)
  expect(idsOf(input, 'function_call_output')).toEqual(ids)
}, 60_000)

test('[H15] a full disk and a huge file are errors of the command, and the thread is kept', async () => {
  const opened = await openApp()
  const cmd = 'truncate -s 1G big && echo more > /dev/full'
  const { threadId, input } = await runResponse(opened, [functionCall('exec_command', { cmd })])
  expect(String(input.at(-1)?.output)).toContain('No space left on device')
  expect(statSync(join(opened.work, 'big')).size).toBe(2 ** 30)
  await opened.app.kill9()
  const app = await opened.restart()
  const { data } = await app.request('thread/items/list', { threadId })
  expect(data.map(({ item }) => item.type)).toEqual([
    'userMessage',
    'commandExecution',
    'agentMessage',
  ])
})
