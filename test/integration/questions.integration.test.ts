// Questions that the model itself puts to the person, over the wire.
import { expect, test } from 'vitest'
import { functionCall, message, response } from '../responses-events.ts'
import { stream } from '../responses-server.ts'
import { openApp, startThread, turnEnd, words } from '../scripted-app.ts'

test('[T31] in plan mode the person is asked and the model reads the answers; in default mode it is refused', async () => {
  const opened = await openApp()
  const { app, model } = opened
  const options = [
    { label: 'red', description: 'warm' },
    { label: 'blue', description: 'cold' },
  ]
  const questions = [{ id: 'colour', header: 'Colour', question: 'Which?', options }]
  const asks = (callId: string) =>
    stream(response([functionCall('request_user_input', { questions }, { callId })]))
  model.script(asks('c1'), stream(response([message('ok', { id: 'm1' })])))
  const threadId = await startThread(opened)
  const settings = { model: 'mock-model', reasoning_effort: null, developer_instructions: null }
  const started = await app.request('turn/start', {
    threadId,
    input: words('plan it'),
    collaborationMode: { mode: 'plan', settings },
  })
  const request = await app.waitForServerRequest()
  expect(request).toMatchObject({
    method: 'item/tool/requestUserInput',
    params: {
      threadId,
      turnId: started.turn.id,
      itemId: 'c1',
      questions: [{ ...questions[0], isOther: true, isSecret: false }],
    },
  })
  const { thread } = await app.request('thread/read', { threadId })
  expect(thread.status).toEqual({ type: 'active', activeFlags: ['waitingOnUserInput'] })
  const answers = { colour: { answers: ['red', 'a light one'] } }
  app.answer(request.id, { result: { answers } })
  await app.waitFor('serverRequest/resolved', ({ requestId }) => requestId === request.id)
  expect(await turnEnd(app, started.turn.id)).toMatchObject({ status: 'completed' })
  expect(JSON.parse(String(model.requests[1]?.body.input.at(-1)?.output))).toEqual({ answers })

  model.script(asks('c2'), stream(response([message('ok', { id: 'm2' })])))
  const { turn } = await app.request('turn/start', {
    threadId,
    input: words('do it'),
    collaborationMode: { mode: 'default', settings },
  })
  expect(await turnEnd(app, turn.id)).toMatchObject({ status: 'completed' })
  expect(app.serverRequests).toHaveLength(1)
  expect(model.requests.at(-1)?.body.input.at(-1)?.output).toMatch(/unavailable in Default mode/)
})
