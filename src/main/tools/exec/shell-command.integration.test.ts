import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createToolHarness, processesWith, type ToolHarness } from '../test-support/tool-harness.ts'

let tools: ToolHarness
beforeEach(() => {
  tools = createToolHarness()
})
afterEach(() => tools.dispose())

const run = (args: Readonly<Record<string, unknown>>, profile = ':workspace') =>
  tools.call('shell_command', { login: false, ...args }, { profile })

describe.each([':workspace', ':danger-full-access'])('shell_command in %s', (profile) => {
  it('runs a command to its end', async () => {
    const { text, item } = await run({ command: 'echo hi; echo err >&2; exit 3' }, profile)
    expect(text).toMatch(/^Exit code: 3\nWall time: \d+\.\d seconds\nOutput:\nhi\nerr\n$/)
    expect(item).toMatchObject({ status: 'failed', exitCode: 3, aggregatedOutput: 'hi\nerr\n' })
  })

  it('[T16] ends it with all it started when its time is over', async () => {
    const command = `export LATE_${process.pid}=yes; sleep 60 & trap '' TERM; echo on; sleep 60`
    const { text, item } = await run({ command, timeout_ms: 500 }, profile)
    expect(text).toMatch(
      /^Exit code: 124\nWall time: .+\nOutput:\ncommand timed out after 500 milliseconds\non\n$/,
    )
    expect(item).toMatchObject({ status: 'failed', exitCode: 124, aggregatedOutput: 'on\n' })
    expect(processesWith(`LATE_${process.pid}=yes`)).toEqual([])
  })
})
