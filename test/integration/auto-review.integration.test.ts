// Questions that a model answers in the person's place: allowed, denied, unreadable, and too often denied.
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { functionCall, message, response } from '../responses-events.ts'
import { stream } from '../responses-server.ts'
import { openApp, startThread, turnEnd, words } from '../scripted-app.ts'

const settings = {
  approvalPolicy: 'on-request',
  approvalsReviewer: 'auto_review',
  sandbox: 'workspace-write',
} as const

const escalated = (callId: string) =>
  stream(
    response([
      functionCall(
        'exec_command',
        { cmd: `touch ${callId}`, sandbox_permissions: 'require_escalated', justification: 'why' },
        { callId },
      ),
    ]),
  )
const says = (text: string, id: string) => stream(response([message(text, { id })]))

test('[T50] an action the reviewer allows runs, and nobody is asked', async () => {
  const opened = await openApp()
  const { app, model, work } = opened
  model.script(escalated('made'), says('{"outcome":"allow"}', 'r'), says('ok', 'last'))
  const threadId = await startThread(opened, settings)
  const { turn } = await app.request('turn/start', { threadId, input: words('go') })
  expect(await turnEnd(app, turn.id)).toMatchObject({ status: 'completed' })
  expect(await readFile(join(work, 'made'), 'utf8')).toBe('')
  const heard = app.notifications.map(({ method }) => method)
  expect(heard).toContain('item/autoApprovalReview/started')
  expect(heard).toContain('item/autoApprovalReview/completed')
})

test('[T50] garbage three times is a refusal, and [T51] no word of the review is in the history', async () => {
  const opened = await openApp()
  const { app, model, home } = opened
  const garbage = ['one', 'two', 'three'].map((text) => says(`REVIEW ${text}`, text))
  model.script(escalated('made'), ...garbage, says('ok', 'last'))
  const threadId = await startThread(opened, settings)
  const { turn } = await app.request('turn/start', { threadId, input: words('go') })
  await turnEnd(app, turn.id)
  const { params } = await app.waitFor('item/autoApprovalReview/completed')
  expect(params.review).toMatchObject({ status: 'denied' })
  const last = JSON.stringify(model.requests.at(-1)?.body.input)
  expect(last).toContain('no judgement of the action')
  expect(last).not.toContain('REVIEW one')
  const record = await readFile(join(home, 'reviews', `${threadId}.jsonl`), 'utf8')
  expect(JSON.parse(record)).toMatchObject({
    threadId,
    turnId: turn.id,
    targetItemId: 'made',
    evidence: { action: expect.stringContaining('touch made') },
    answers: ['REVIEW one', 'REVIEW two', 'REVIEW three'],
    review: { status: 'denied' },
  })
  expect((await stat(join(home, 'reviews', `${threadId}.jsonl`))).mode & 0o777).toBe(0o600)
  const { data } = await app.request('thread/items/list', { threadId })
  expect(JSON.stringify(data)).not.toContain('REVIEW')
  const path = join(home, 'export.jsonl')
  await app.request('skein/rollout/export', { threadId, path, format: 'codex' })
  expect(await readFile(path, 'utf8')).not.toContain('REVIEW')
})

test('[T50] the third denial in a row stops the turn', async () => {
  const opened = await openApp()
  const { app, model, work } = opened
  const deny = (id: string) => says('{"outcome":"deny","rationale":"it is rash"}', id)
  model.script(
    escalated('a'),
    deny('ra'),
    escalated('b'),
    deny('rb'),
    escalated('c'),
    deny('rc'),
    says('never', 'last'),
  )
  const threadId = await startThread(opened, settings)
  const { turn } = await app.request('turn/start', { threadId, input: words('go') })
  expect(await turnEnd(app, turn.id)).toMatchObject({ status: 'interrupted' })
  expect(app.notifications.map(({ method }) => method)).toContain('guardianWarning')
  expect(await readdir(work)).toEqual([])
  const told = app.notifications.flatMap((heard) =>
    heard.method === 'item/autoApprovalReview/started' ||
    heard.method === 'item/autoApprovalReview/completed'
      ? [`${heard.params.targetItemId} ${heard.params.review.status}`]
      : [],
  )
  expect(told).toEqual(['a', 'b', 'c'].flatMap((id) => [`${id} inProgress`, `${id} denied`]))
  expect(JSON.stringify(model.requests[2]?.body.input)).toContain('it is rash')
})
