// Goals over the wire: what clients set and hear, and the turns that follow by themselves.
import { expect, test } from 'vitest'
import { functionCall, message, response } from '../responses-events.ts'
import { stream } from '../responses-server.ts'
import { openApp, startThread } from '../scripted-app.ts'

test('[8] [9] an objective set on an idle thread: answer, notification, then a turn without a user message', async () => {
  const opened = await openApp()
  const { app, model } = opened
  model.script(stream(response([message('working')])))
  model.otherwise(stream(response([functionCall('update_goal', { status: 'complete' })])))
  const threadId = await startThread(opened)
  const { goal } = await app.request('thread/goal/set', { threadId, objective: '  do <b> & c  ' })
  expect(goal).toMatchObject({ threadId, objective: 'do <b> & c', status: 'active', tokensUsed: 0 })
  const { params } = await app.waitFor('thread/goal/updated')
  expect(params.turnId).toBeNull()
  await app.waitFor('turn/completed')
  const request = await model.waitForRequest(1)
  expect(JSON.stringify(request.body.input)).toContain('do &lt;b&gt; &amp; c')
  const methods = app.notifications.map(({ method }) => method)
  expect(methods.indexOf('thread/goal/updated')).toBeLessThan(methods.indexOf('turn/started'))
  const { thread } = await app.request('thread/read', { threadId, includeTurns: true })
  expect(thread.turns[0]?.items.map(({ type }) => type)).toEqual(['agentMessage'])
  expect(thread.preview).toBe('do <b> & c')
})
