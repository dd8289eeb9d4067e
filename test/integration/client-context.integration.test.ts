// What clients send along with a person's words: context for the model, entries for the provider's records, a tier.
import { expect, test } from 'vitest'
import { message, response } from '../responses-events.ts'
import { steps, stream, waitFor, write } from '../responses-server.ts'
import { openApp, runTurn, type ScriptedApp, startThread, turnEnd, words } from '../scripted-app.ts'

async function openThread(): Promise<ScriptedApp & { threadId: string }> {
  const opened = await openApp()
  opened.model.otherwise(stream(response([message('ok')])))
  return { ...opened, threadId: await startThread(opened) }
}

const editor = (value: string) => ({ editor: { kind: 'untrusted' as const, value } })
const told = (file: string) =>
  `<client_context source="editor" trust="none">\n${file}\n</client_context>`

/** Texts of the last request, from the end back to the words of the turn before. */
function textsOf({ model }: ScriptedApp, count: number): unknown[] {
  const input = model.requests.at(-1)?.body.input ?? []
  return input.slice(-count).map(({ role, content }) => [role, textOf(content)])
}

function textOf(content: unknown): unknown {
  return Array.isArray(content) ? content.map((part) => Object(part).text).join('') : content
}

test('context is told before the words, again only when it changed, and has no card', async () => {
  const opened = await openThread()
  const { app, threadId } = opened
  const app1 = { app: { kind: 'application' as const, value: 'be short' } }
  await runTurn(app, threadId, 'one', { additionalContext: { ...editor('a.ts'), ...app1 } })
  expect(textsOf(opened, 3)).toEqual([
    ['user', told('a.ts')],
    ['developer', '<app_context source="app">\nbe short\n</app_context>'],
    ['user', 'one'],
  ])
  await runTurn(app, threadId, 'two', { additionalContext: editor('a.ts') })
  expect(textsOf(opened, 2)).toEqual([
    ['assistant', 'ok'],
    ['user', 'two'],
  ])
  await runTurn(app, threadId, 'three', {
    additionalContext: { editor: { kind: 'untrusted', value: 'b.ts', name: 'my_editor' } },
  })
  expect(textsOf(opened, 2)).toEqual([
    ['user', told('b.ts').replace('"editor"', '"my_editor"')],
    ['user', 'three'],
  ])
  await runTurn(app, threadId, 'four')
  await runTurn(app, threadId, 'five', { additionalContext: editor('b.ts') })
  expect(textsOf(opened, 2)).toEqual([
    ['user', told('b.ts')],
    ['user', 'five'],
  ])
  const { data } = await app.request('thread/items/list', { threadId })
  expect(data.filter(({ item }) => item.type === 'userMessage')).toHaveLength(5)
})

test('context comes along with input that is steered', async () => {
  const opened = await openThread()
  const { app, model, threadId } = opened
  let release = (): void => undefined
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  model.script(steps(waitFor(released), write(response([message('first')]))))
  const { turn } = await app.request('turn/start', { threadId, input: words('go') })
  await model.waitForRequest(1)
  await app.request('turn/steer', {
    threadId,
    expectedTurnId: turn.id,
    input: words('mind it'),
    additionalContext: editor('c.ts'),
    responsesapiClientMetadata: { late: 'yes' },
  })
  release()
  await turnEnd(app, turn.id)
  expect(textsOf(opened, 2)).toEqual([
    ['user', told('c.ts')],
    ['user', 'mind it'],
  ])
  expect(recordsOf(model.requests.at(-1)?.body)).toMatchObject({ late: 'yes' })
})

test('entries for the provider go with the requests of their turn and cannot take the place of ours', async () => {
  const { app, model, threadId } = await openThread()
  await runTurn(app, threadId, 'one', {
    responsesapiClientMetadata: { foo: 'bar', thread_id: 'another' },
    responsesapiClientMetadataPatch: { more: '1' },
  })
  expect(recordsOf(model.requests.at(-1)?.body)).toMatchObject({
    foo: 'bar',
    more: '1',
    thread_id: threadId,
  })
  await runTurn(app, threadId, 'two')
  expect(model.requests.at(-1)?.body).not.toHaveProperty('client_metadata')
})

test('a turn tells where its work comes from, and keeps its root', async () => {
  const { app, model, threadId } = await openThread()
  const lineage = { turnTrigger: 'timer', parentTurnId: 'parent-1', rootTurnId: 'root-1' }
  const delegated = await runTurn(app, threadId, 'one', {
    ...lineage,
    responsesapiClientMetadata: { parent_turn_id: 'another' },
  })
  expect(model.requests.at(-1)?.body).toMatchObject({
    client_metadata: { parent_turn_id: 'parent-1', root_turn_id: 'root-1' },
  })
  expect(recordsOf(model.requests.at(-1)?.body)).toMatchObject({
    parent_turn_id: 'parent-1',
    root_turn_id: 'root-1',
    turn_trigger: 'timer',
    turn_id: delegated.id,
  })
  const own = await runTurn(app, threadId, 'two', { parentTurnId: 'parent-2' })
  expect(recordsOf(model.requests.at(-1)?.body)).toMatchObject({
    parent_turn_id: 'parent-2',
    root_turn_id: own.id,
  })
  await app.request('thread/unsubscribe', { threadId })
  const { data } = await app.request('thread/turns/list', { threadId, sortDirection: 'asc' })
  expect([delegated, ...data].map((turn) => turn.rootTurnId)).toEqual(['root-1', 'root-1', own.id])
})

test('a tier for one turn leaves that of the thread as it is', async () => {
  const { app, model, threadId } = await openThread()
  await runTurn(app, threadId, 'one', { serviceTierForTurn: 'flex' })
  expect(model.requests.at(-1)?.body).toMatchObject({ service_tier: 'flex' })
  await runTurn(app, threadId, 'two')
  expect(model.requests.at(-1)?.body).not.toHaveProperty('service_tier')
})

test.each([
  [{ e: { kind: 'odd', value: 'x' } }, 'unknown variant `odd`'],
  [{ e: { kind: 'untrusted' } }, 'missing field `value`'],
  [{ e: { kind: 'application', value: 'x', name: 'n' } }, 'only supported for untrusted context'],
  [{ e: { kind: 'untrusted', value: 'x', name: 'No!' } }, 'must match [a-z][a-z0-9_]{0,63}'],
])('context %j is refused and starts nothing', async (additionalContext, text) => {
  const { app, model, threadId } = await openThread()
  const refusal = await app.refusal('turn/start', {
    threadId,
    input: words('no'),
    additionalContext: additionalContext as never,
  })
  expect(refusal).toMatchObject({ code: -32600, message: expect.stringContaining(text) })
  expect(model.requests).toEqual([])
})

function recordsOf(body: unknown): unknown {
  const { client_metadata: metadata } = body as { client_metadata?: Record<string, string> }
  return JSON.parse(metadata?.['x-codex-turn-metadata'] ?? 'null')
}
