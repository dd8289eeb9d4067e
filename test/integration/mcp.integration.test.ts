// MCP servers end to end: configured in a file, started with a thread, called by the model and by clients.
import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { callInTurn, offeredTools } from '../mcp-app.ts'
import { packagedServer, scriptedServer } from '../mcp-servers.ts'
import { functionCall, response } from '../responses-events.ts'
import { stream } from '../responses-server.ts'
import { openApp, startThread, words } from '../scripted-app.ts'

test('[T55] servers come up, hang, crash or are off, and the turn works with what is there', async () => {
  const opened = await openApp({
    config: [
      scriptedServer('ok'),
      scriptedServer('hanging', 'hang', 'startup_timeout_sec = 3'),
      scriptedServer('crashing', 'crash'),
      scriptedServer('off', 'good', 'enabled = false'),
    ].join('\n'),
  })
  const { app, model } = opened
  const threadId = await startThread(opened)
  const { output, turn, item } = await callInTurn(opened, threadId, 'mcp__ok__echo', {
    words: 'hi',
  })
  expect(turn.status).toBe('completed')
  expect(output).toMatch(/^Wall time: [\d.]+ seconds\nOutput:\nhi$/)
  expect(item).toMatchObject({
    server: 'ok',
    tool: 'echo',
    status: 'completed',
    arguments: { words: 'hi' },
    result: { content: [{ type: 'text', text: 'hi' }], structuredContent: null, _meta: null },
    error: null,
    readOnlyHint: true,
  })
  const told = app.notifications.flatMap((one) =>
    one.method === 'mcpServer/startupStatus/updated'
      ? [`${one.params.name} ${one.params.status} ${one.params.error ?? ''}`.trim()]
      : [],
  )
  expect(told.toSorted()).toEqual([
    'crashing failed MCP server `crashing` failed to start: handshaking with the MCP server failed: connection closed',
    'crashing starting',
    'hanging failed MCP server `hanging` failed to start: timed out after 3 seconds; raise `mcp_servers.hanging.startup_timeout_sec` if it needs longer',
    'hanging starting',
    'ok ready',
    'ok starting',
  ])
  const names = offeredTools(model.requests[0]).map(({ name }) => name)
  expect(names).toContain('list_mcp_resources')
  expect(
    names.filter((name) => name.startsWith('mcp__')).every((name) => name.startsWith('mcp__ok__')),
  ).toBe(true)
})

test('[T56] a required server that fails keeps the thread from being', async () => {
  const opened = await openApp({ config: scriptedServer('must', 'crash', 'required = true') })
  const { app, home, work } = opened
  const { code, message } = await app.refusal('thread/start', { cwd: work })
  expect([code, message]).toEqual([
    -32603,
    expect.stringContaining('required MCP server `must` failed'),
  ])
  expect((await app.request('thread/loaded/list', {})).data).toEqual([])
  await app.end()
  const database = new Database(join(home, 'skein.db'), { readonly: true })
  expect(database.prepare('SELECT count(*) AS threads FROM thread').get()).toEqual({ threads: 0 })
  database.close()
})

test('[T57] names are legal, distinct and the same after a restart, and reach the right tool', async () => {
  const opened = await openApp({ config: scriptedServer('has-dash') })
  const threadId = await startThread(opened)
  await callInTurn(opened, threadId, 'mcp__has-dash__echo', { words: 'x' })
  const namesIn = () =>
    offeredTools(opened.model.requests.at(-1)).filter(({ name }) => /foo_bar|long/.test(name))
  const offered = namesIn()
  expect(offered.map(({ name }) => name)).toEqual([
    expect.stringMatching(/^mcp__has-dash__foo_bar_[\da-f]{12}$/),
    expect.stringMatching(/^mcp__has-dash__foo_bar_[\da-f]{12}$/),
    expect.stringMatching(/^mcp__has-dash__long[a-z]+_[\da-f]{12}$/),
  ])
  expect(new Set(offered.map(({ name }) => name)).size).toBe(3)
  for (const { name, description } of offered) {
    expect(name.length).toBeLessThanOrEqual(64)
    const { output } = await callInTurn(opened, threadId, name)
    const raw = /The tool (\S+)\./.exec(description)?.[1] ?? ''
    expect(output).toContain(`ran ${raw.startsWith('long') ? 'long' : raw}`)
  }
  await opened.app.end()
  const app = await opened.restart()
  const again = await startThread({ app, work: opened.work })
  await callInTurn({ app, model: opened.model }, again, offered[0]?.name ?? '')
  expect(namesIn()).toEqual(offered)
})

test('[H26] a tool named like one of the app keeps its prefix, and the app’s own wins', async () => {
  const opened = await openApp({ config: scriptedServer('evil') })
  const threadId = await startThread(opened)
  const foreign = await callInTurn(opened, threadId, 'mcp__evil__exec_command')
  expect(foreign.output).toContain('ran mcp exec_command')
  const own = await callInTurn(opened, threadId, 'exec_command', { cmd: 'echo of the app' })
  expect(own.output).toContain('of the app')
})

test('the model uses server-filesystem and server-memory, and a client calls server-everything', async () => {
  const opened = await openApp({
    config: [
      packagedServer('memory', 'memory', [], 'default_tools_approval_mode = "approve"'),
      packagedServer('every', 'everything'),
    ].join('\n'),
  })
  const { app, home, work } = opened
  await writeFile(join(work, 'note.txt'), 'written on a note')
  const config = {
    'mcp_servers.files.command': join(import.meta.dirname, '../../node_modules/.bin/node'),
    'mcp_servers.files.args': [
      join(
        import.meta.dirname,
        '../../node_modules/@modelcontextprotocol/server-filesystem/dist/index.js',
      ),
      work,
    ],
    'mcp_servers.memory.env': { MEMORY_FILE_PATH: join(home, 'memory.jsonl') },
  }
  const threadId = await startThread(opened, { config })
  const read = await callInTurn(opened, threadId, 'mcp__files__read_text_file', {
    path: join(work, 'note.txt'),
  })
  expect(read.output).toContain('written on a note')
  const entities = [{ name: 'Ada', entityType: 'person', observations: ['likes lists'] }]
  await callInTurn(opened, threadId, 'mcp__memory__create_entities', { entities })
  const found = await callInTurn(opened, threadId, 'mcp__memory__read_graph')
  expect(found.output).toContain('likes lists')

  const echoed = await app.request('mcpServer/tool/call', {
    threadId,
    server: 'every',
    tool: 'echo',
    arguments: { message: 'straight' },
  })
  expect(echoed).toEqual({ content: [{ type: 'text', text: 'Echo: straight' }] })
  const { data } = await app.request('mcpServerStatus/list', { threadId, serverName: 'every' })
  expect(data[0]).toMatchObject({
    name: 'every',
    runtimeStatus: 'connected',
    serverInfo: { name: 'mcp-servers/everything' },
    tools: { echo: { name: 'echo' } },
    toolsError: null,
    authStatus: 'unsupported',
    skein: { transport: 'stdio', processId: expect.any(Number), warnings: [] },
  })
  const uri = data[0]?.resources[0]?.uri ?? ''
  const { contents } = await app.request('mcpServer/resource/read', {
    threadId,
    server: 'every',
    uri,
  })
  expect(contents[0]).toMatchObject({ uri, mimeType: 'text/markdown', text: expect.any(String) })
  expect(
    await app.refusal('mcpServer/resource/read', { threadId, server: 'every', uri: 'demo://nope' }),
  ).toMatchObject({ code: -32602, message: expect.stringContaining('not found') })
  expect(
    await app.refusal('mcpServer/resource/read', { threadId, server: 'nope', uri: 'x:y' }),
  ).toEqual({ code: -32603, message: "unknown MCP server 'nope'" })
})

test('server-everything works over streamable HTTP', async () => {
  const port = await startEverythingOverHttp()
  const opened = await openApp({
    config: `[mcp_servers.far]\nurl = "http://127.0.0.1:${port}/mcp"\n`,
  })
  const threadId = await startThread(opened)
  const { output } = await callInTurn(opened, threadId, 'mcp__far__get-sum', { a: 2, b: 40 })
  expect(output).toContain('42')
  const { data } = await opened.app.request('mcpServerStatus/list', { threadId })
  expect(data[0]).toMatchObject({
    httpOrigin: `http://127.0.0.1:${port}`,
    runtimeStatus: 'connected',
  })
})

/** Resolves with its port when it listens. */
async function startEverythingOverHttp(): Promise<number> {
  const script = join(
    import.meta.dirname,
    '../../node_modules/@modelcontextprotocol/server-everything/dist/index.js',
  )
  const port = await freePort()
  const env = { ...process.env, PORT: String(port) }
  const server = spawn(process.execPath, [script, 'streamableHttp'], { env, stdio: 'pipe' })
  onTestFinished(() => void server.kill('SIGKILL'))
  await new Promise<void>((resolve) => {
    const hear = (chunk: Buffer): void => {
      if (String(chunk).includes('listening')) resolve()
    }
    server.stderr.on('data', hear)
    server.stdout.on('data', hear)
  })
  return port
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })
}

test('progress, cancel and a question of server-everything, locally and over HTTP', async () => {
  const port = await startEverythingOverHttp()
  const opened = await openApp({
    config: [
      packagedServer('near', 'everything', [], 'default_tools_approval_mode = "approve"'),
      `[mcp_servers.far]\nurl = "http://127.0.0.1:${port}/mcp"\ndefault_tools_approval_mode = "approve"\n`,
    ].join('\n'),
  })
  const { app, model } = opened
  const threadId = await startThread(opened)
  for (const server of ['near', 'far']) {
    const long = `mcp__${server}__trigger-long-running-operation`
    const from = app.notifications.length
    const { item } = await callInTurn(opened, threadId, long, { duration: 1, steps: 2 })
    expect(item).toMatchObject({ server, status: 'completed' })
    const progress = app.notifications
      .slice(from)
      .filter(({ method }) => method === 'item/mcpToolCall/progress')
    expect(progress.length).toBeGreaterThan(0)

    const callId = `cancelled_${server}`
    model.script(stream(response([functionCall(long, { duration: 600, steps: 60 }, { callId })])))
    const { turn } = await app.request('turn/start', { threadId, input: words('go') })
    await app.waitFor('item/started', ({ item: { id } }) => id === callId)
    await app.request('turn/interrupt', { threadId, turnId: turn.id })
    const ended = await app.waitFor('item/completed', ({ item: { id } }) => id === callId)
    expect(ended.params.item).toMatchObject({ status: 'failed' })

    const { data } = await app.request('mcpServerStatus/list', { threadId, serverName: server })
    const uri = data[0]?.resources[0]?.uri ?? ''
    const read = { threadId, server, uri }
    const { contents } = await app.request('mcpServer/resource/read', read)
    expect(contents[0]).toMatchObject({ uri, text: expect.any(String) })

    const count = app.serverRequests.length + 1
    const asking = callInTurn(opened, threadId, `mcp__${server}__trigger-elicitation-request`)
    const request = await app.waitForServerRequest(count)
    expect(request).toMatchObject({
      method: 'mcpServer/elicitation/request',
      params: { serverName: server, mode: 'form' },
    })
    app.answer(request.id, { result: { action: 'decline' } })
    expect((await asking).output).toMatch(/declin/i)
  }
})
