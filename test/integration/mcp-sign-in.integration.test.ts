// Signing in to a remote MCP server: refused without, by a page and a way back, kept over a restart, and out again.
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { callInTurn } from '../mcp-app.ts'
import { startOAuthMcpServer } from '../oauth-mcp-server.ts'
import { openApp, startThread } from '../scripted-app.ts'

test('a server that wants a sign-in says so, and works after it, also in the next process', async () => {
  const remote = await startOAuthMcpServer()
  onTestFinished(remote.close)
  const opened = await openApp({ config: `[mcp_servers.far]\nurl = "${remote.url}"\n` })
  const { app, home } = opened
  const threadId = await startThread(opened)
  const failed = await app.waitFor(
    'mcpServer/startupStatus/updated',
    ({ status }) => status === 'failed',
  )
  expect(failed.params.failureReason).toBe('reauthenticationRequired')
  const before = await app.request('mcpServerStatus/list', { threadId })
  expect(before.data[0]?.authStatus).toBe('notLoggedIn')

  const { authorizationUrl } = await app.request('mcpServer/oauth/login', { name: 'far' })
  const page = new URL(authorizationUrl)
  expect(page.searchParams.get('code_challenge_method')).toBe('S256')
  const back = new URL(page.searchParams.get('redirect_uri') ?? '')
  expect((await fetch(`${back}?code=code-1&state=forged`)).status).toBe(404)
  expect((await fetch(authorizationUrl)).status).toBe(200)
  const done = await app.waitFor('mcpServer/oauthLogin/completed')
  expect(done.params).toEqual({ name: 'far', threadId: null, success: true })
  expect(remote.handedOut).toEqual(['token-1'])
  await app.waitFor('mcpServer/startupStatus/updated', ({ status }) => status === 'ready')
  const called = await callInTurn(opened, threadId, 'mcp__far__secret')
  expect(called.output).toContain('behind the door')
  const after = await app.request('mcpServerStatus/list', { threadId })
  expect(after.data[0]?.authStatus).toBe('oAuth')
  expect((await stat(join(home, 'mcp-credentials.json'))).mode & 0o777).toBe(0o600)

  await app.end()
  const again = await opened.restart()
  await startThread({ app: again, work: opened.work })
  await again.waitFor('mcpServer/startupStatus/updated', ({ status }) => status === 'ready')

  const from = again.notifications.length
  await again.request('skein/mcp/oauth/logout', { name: 'far' })
  const turnedAway = await again.waitFor(
    'mcpServer/startupStatus/updated',
    ({ status }) => status === 'failed',
    from,
  )
  expect(turnedAway.params.failureReason).toBe('reauthenticationRequired')
  expect(await readFile(join(home, 'mcp-credentials.json'), 'utf8')).not.toContain('token-')
})

test('only remote servers that are configured can be signed in to', async () => {
  const { app } = await openApp({ config: '[mcp_servers.near]\ncommand = "cat"\n' })
  expect(await app.refusal('mcpServer/oauth/login', { name: 'near' })).toEqual({
    code: -32600,
    message: 'OAuth login is only supported for streamable HTTP servers.',
  })
  expect(await app.refusal('mcpServer/oauth/login', { name: 'nope' })).toEqual({
    code: -32600,
    message: "No MCP server named 'nope' found.",
  })
})
