import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  createToolHarness,
  printed,
  processesWith,
  seen,
  sessionOf,
  type ToolHarness,
} from '../test-support/tool-harness.ts'
import { PROCESSES_MAX } from './process-table.ts'

let tools: ToolHarness
beforeEach(() => {
  tools = createToolHarness()
})
afterEach(() => tools.dispose())

const full = { profile: ':danger-full-access' }
const both = [[':workspace'], [':danger-full-access']] as const

describe('a session', () => {
  it('[T05] begins when the waiting time is over, and waits no less than 250 ms', async () => {
    const began = performance.now()
    const result = await tools.exec({ cmd: 'sleep 100', yield_time_ms: 1 })
    expect(performance.now() - began).toBeGreaterThanOrEqual(249)
    expect(result.item).toBeNull()
    expect(result.text).toMatch(/\nProcess running with session ID \d{4,5}\n/)
    expect(result.text).not.toContain('exited')
  })

  it.each(both)('[T06] of a terminal can be typed into, in %s', async (profile) => {
    const started = await tools.exec(
      { cmd: 'read x; echo got:$x', tty: true, yield_time_ms: 1 },
      { profile },
    )
    const session_id = sessionOf(started)
    const result = await tools.stdin({ session_id, chars: 'hello\n', yield_time_ms: 10_000 })
    expect(printed(result)).toBe('hello\r\ngot:hello\r\n')
    expect(result.text).toContain('Process exited with code 0\n')
    expect(result.interactions).toEqual([
      { itemId: 'call-1', processId: String(session_id), stdin: 'hello\n' },
    ])
    expect(await started.later).toMatchObject({
      type: 'commandExecution',
      id: 'call-1',
      status: 'completed',
      aggregatedOutput: 'hello\r\ngot:hello\r\n',
      exitCode: 0,
    })
  })

  it('[T07] is looked at for no less than five seconds, unless it ends before', async () => {
    const done = path.join(tools.workspace, 'done')
    const cmd = `until [ -e ${done} ]; do sleep 0.01; done`
    const session_id = sessionOf(await tools.exec({ cmd, tty: true, yield_time_ms: 1 }))
    const began = performance.now()
    const looked = await tools.stdin({ session_id, yield_time_ms: 100 })
    expect(performance.now() - began).toBeGreaterThanOrEqual(4999)
    expect(looked.text).toContain(`Process running with session ID ${session_id}\n`)
    const poll = tools.stdin({ session_id, yield_time_ms: 300_000 })
    tools.write({ done: '' })
    expect((await poll).text).toContain('Process exited with code 0\n')
  }, 30_000)

  it('has a terminal of 24 rows and 80 columns', async () => {
    const result = await tools.exec({ cmd: 'stty size; test -t 1 && echo tty', tty: true })
    expect(printed(result)).toBe('24 80\r\ntty\r\n')
  })

  it.each(both)('[T08] hears Ctrl-C at its terminal, in %s', async (profile) => {
    const ready = seen('ready')
    const started = await tools.exec(
      {
        cmd: 'trap "echo caught; exit 9" INT; echo ready; while true; do sleep 0.05; done',
        tty: true,
        yield_time_ms: 1,
      },
      { profile, onDelta: ready.onDelta },
    )
    await ready.promise
    const session_id = sessionOf(started)
    const result = await tools.stdin({ session_id, chars: '\u0003', yield_time_ms: 10_000 })
    expect(result.text).toContain('Process exited with code 9\n')
    expect(printed(result)).toContain('caught')
  })

  it.each(both)(
    '[T09] without a terminal refuses text and takes an interrupt, in %s',
    async (profile) => {
      const started = await tools.exec({ cmd: 'exec sleep 100', yield_time_ms: 1 }, { profile })
      const session_id = sessionOf(started)
      await expect(tools.stdin({ session_id, chars: 'x' })).rejects.toThrow(/stdin is closed.* tty/)
      const result = await tools.stdin({ session_id, chars: '\u0003', yield_time_ms: 10_000 })
      expect(result.text).toContain('Process exited with code 130\n')
    },
  )

  it.each(both)('[T09] lets a program handle the interrupt, in %s', async (profile) => {
    const ready = seen('ready')
    const cmd = 'trap "echo caught; exit 7" INT; echo ready; while true; do sleep 0.05; done'
    const started = await tools.exec({ cmd, yield_time_ms: 1 }, { profile, onDelta: ready.onDelta })
    await ready.promise
    const chars = { session_id: sessionOf(started), chars: '\u0003', yield_time_ms: 10_000 }
    expect((await tools.stdin(chars)).text).toContain('Process exited with code 7\n')
  })

  it('[T10] that is unknown, over or of another thread is an error naming it', async () => {
    await expect(tools.stdin({ session_id: 4711 })).rejects.toThrow('Unknown process id 4711')
    const started = await tools.exec({ cmd: 'sleep 100', yield_time_ms: 1 })
    const session_id = sessionOf(started)
    const foreign = tools.stdin({ session_id }, { threadId: 'another' })
    await expect(foreign).rejects.toThrow(`Unknown process id ${session_id}`)
  })

  it('tells its end once, with the output since the last look', async () => {
    const go = path.join(tools.workspace, 'go')
    const cmd = `echo one; until [ -e ${go} ]; do sleep 0.01; done; echo two; exit 4`
    const started = await tools.exec({ cmd, yield_time_ms: 1 })
    expect(printed(started)).toBe('one\n')
    tools.write({ go: '' })
    expect(await started.later).toMatchObject({ status: 'failed', aggregatedOutput: 'one\ntwo\n' })
    const session_id = sessionOf(started)
    const result = await tools.stdin({ session_id })
    expect(result.item).toBeNull()
    expect(printed(result)).toBe('two\n')
    expect(result.text).toContain('Process exited with code 4\n')
    await expect(tools.stdin({ session_id })).rejects.toThrow('Unknown process id')
  })

  it('[T15] makes room by ending the one used longest ago, but for the latest', async () => {
    const start = (): ReturnType<ToolHarness['exec']> =>
      tools.exec({ cmd: 'exec sleep 1000', yield_time_ms: 1 }, full)
    const first = await start()
    const second = await start()
    const others = await Promise.all(Array.from({ length: PROCESSES_MAX - 2 }, start))
    expect(others.at(-1)?.text).toContain(`Warning: ${PROCESSES_MAX} of at most`)
    // A refused write counts as use: now the second one is the oldest.
    const write = tools.stdin({ session_id: sessionOf(first), chars: 'x' })
    await expect(write).rejects.toThrow('closed')
    await start()
    expect(await second.later).toMatchObject({ exitCode: 143 })
    const alive = processesWith(`SKEIN_THREAD_ID=thread-${tools.workspace}`)
    expect(alive.length).toBe(PROCESSES_MAX)
  }, 60_000)
})
