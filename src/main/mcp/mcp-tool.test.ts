import { expect, it } from 'vitest'
import { builtInProfile } from '../sandbox/permission-profile.ts'
import type { ToolContext } from '../tools/tool.ts'
import type { McpCall } from './mcp-server.ts'
import { type McpToolPorts, prepareMcpCall } from './mcp-tool.ts'

const profile = builtInProfile(':workspace')
if (!profile) throw new Error('built in')
const context: ToolContext = {
  threadId: 'thread',
  turnId: 'turn',
  callId: 'c1',
  cwd: '/srv',
  workspaceRoots: ['/srv'],
  profile,
  approvalPolicy: 'on-request',
  mode: 'default',
  trace: null,
  env: {},
}

type Owner = Parameters<typeof prepareMcpCall>[1]['owner']

/** Calls the tool as a turn does; resolves with what the server was sent. */
async function sent(trace: ToolContext['trace'], autoDeny = false) {
  const calls: McpCall[] = []
  const call: Owner['call'] = async (made) => {
    calls.push(made)
    return { content: [] }
  }
  const offered = { server: 's', tool: 't', definition: { name: 't', inputSchema: {} } }
  const prepared = await prepareMcpCall(
    { type: 'function_call', call_id: 'c1', name: 'mcp__s__t', arguments: '{}' },
    { ...offered, owner: { call } as Owner },
    { ...context, trace },
    { autoDeny: () => autoDeny } as McpToolPorts,
  )
  await prepared.run({
    signal: new AbortController().signal,
    waitPause: { isPaused: false, onChange: () => () => undefined },
    bypassSandbox: false,
    progress: {
      outputDelta: () => undefined,
      terminalInteraction: () => undefined,
      message: () => undefined,
    },
    ask: () => Promise.reject(new Error('somebody was asked')),
    completeLater: () => undefined,
  })
  const [made] = calls
  if (!made) throw new Error('nothing was called')
  return made
}

const own = { 'x-skein': { callId: 'c1', threadId: 'thread', turnId: 'turn' } }

it('tells the server which trace a call belongs to', async () => {
  const trace = { traceparent: `00-${'4b'.repeat(16)}-${'f0'.repeat(8)}-01`, tracestate: 'a=b' }
  expect((await sent(trace)).meta).toEqual({ ...trace, ...own })
  expect((await sent(null)).meta).toEqual(own)
})

it('declines what a server asks at once, for a client that never answers', async () => {
  const made = await sent(null, true)
  const request = { mode: 'form', message: 'Who?', requestedSchema: { type: 'object' } }
  expect(await made.ask?.(request as never)).toEqual({ action: 'decline' })
})

it('shows a call with arguments that are no object as failed, with what they were', async () => {
  const offered = { server: 's', tool: 't', definition: { name: 't', inputSchema: {} } }
  const failure = await prepareMcpCall(
    { type: 'function_call', call_id: 'c1', name: 'mcp__s__t', arguments: '[1]' },
    { ...offered, owner: {} as Owner },
    context,
    { autoDeny: () => false } as McpToolPorts,
  ).catch((error: unknown) => error)
  expect(failure).toMatchObject({
    message: 'MCP tool arguments must be a JSON object',
    begun: { id: 'c1', status: 'inProgress', arguments: [1] },
    item: { id: 'c1', status: 'failed', error: { message: expect.any(String) } },
  })
})
