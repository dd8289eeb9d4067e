// MCP servers that are slow, dead, loud or malicious: the thread goes on, and nothing of them is left behind.
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { callInTurn, offeredTools } from '../mcp-app.ts'
import { scriptedServer } from '../mcp-servers.ts'
import { functionCall, response } from '../responses-events.ts'
import { stream } from '../responses-server.ts'
import { openApp, startThread, words } from '../scripted-app.ts'

test('[T59] a tool that takes too long is cancelled, and the next call works', async () => {
  const opened = await openApp({ config: scriptedServer('s', 'good', 'tool_timeout_sec = 0.5') })
  const threadId = await startThread(opened)
  const slow = await callInTurn(opened, threadId, 'mcp__s__slow')
  expect(slow.output).toMatch(/^Wall time: .* seconds\nOutput:/)
  expect(slow.output).toContain('MCP tool call failed: timed out awaiting tools/call after 0.5s')
  expect(slow.turn.status).toBe('completed')
  const next = await callInTurn(opened, threadId, 'mcp__s__cancelled')
  expect(next.output).toContain('1 cancelled')
})

test('an interrupt cancels the call at the server', async () => {
  const opened = await openApp({ config: scriptedServer('s') })
  const { app, model } = opened
  const threadId = await startThread(opened)
  model.script(stream(response([functionCall('mcp__s__slow', {}, { callId: 'slow_1' })])))
  const { turn } = await app.request('turn/start', { threadId, input: words('go') })
  await app.waitFor('item/started', ({ item }) => item.id === 'slow_1')
  await app.request('turn/interrupt', { threadId, turnId: turn.id })
  const { params } = await app.waitFor('item/completed', ({ item }) => item.id === 'slow_1')
  expect(params.item).toMatchObject({ type: 'mcpToolCall', status: 'failed' })
  const next = await callInTurn(opened, threadId, 'mcp__s__cancelled')
  expect(next.output).toContain('1 cancelled')
})

test('progress of a tool reaches clients', async () => {
  const opened = await openApp({ config: scriptedServer('s') })
  const threadId = await startThread(opened)
  const { item } = await callInTurn(opened, threadId, 'mcp__s__progress')
  const { params } = await opened.app.waitFor('item/mcpToolCall/progress')
  expect(params).toMatchObject({ threadId, itemId: item?.id, message: 'third of three (3 of 3)' })
})

test('[T62] resources are listed with their servers, and an unknown server is told', async () => {
  const opened = await openApp({
    config: [scriptedServer('a', 'one'), scriptedServer('b', 'two')].join('\n'),
  })
  const threadId = await startThread(opened)
  const all = await callInTurn(opened, threadId, 'list_mcp_resources')
  expect(JSON.parse(all.output)).toEqual({
    resources: [
      { server: 'a', uri: 'memo://one', name: 'memo' },
      { server: 'b', uri: 'memo://two', name: 'memo' },
    ],
  })
  const read = await callInTurn(opened, threadId, 'read_mcp_resource', {
    server: 'a',
    uri: 'memo://one',
  })
  expect(JSON.parse(read.output)).toMatchObject({ server: 'a', contents: [{ text: 'a memo' }] })
  expect(read.item).toMatchObject({
    server: 'a',
    tool: 'read_mcp_resource',
    status: 'completed',
  })
  const unknown = await callInTurn(opened, threadId, 'read_mcp_resource', {
    server: 'x',
    uri: 'memo://1',
  })
  expect(unknown.output).toBe("unknown MCP server 'x'")
})

test('[T63] a bearer token that is not set is a failure by name', async () => {
  const heard: string[] = []
  const server = createServer((request, response) => {
    heard.push(request.method ?? '')
    response.writeHead(500).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const opened = await openApp({
    config: `[mcp_servers.far]\nurl = "http://127.0.0.1:${port}/mcp"\nbearer_token_env_var = "NO_SUCH_TOKEN"\n`,
  })
  await startThread(opened)
  const { params } = await opened.app.waitFor(
    'mcpServer/startupStatus/updated',
    ({ status }) => status === 'failed',
  )
  expect(params.error).toContain('NO_SUCH_TOKEN')
  expect(heard).toEqual([])
})

test('[T65] no process of a server is left when its thread or the app has ended', async () => {
  const opened = await openApp({ config: scriptedServer('s', 'stubborn') })
  const { app } = opened
  const threadId = await startThread(opened)
  const pidsOf = async (thread: string) => {
    const { output } = await callInTurn(opened, thread, 'mcp__s__grandchild')
    return (output.split('Output:\n')[1] ?? '').split(' ').map(Number)
  }
  const first = await pidsOf(threadId)
  expect(first.every(isAlive)).toBe(true)
  await app.request('thread/delete', { threadId })
  expect(first.filter(isAlive)).toEqual([])
  const second = await pidsOf(await startThread(opened))
  await app.end()
  expect(second.filter(isAlive)).toEqual([])
})

test('a server dies with an app that is killed', async () => {
  const opened = await openApp({ config: scriptedServer('s', 'stubborn') })
  const threadId = await startThread(opened)
  await callInTurn(opened, threadId, 'mcp__s__ro')
  const { data } = await opened.app.request('mcpServerStatus/list', { threadId })
  const pid = data[0]?.skein?.processId ?? 0
  expect(isAlive(pid)).toBe(true)
  await opened.app.kill9()
  await expect.poll(() => isAlive(pid), { timeout: 5000 }).toBe(false)
})

test('[H21] a line of 60 MB ends the server, not the thread, and is not held', async () => {
  const opened = await openApp({
    config: [scriptedServer('loud'), scriptedServer('ok')].join('\n'),
  })
  const { app } = opened
  const threadId = await startThread(opened)
  await callInTurn(opened, threadId, 'mcp__ok__ro')
  const before = await residentMb(app.pid)
  const from = app.notifications.length
  const { output, turn } = await callInTurn(opened, threadId, 'mcp__loud__flood')
  await app.waitFor(
    'mcpServer/startupStatus/updated',
    ({ name, status }) => name === 'loud' && status === 'failed',
    from,
  )
  expect(output).toContain('MCP tool call failed: ')
  expect(turn.status).toBe('completed')
  expect((await residentMb(app.pid)) - before).toBeLessThan(64)
  expect((await callInTurn(opened, threadId, 'mcp__ok__ro')).output).toContain('ran ro')
})

test('[H22] one invalid schema costs one tool', async () => {
  const opened = await openApp({ config: scriptedServer('s', 'badSchema') })
  const threadId = await startThread(opened)
  expect((await callInTurn(opened, threadId, 'mcp__s__ro')).output).toContain('ran ro')
  const { data } = await opened.app.request('mcpServerStatus/list', { threadId })
  expect(data[0]?.skein?.warnings).toEqual(['tool `bad` is left out: its schema is invalid'])
  expect(Object.keys(data[0]?.tools ?? {})).not.toContain('bad')
})

test('[H23] a server that dies in a call is an error text, and comes back after a pause', async () => {
  const opened = await openApp({ config: scriptedServer('s') })
  const { app } = opened
  const threadId = await startThread(opened)
  const dead = await callInTurn(opened, threadId, 'mcp__s__die')
  expect(dead.output).toContain('MCP tool call failed: transport closed')
  expect(dead.turn.status).toBe('completed')
  const { params } = await app.waitFor(
    'mcpServer/startupStatus/updated',
    ({ status }) => status === 'failed',
  )
  expect(params.error).toBe('transport closed; it is started again in 1 s')
  const from = app.notifications.length
  await app.waitFor('mcpServer/startupStatus/updated', ({ status }) => status === 'ready', from)
  expect((await callInTurn(opened, threadId, 'mcp__s__ro')).output).toContain('ran ro')
})

test('[H24] nonsense and noise are ignored or fail alone', async () => {
  const opened = await openApp({
    config: [scriptedServer('s'), scriptedServer('t', 'twice'), scriptedServer('j', 'junk')].join(
      '\n',
    ),
  })
  const threadId = await startThread(opened)
  const noise = await callInTurn(opened, threadId, 'mcp__s__noise')
  expect(noise.output).toContain('after the noise')
  const wrong = await callInTurn(opened, threadId, 'mcp__s__wrong')
  expect(wrong.output).toMatch(/MCP tool call failed: .*no result/)
  expect((await callInTurn(opened, threadId, 'mcp__t__ro')).output).toContain('ran ro')
  expect((await callInTurn(opened, threadId, 'mcp__j__ro')).output).toContain('ran ro')
})

test('[H25] endless descriptions are cut, and orders in them change no approval', async () => {
  const opened = await openApp({ config: scriptedServer('s', 'wordy') })
  const threadId = await startThread(opened)
  await callInTurn(opened, threadId, 'mcp__s__ro')
  const offered = offeredTools(opened.model.requests.at(-1))
  const longest = Math.max(...offered.map(({ description }) => description.length))
  expect(longest).toBeLessThan(8000)
  expect(offered.find(({ name }) => name === 'mcp__s__bare')?.description).toMatch(
    /^\[Tool of the MCP server "s"\]/,
  )
  const never = { approvalPolicy: 'never' } as const
  const refused = await callInTurn(opened, threadId, 'mcp__s__bare', {}, never)
  expect(refused.output).toContain('requires approval')
})

test('[H35] a command is one program’s name, not a line for a shell', async () => {
  const opened = await openApp({
    config: '[mcp_servers.s]\ncommand = "touch pwned; true"\n',
  })
  await startThread(opened)
  const { params } = await opened.app.waitFor(
    'mcpServer/startupStatus/updated',
    ({ status }) => status === 'failed',
  )
  expect(params.error).toContain('program not found: touch pwned; true')
  for (const folder of [opened.work, opened.home, process.cwd()])
    expect(await readdir(folder)).not.toContain('pwned')
})

test('a server gets a small environment, and what its table names', async () => {
  const opened = await openApp({
    config: scriptedServer('s', 'good', 'env_vars = ["NAMED"]\nenv = { GIVEN = "1" }'),
    process: { env: { NAMED: '1', OTHER_API_KEY: 'secret' } },
  })
  const threadId = await startThread(opened)
  const { output } = await callInTurn(opened, threadId, 'mcp__s__env')
  const names = (output.split('Output:\n')[1] ?? '').split(',')
  expect(names).toEqual(expect.arrayContaining(['GIVEN', 'HOME', 'NAMED', 'PATH']))
  expect(names).not.toContain('OTHER_API_KEY')
})

test('reload starts what changed, ends what is gone and keeps the rest', async () => {
  const opened = await openApp({
    config: [scriptedServer('kept'), scriptedServer('gone')].join('\n'),
  })
  const { app, home } = opened
  const threadId = await startThread(opened)
  await callInTurn(opened, threadId, 'mcp__gone__ro')
  const pidOf = async (name: string) => {
    const { data } = await app.request('mcpServerStatus/list', { threadId, serverName: name })
    return data[0]?.skein?.processId ?? null
  }
  const [kept, gone] = [await pidOf('kept'), (await pidOf('gone')) ?? 0]
  const file = await readFile(join(home, 'config.toml'), 'utf8')
  await writeFile(join(home, 'config.toml'), file.replace('mcp_servers.gone', 'mcp_servers.fresh'))
  await app.request('config/mcpServer/reload', {})
  await app.waitFor(
    'mcpServer/startupStatus/updated',
    ({ name, status }) => name === 'fresh' && status === 'ready',
  )
  expect((await callInTurn(opened, threadId, 'mcp__fresh__ro')).output).toContain('ran ro')
  expect(await pidOf('kept')).toBe(kept)
  await expect.poll(() => isAlive(gone), { timeout: 6000 }).toBe(false)
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024
}
