// Who is asked about tools of MCP servers, what servers ask themselves, and how both are answered.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { callInTurn } from '../mcp-app.ts'
import { scriptedServer } from '../mcp-servers.ts'
import { openApp, type ScriptedApp, startThread } from '../scripted-app.ts'

/** Makes the call and answers the question it brings. */
async function answered(
  opened: ScriptedApp,
  threadId: string,
  name: string,
  answer: object,
  args: Record<string, unknown> = {},
) {
  const count = opened.app.serverRequests.length + 1
  const turn = callInTurn(opened, threadId, name, args)
  const request = await opened.app.waitForServerRequest(count)
  opened.app.answer(request.id, { result: answer })
  return { request, ...(await turn) }
}

test('[T58] annotations decide who is asked, and under never the asked ones are refused', async () => {
  const opened = await openApp({ config: scriptedServer('s') })
  const { app } = opened
  const threadId = await startThread(opened, { sandbox: 'read-only' })
  const bare = await answered(opened, threadId, 'mcp__s__bare', { action: 'accept' })
  expect(bare.output).toContain('ran bare')
  expect(bare.request).toMatchObject({
    method: 'mcpServer/elicitation/request',
    params: {
      serverName: 's',
      mode: 'form',
      _meta: {
        codex_approval_kind: 'mcp_tool_call',
        tool_name: 'bare',
        persist: ['session', 'always'],
      },
    },
  })
  const declined = await answered(opened, threadId, 'mcp__s__roDestructive', { action: 'decline' })
  expect(declined.output).toContain('user rejected MCP tool call')
  expect(declined.item).toMatchObject({
    status: 'failed',
    error: { message: 'user rejected MCP tool call' },
  })
  const cancelled = await answered(opened, threadId, 'mcp__s__bare', { action: 'cancel' })
  expect(cancelled.output).toContain('user cancelled MCP tool call')
  expect(cancelled.turn.status).toBe('completed')
  expect((await callInTurn(opened, threadId, 'mcp__s__ro')).output).toContain('ran ro')
  expect((await callInTurn(opened, threadId, 'mcp__s__safe')).output).toContain('ran safe')
  expect(app.serverRequests.length).toBe(3)
  const never = { approvalPolicy: 'never' } as const
  const refused = await callInTurn(opened, threadId, 'mcp__s__bare', {}, never)
  const reason = 'MCP tool call requires approval, but approval policy is never'
  expect(refused.output).toContain(reason)
  const destructive = await callInTurn(opened, threadId, 'mcp__s__roDestructive', {}, never)
  expect(destructive.output).toContain(reason)
  expect((await callInTurn(opened, threadId, 'mcp__s__ro')).output).toContain('ran ro')
  expect(app.serverRequests.length).toBe(3)
})

test('an approval lasts for the session, or is written into the configuration', async () => {
  const opened = await openApp({ config: `# kept\n${scriptedServer('s')}` })
  const { app, home } = opened
  const threadId = await startThread(opened)
  const session = { action: 'accept', _meta: { persist: 'session' } }
  await answered(opened, threadId, 'mcp__s__bare', session)
  expect((await callInTurn(opened, threadId, 'mcp__s__bare')).output).toContain('ran bare')
  expect(app.serverRequests.length).toBe(1)
  const always = { action: 'accept', _meta: { persist: 'always' } }
  await answered(opened, threadId, 'mcp__s__roDestructive', always)
  const file = await readFile(join(home, 'config.toml'), 'utf8')
  expect(file).toContain('# kept')
  expect(file).toMatch(/roDestructive[\s\S]*approval_mode = "approve"/)
  const other = await startThread(opened)
  const { output } = await callInTurn(opened, other, 'mcp__s__roDestructive')
  expect(output).toContain('ran roDestructive')
})

test('[H27] a milder annotation after a refusal does not run silently', async () => {
  const opened = await openApp({ config: scriptedServer('s') })
  const threadId = await startThread(opened)
  await answered(opened, threadId, 'mcp__s__bare', { action: 'decline' })
  await callInTurn(opened, threadId, 'mcp__s__milder')
  await expect
    .poll(async () => {
      const { data } = await opened.app.request('mcpServerStatus/list', { threadId })
      return data[0]?.tools.bare?.annotations?.readOnlyHint
    })
    .toBe(true)
  const again = await answered(opened, threadId, 'mcp__s__bare', { action: 'decline' })
  expect(again.output).toContain('user rejected MCP tool call')
})

test('[T60] a form goes to the person and its defaults to the server; under never it is declined unasked', async () => {
  const opened = await openApp({ config: scriptedServer('s') })
  const threadId = await startThread(opened)
  const answer = { action: 'accept', content: { name: 'Ada' } }
  const { output, request } = await answered(opened, threadId, 'mcp__s__elicit', answer)
  expect(request.params).toMatchObject({ message: 'Who?', mode: 'form', serverName: 's', threadId })
  expect(JSON.parse(output.split('Output:\n')[1] ?? '')).toEqual({
    action: 'accept',
    content: { name: 'Ada', colour: 'blue' },
  })
  const unfit = { action: 'accept', content: { name: 'Ada', colour: 'green' } }
  expect((await answered(opened, threadId, 'mcp__s__elicit', unfit)).output).toContain('"cancel"')
  const never = { approvalPolicy: 'never' } as const
  const unasked = await callInTurn(opened, threadId, 'mcp__s__elicit', {}, never)
  expect(unasked.output).toContain('"decline"')
  expect(opened.app.serverRequests.length).toBe(2)
})

test('[T61] the time-out of a tool stands still while a person is asked', async () => {
  const short = 'tool_timeout_sec = 0.4'
  const opened = await openApp({
    config: [scriptedServer('s', 'good', short), scriptedServer('t', 'good', short)].join('\n'),
  })
  const threadId = await startThread(opened)
  const turn = callInTurn(opened, threadId, 'mcp__s__elicit')
  const request = await opened.app.waitForServerRequest()
  // A call that begins now ends by its time-out: by then that of the first would have ended it too.
  const call = { threadId, server: 't', tool: 'slow' }
  const { message } = await opened.app.refusal('mcpServer/tool/call', call)
  expect(message).toBe('timed out awaiting tools/call after 0.4s')
  opened.app.answer(request.id, { result: { action: 'accept', content: { name: 'late' } } })
  expect((await turn).output).toContain('late')
})

test('a question outside of a turn can be answered from the list of questions', async () => {
  const opened = await openApp({ config: scriptedServer('s') })
  const { app } = opened
  const threadId = await startThread(opened)
  await app.waitFor('mcpServer/startupStatus/updated', ({ status }) => status === 'ready')
  const call = app.request('mcpServer/tool/call', { threadId, server: 's', tool: 'elicit' })
  const request = await app.waitForServerRequest()
  expect(request.params).toMatchObject({ turnId: null, threadId })
  const { data } = await app.request('skein/approval/list', {})
  expect(data).toMatchObject([{ threadId, method: 'mcpServer/elicitation/request' }])
  const result = { action: 'accept', content: { name: 'Eve', colour: 'red' } }
  const approvalId = data[0]?.approvalId ?? ''
  expect(await app.request('skein/approval/respond', { approvalId, result })).toEqual({
    accepted: true,
  })
  expect(JSON.stringify(await call)).toContain('Eve')
  await app.waitFor('serverRequest/resolved', ({ requestId }) => requestId === request.id)
  expect((await app.request('skein/approval/list', {})).data).toEqual([])
})

test('[H28] only web pages are shown, with the host as machines read it', async () => {
  const opened = await openApp({ config: scriptedServer('s') })
  const threadId = await startThread(opened)
  const file = await callInTurn(opened, threadId, 'mcp__s__elicitUrl', {
    url: 'file:///etc/passwd',
  })
  expect(file.output).toContain('"decline"')
  const script = await callInTurn(opened, threadId, 'mcp__s__elicitUrl', { url: 'javascript:x()' })
  expect(script.output).toContain('"decline"')
  const args = { url: 'https://аpple.com/x' }
  const shown = await answered(opened, threadId, 'mcp__s__elicitUrl', { action: 'accept' }, args)
  expect(shown.request.params).toMatchObject({ mode: 'url', url: 'https://xn--pple-43d.com/x' })
  expect(shown.output).toContain('"accept"')
})
