import fs from 'node:fs'
import path from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  createToolHarness,
  printed,
  processesWith,
  seen,
  sessionOf,
  type ToolHarness,
} from '../test-support/tool-harness.ts'
import { ToolFailure } from '../tool.ts'

let tools: ToolHarness
beforeEach(() => {
  tools = createToolHarness()
})
afterEach(() => tools.dispose())

const full = { profile: ':danger-full-access' }
const both = [[':workspace'], [':danger-full-access']] as const

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** Memory that is in use, garbage not counted: how fast that is collected depends on the machine's load. */
function heldBytes(): number {
  collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

describe('a command', () => {
  it('[T01] reports its exit code, both streams in order, and a failed card', async () => {
    const result = await tools.exec({ cmd: 'echo hi; echo err >&2; echo x; exit 3' }, full)
    expect(result.text).toMatch(
      /^Chunk ID: [0-9a-f]{6}\nWall time: \d+\.\d{4} seconds\nProcess exited with code 3\nOriginal token count: 3\nOutput:\nhi\nerr\nx\n$/,
    )
    expect(result.item).toEqual({
      type: 'commandExecution',
      id: 'call-1',
      command: "/bin/bash -c 'echo hi; echo err >&2; echo x; exit 3'",
      cwd: tools.workspace,
      processId: expect.stringMatching(/^\d{4,5}$/),
      source: 'unifiedExecStartup',
      status: 'failed',
      commandActions: [{ type: 'unknown', command: 'echo hi; echo err >&2; echo x; exit 3' }],
      aggregatedOutput: 'hi\nerr\nx\n',
      exitCode: 3,
      durationMs: expect.any(Number),
      pluginId: null,
      scriptPath: null,
    })
    expect(result.deltas.join('')).toBe('hi\nerr\nx\n')
  })

  it.each(both)('writes to /dev/stderr and reads nothing, in %s', async (profile) => {
    const result = await tools.exec({ cmd: 'echo a | tee /dev/stderr; cat' }, { profile })
    expect(printed(result)).toBe('a\na\n')
  })

  it.each(both)('[T12] that is killed has exit code 137, in %s', async (profile) => {
    const result = await tools.exec({ cmd: 'kill -9 $$' }, { profile })
    expect(result.text).toContain('Process exited with code 137\n')
  })

  it('passes high exit codes on', async () => {
    expect((await tools.exec({ cmd: 'exit 200' })).item).toMatchObject({ exitCode: 200 })
  })

  it('[T13] does not run in a folder that is missing', async () => {
    const call = tools.exec({ cmd: 'touch ran', workdir: 'nowhere' })
    await expect(call).rejects.toThrow(ToolFailure)
    await expect(call).rejects.toThrow(/nowhere: No such file or directory/)
    expect(fs.readdirSync(tools.workspace)).toEqual([])
  })

  it('runs in its folder with the shell it asked for', async () => {
    tools.write({ 'sub/x': '' })
    const result = await tools.exec({ cmd: 'pwd; echo $0', workdir: 'sub', shell: 'sh' })
    expect(printed(result)).toBe(`${tools.workspace}/sub\n/bin/sh\n`)
  })

  it('takes no program of the workspace for a shell', async () => {
    tools.write({ bash: '#!/bin/sh\ntouch owned\n' })
    fs.chmodSync(path.join(tools.workspace, 'bash'), 0o755)
    const shell = path.join(tools.workspace, 'bash')
    await expect(tools.exec({ cmd: 'ls', shell })).rejects.toThrow('unsupported shell')
  })

  it('finds plain output and its marks in the environment', async () => {
    const cmd =
      'echo $TERM,$NO_COLOR,$PAGER,$LC_ALL,$SKEIN_TOOL_CALL_ID,$SKEIN_SANDBOX_NETWORK_DISABLED'
    expect(printed(await tools.exec({ cmd }))).toBe('dumb,1,cat,C.UTF-8,call-1,1\n')
    expect(printed(await tools.exec({ cmd }, full))).toBe('dumb,1,cat,C.UTF-8,call-2,\n')
  })

  it('reads the profile of a login shell unless told otherwise', async () => {
    tools.write({ '.bash_profile': 'echo profile' })
    expect(printed(await tools.exec({ cmd: 'true', login: true }))).toContain('profile\n')
    expect(printed(await tools.exec({ cmd: 'true' }))).toBe('')
  })

  it('[T11] runs beside others', async () => {
    expect(tools.tools.registry.isParallel('exec_command')).toBe(true)
    const meet = (own: string): string =>
      `touch ${own}; until [ -e a ] && [ -e b ] && [ -e c ]; do sleep 0.01; done; echo ${own}`
    const results = await Promise.all(['a', 'b', 'c'].map((own) => tools.exec({ cmd: meet(own) })))
    expect(results.map(printed)).toEqual(['a\n', 'b\n', 'c\n'])
  })

  it('leaves nothing in the workspace', async () => {
    await Promise.all([tools.exec({ cmd: 'ls -a' }), tools.exec({ cmd: 'true' })])
    expect(fs.readdirSync(tools.workspace)).toEqual([])
  })
})

describe('output', () => {
  it('[H06] of 60 MB is bounded and comes in small pieces', async () => {
    const cmd = 'head -c 60000000 /dev/zero | tr "\\0" x; echo end'
    const result = await tools.exec({ cmd, yield_time_ms: 30_000 })
    const item = result.item ?? (await result.later)
    expect(item).toMatchObject({
      aggregatedOutput: expect.stringMatching(
        /^x{524288}\n\.\.\. 58951428 bytes omitted \.\.\.\nx+end\n$/,
      ),
    })
    expect(result.deltas.length).toBeLessThanOrEqual(10_000)
    expect(Math.max(...result.deltas.map((delta) => delta.length))).toBeLessThanOrEqual(8192)
    expect(result.text.length).toBeLessThan(41_000)
  }, 60_000)

  it('[H06] of 60 MB keeps little memory while it comes', async () => {
    const args = { cmd: 'head -c 60000000 /dev/zero', login: false, yield_time_ms: 30_000 }
    const prepared = await tools.prepare({
      type: 'function_call',
      call_id: 'x',
      name: 'exec_command',
      arguments: JSON.stringify(args),
    })
    const before = heldBytes()
    const samples: number[] = []
    let deltas = 0
    await prepared.run({
      signal: new AbortController().signal,
      bypassSandbox: false,
      waitPause: { isPaused: false, onChange: () => () => undefined },
      progress: {
        outputDelta() {
          deltas++
          if (deltas % 1000 === 0) samples.push(heldBytes() - before)
        },
        terminalInteraction: () => undefined,
        message: () => undefined,
      },
      ask: () => Promise.reject(new Error('nobody is there to be asked')),
      completeLater: () => undefined,
    })
    expect(samples.length).toBeGreaterThanOrEqual(7)
    expect(Math.max(...samples)).toBeLessThan(16_000_000)
  }, 60_000)

  it('[H07] of random bytes is valid text everywhere', async () => {
    const result = await tools.exec({ cmd: 'head -c 100000 /dev/urandom' })
    const kept = (result.item as { aggregatedOutput: string }).aggregatedOutput
    expect(kept.isWellFormed()).toBe(true)
    expect(result.deltas.join('')).toBe(kept)
    expect(result.text.isWellFormed()).toBe(true)
  })

  it('[H08] has no replacement character where a character came in two pieces', async () => {
    const first = seen('a')
    const call = tools.exec(
      { cmd: "printf 'a\\xc3'; until [ -e go ]; do sleep 0.01; done; printf '\\xa9b'" },
      { onDelta: first.onDelta },
    )
    await first.promise
    tools.write({ go: '' })
    const result = await call
    expect(result.deltas).toEqual(['a', 'éb'])
    expect(printed(result)).toBe('aéb')
  })

  it('keeps NUL, escapes and byte order marks for the model', async () => {
    const result = await tools.exec({ cmd: "printf '\\xef\\xbb\\xbfa\\0\\033[31mb'" })
    expect(printed(result)).toBe('\ufeffa\0\u001b[31mb')
    expect(result.deltas.join('')).toBe('\ufeffa\0\u001b[31mb')
  })

  it('[H14] may end before its command does', async () => {
    const result = await tools.exec({ cmd: 'exec >&- 2>&-; sleep 100', yield_time_ms: 1 })
    expect(sessionOf(result)).toBeGreaterThan(999)
  })

  it('[H14] is not waited for when a grandchild holds it', async () => {
    const began = performance.now()
    const result = await tools.exec({ cmd: 'sleep 100 & echo started' }, full)
    expect(result.item).toMatchObject({ status: 'completed', aggregatedOutput: 'started\n' })
    expect(performance.now() - began).toBeLessThan(5000)
  })
})

describe('ending', () => {
  const threadMark = (): string => `SKEIN_THREAD_ID=thread-${tools.workspace}`

  it.each(both)('an aborted call rejects at once and its processes die, in %s', async (profile) => {
    const ready = seen('ready')
    const abort = new AbortController()
    const reason = new Error('stopped by the user')
    const options = { profile, signal: abort.signal, onDelta: ready.onDelta }
    const call = tools.exec({ cmd: 'echo ready; sleep 1000; true' }, options)
    await ready.promise
    expect(processesWith(threadMark()).length).toBeGreaterThan(0)
    abort.abort(reason)
    await expect(call).rejects.toBe(reason)
    await expect.poll(() => processesWith(threadMark()), { timeout: 5000 }).toEqual([])
  })

  it('an aborted call keeps what it printed on its card', async () => {
    const ready = seen('ready')
    const abort = new AbortController()
    const item = {
      type: 'function_call',
      call_id: 'x',
      name: 'exec_command',
      arguments: JSON.stringify({ cmd: 'echo ready; sleep 1000', login: false }),
    } as const
    const prepared = await tools.prepare(item)
    const call = tools.run(prepared, { signal: abort.signal, onDelta: ready.onDelta })
    await ready.promise
    abort.abort()
    await expect(call).rejects.toThrow('aborted')
    expect(prepared.stopped('failed')).toMatchObject({
      status: 'failed',
      aggregatedOutput: 'ready\n',
      exitCode: null,
    })
    expect(prepared.stopped('declined')).toMatchObject({ status: 'declined', processId: null })
  })

  it('a session outlives the abort of a later look at it', async () => {
    const started = await tools.exec({ cmd: 'sleep 1000', yield_time_ms: 1 })
    const abort = new AbortController()
    abort.abort(new Error('stopped'))
    const look = tools.stdin({ session_id: sessionOf(started) }, { signal: abort.signal })
    await expect(look).rejects.toThrow('stopped')
    expect(processesWith(threadMark()).length).toBeGreaterThan(0)
  })

  it.each(both)(
    '[H12] of what ignores every polite signal takes a second, in %s',
    async (profile) => {
      const ready = seen('ready')
      const stubborn = "trap '' TERM INT HUP; while true; do sleep 0.05; done"
      const cmd = `(${stubborn}) & ${stubborn.replace(';', '; echo ready;')}`
      await tools.exec({ cmd, yield_time_ms: 1 }, { profile, onDelta: ready.onDelta })
      await ready.promise
      const began = performance.now()
      await tools.tools.background.clean(`thread-${tools.workspace}`)
      expect(processesWith(threadMark())).toEqual([])
      expect(performance.now() - began).toBeLessThan(5000)
    },
  )

  it('is polite first', async () => {
    const ready = seen('ready')
    const cmd = 'trap "echo bye > said; exit 0" TERM; echo ready; while true; do sleep 0.02; done'
    await tools.exec({ cmd, yield_time_ms: 1 }, { onDelta: ready.onDelta })
    await ready.promise
    await tools.tools.background.clean(`thread-${tools.workspace}`)
    expect(tools.read('said')).toBe('bye\n')
  })

  it.each(both)('[H13] reaches a grandchild that left its group, in %s', async (profile) => {
    const cmd =
      '(setsid sh -c "touch up; sleep 1000; true" &) ; until [ -e up ]; do sleep 0.01; done; sleep 1000'
    const started = await tools.exec({ cmd, yield_time_ms: 1 }, { profile })
    expect(sessionOf(started)).toBeGreaterThan(999)
    await expect.poll(() => fs.existsSync(path.join(tools.workspace, 'up'))).toBe(true)
    await tools.tools.background.clean(`thread-${tools.workspace}`)
    expect(processesWith(threadMark())).toEqual([])
  })

  it('[H13] in the sandbox leaves no grandchild of a command that is over', async () => {
    await tools.exec({ cmd: 'setsid sleep 1000 & sleep 0.05' })
    expect(processesWith(threadMark())).toEqual([])
  })

  it('[H11] of two hundred children leaves none', async () => {
    const ready = seen('ready')
    const cmd = 'for i in $(seq 200); do sleep 1000 & done; echo ready; wait'
    await tools.exec({ cmd, yield_time_ms: 1 }, { onDelta: ready.onDelta })
    await ready.promise
    expect(processesWith(threadMark()).length).toBeGreaterThan(200)
    await tools.tools.background.cleanAll()
    expect(processesWith(threadMark())).toEqual([])
  }, 60_000)

  it('of one thread leaves another alone', async () => {
    await tools.exec({ cmd: 'sleep 1000', yield_time_ms: 1 }, { threadId: 'one' })
    await tools.exec({ cmd: 'sleep 1000', yield_time_ms: 1 }, { threadId: 'two' })
    await tools.tools.background.clean('one')
    expect(processesWith('SKEIN_THREAD_ID=one')).toEqual([])
    expect(processesWith('SKEIN_THREAD_ID=two').length).toBeGreaterThan(0)
  })
})
