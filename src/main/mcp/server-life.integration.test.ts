import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { silentLogger } from '../lib/logger.ts'
import { createMcpServer } from './mcp-server.ts'
import { readServers } from './server-config.ts'
import type { ServerState } from './server-life.ts'

const root = join(import.meta.dirname, '../../..')

/** A real server under the real connection, with pauses of a few milliseconds. */
function start(mode: readonly string[], restartAfterMs: readonly number[]) {
  const command = join(root, 'node_modules/.bin/node')
  const args = [join(root, 'test/mcp-server-cli.ts'), ...mode]
  const [config] = readServers({ s: { command, args } })
  if (!config) throw new Error('the table has one server')
  const states: ServerState[] = []
  let heard: () => void = () => undefined
  const server = createMcpServer({
    config,
    env: process.env,
    cwd: root,
    version: '0',
    logger: silentLogger,
    restartAfterMs,
    connect: async () => (await import('./connect.ts')).connect,
    authProvider: async () => undefined,
    elicit: async () => ({ action: 'decline' }),
    statusChanged(state) {
      states.push(state)
      heard()
    },
  })
  onTestFinished(() => server.close())
  void server.start()
  return {
    server,
    states,
    /** Resolves with the first state of this status from `from` on. */
    async until(status: ServerState['status'], from = 0): Promise<ServerState> {
      for (;;) {
        const found = states.slice(from).find((state) => state.status === status)
        if (found) return found
        await new Promise<void>((resolve) => {
          heard = resolve
        })
      }
    },
  }
}

const die = { tool: 'die', args: {}, caller: 'client' as const }

it('[H23] is started again three times when it dies in each call, and then no more', async () => {
  const { server, states, until } = start(['good'], [5, 10, 15])
  for (const pause of [5, 10, 15]) {
    await until('ready', states.length - 1)
    const from = states.length
    const { signal } = new AbortController()
    await expect(server.call({ ...die, signal })).rejects.toThrow('transport closed')
    const { error } = await until('failed', from)
    expect(error).toBe(`transport closed; it is started again in ${pause / 1000} s`)
    await until('ready', from)
  }
  const from = states.length
  const { signal } = new AbortController()
  await expect(server.call({ ...die, signal })).rejects.toThrow('transport closed')
  const { error } = await until('failed', from)
  expect(error).toBe('transport closed; it is not started again by itself')
  expect(states.filter(({ status }) => status === 'starting')).toHaveLength(4)
  await expect(server.call({ ...die, signal })).rejects.toThrow('not started again by itself')

  await server.restart()
  expect(server.state().status).toBe('ready')
})

it('[H23] is given up when it does not come up again either', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'skein-mcp-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const { server, states, until } = start(['once', join(folder, 'mark')], [5, 10, 15])
  await until('ready')
  const { signal } = new AbortController()
  await expect(server.call({ ...die, signal })).rejects.toThrow('transport closed')
  const isOver = () => states.at(-1)?.error?.endsWith('it is not started again by itself')
  for (let from = states.length; !isOver(); from = states.length) await until('failed', from)
  expect(states.filter(({ status }) => status === 'starting')).toHaveLength(4)
  expect(states.filter(({ status }) => status === 'ready')).toHaveLength(1)
})

it('is not started again when it never worked', async () => {
  const { states, until } = start(['crash'], [5, 10, 15])
  const { error } = await until('failed')
  expect(error).toMatch(/failed to start: .*connection closed$/)
  expect(states).toHaveLength(2)
})

it('carries out the last of several wishes', async () => {
  const { server } = start(['good'], [])
  await Promise.all([server.restart(), server.restart(), server.stop()])
  expect(server.state().status).toBe('cancelled')
  await Promise.all([server.stop(), server.restart()])
  expect(server.state().status).toBe('ready')
})
