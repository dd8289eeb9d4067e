// What a person does with the MCP servers of a thread: prompts, restart and stop, and a look at the latest calls.
import { expect, test } from 'vitest'
import { callInTurn } from '../mcp-app.ts'
import { packagedServer, scriptedServer } from '../mcp-servers.ts'
import { openApp, startThread } from '../scripted-app.ts'

test('prompts of a server are listed and filled in', async () => {
  const opened = await openApp({
    config: [packagedServer('every', 'everything'), scriptedServer('plain')].join('\n'),
  })
  const { app } = opened
  const threadId = await startThread(opened)
  const of = { threadId, server: 'every' }
  const { data, nextCursor } = await app.request('skein/mcp/prompt/list', of)
  expect(nextCursor).toBeNull()
  expect(data.find(({ name }) => name === 'args-prompt')).toMatchObject({
    arguments: [{ name: 'city', required: true }, { name: 'state' }],
  })
  const filled = { ...of, name: 'args-prompt', arguments: { city: 'Bonn' } }
  const { messages } = await app.request('skein/mcp/prompt/get', filled)
  expect(messages).toEqual([
    { role: 'user', content: { type: 'text', text: expect.stringContaining('Bonn') } },
  ])
  expect(await app.refusal('skein/mcp/prompt/get', { ...of, name: 'args-prompt' })).toMatchObject({
    code: -32602,
    message: expect.stringContaining('city'),
  })
  expect(await app.request('skein/mcp/prompt/list', { threadId, server: 'plain' })).toEqual({
    data: [],
    nextCursor: null,
  })
  expect(await app.refusal('skein/mcp/prompt/list', { threadId, server: 'nope' })).toEqual({
    code: -32603,
    message: "unknown MCP server 'nope'",
  })
})

test('a server is stopped and restarted in its thread alone', async () => {
  const opened = await openApp({ config: scriptedServer('s') })
  const { app } = opened
  const threadId = await startThread(opened)
  const other = await startThread(opened)
  await callInTurn(opened, other, 'mcp__s__ro')
  const of = { threadId, server: 's' }
  await app.request('skein/mcp/server/stop', of)
  const stateOf = async (thread: string) => {
    const { data } = await app.request('mcpServerStatus/list', { threadId: thread })
    return [data[0]?.runtimeStatus, Object.keys(data[0]?.tools ?? {}).length > 0]
  }
  expect(await stateOf(threadId)).toEqual([null, false])
  expect(await stateOf(other)).toEqual(['connected', true])
  expect(await app.refusal('mcpServer/tool/call', { ...of, tool: 'ro' })).toEqual({
    code: -32603,
    message: 'MCP server `s` is not running',
  })
  await app.request('config/mcpServer/reload', {})
  expect(await stateOf(threadId)).toEqual([null, false])
  const from = app.notifications.length
  await app.request('skein/mcp/server/restart', of)
  const isUp = ({ threadId: thread, status }: { threadId: string | null; status: string }) =>
    thread === threadId && status === 'ready'
  await app.waitFor('mcpServer/startupStatus/updated', isUp, from)
  expect((await callInTurn(opened, threadId, 'mcp__s__ro')).output).toContain('ran ro')
})

test('the latest calls of a server are told with who made them and how they ended', async () => {
  const opened = await openApp({ config: scriptedServer('s', 'good', 'tool_timeout_sec = 0.5') })
  const { app } = opened
  const threadId = await startThread(opened)
  await callInTurn(opened, threadId, 'mcp__s__ro')
  await app.refusal('mcpServer/tool/call', { threadId, server: 's', tool: 'slow' })
  await app.request('mcpServer/tool/call', { threadId, server: 's', tool: 'no such tool' })
  const { data } = await app.request('mcpServerStatus/list', { threadId })
  expect(data[0]?.skein).toMatchObject({
    rssKb: expect.any(Number),
    callCount: 3,
    recentCalls: [
      { tool: 'no such tool', caller: 'client', outcome: 'toolError', error: null },
      {
        tool: 'slow',
        caller: 'client',
        outcome: 'failed',
        error: 'timed out awaiting tools/call after 0.5s',
      },
      { tool: 'ro', caller: 'model', outcome: 'ok', durationMs: expect.any(Number) },
    ],
  })
})
