// What an app that was killed left running: ended by the next one on the same profile.
import { expect, test } from 'vitest'
import { exec, runAsked } from '../asking-turns.ts'
import { callInTurn } from '../mcp-app.ts'
import { scriptedServer } from '../mcp-servers.ts'
import { openApp, startThread } from '../scripted-app.ts'

test('processes of commands and of MCP servers do not outlive a crash and the next start', async () => {
  const opened = await openApp({ config: scriptedServer('s', 'stubborn') })
  const threadId = await startThread(opened, {
    sandbox: 'danger-full-access',
    approvalPolicy: 'never',
  })
  const { outputs } = await runAsked(opened, threadId, [
    exec('setsid sleep 1000 & echo pid:$!; sleep 1000', { yield_time_ms: 250 }),
  ])
  const stray = Number(/pid:(\d+)/.exec(outputs[0] ?? '')?.[1])
  const { output } = await callInTurn(opened, threadId, 'mcp__s__grandchild')
  const [server = 0, grandchild = 0] = (output.split('Output:\n')[1] ?? '').split(' ').map(Number)
  expect([stray, server, grandchild].filter((pid) => !isAlive(pid))).toEqual([])

  await opened.app.kill9()
  await expect.poll(() => isAlive(server), { timeout: 5000 }).toBe(false)
  const other = await openApp()
  await other.app.request('thread/list', {})
  expect(isAlive(stray)).toBe(true) // another profile's business

  const app = await opened.restart()
  await app.request('thread/list', {})
  await expect.poll(() => [stray, grandchild].filter(isAlive), { timeout: 10_000 }).toEqual([])
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
