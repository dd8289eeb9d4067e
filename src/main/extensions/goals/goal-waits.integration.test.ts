// Parked goals: real files, processes and commands wake them; the time between looks is moved by the test.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { snapshot } from '../../../../test/builders.ts'
import { hang } from '../../../../test/fake-model.ts'
import { type GoalHarness, openGoalThread } from '../../../../test/goal-harness.ts'
import { noSandbox } from '../../../../test/thread-harness.ts'
import type { GoalWait } from '../../../protocol/index.ts'
import type { CheckRun } from './goals-ports.ts'
import { createCommandRunner } from './run-command.ts'

const threadId = 'thread-1'

async function makeFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'skein-wait-')))
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
  return folder
}

async function park(wait: GoalWait, options: Parameters<typeof openGoalThread>[0] = {}) {
  const opened = await openGoalThread(options)
  opened.model.script([[hang()]])
  await opened.goals.set({ threadId, objective: 'win', skein: { wait } })
  await opened.quiet()
  expect(opened.turns()).toEqual([])
  return opened
}

async function whyAwake({ goals }: GoalHarness): Promise<string | null | undefined> {
  const { data } = await goals.log({ threadId, kind: 'change' }, 1)
  return data[0]?.note
}

it.each([
  ['changes', true],
  ['appears', false],
])('a goal that waits for a file wakes when it %s', async (_what, isThere) => {
  const cwd = await makeFolder()
  if (isThere) await writeFile(join(cwd, 'result.txt'), 'old')
  const opened = await park(
    { type: 'fileChange', path: 'result.txt' },
    { state: { snapshot: snapshot({ cwd }) } },
  )
  // The system says nothing of when it began to watch: written until it was seen.
  for (let n = 0; opened.turns().length === 0; n++) {
    await writeFile(join(cwd, 'result.txt'), 'new'.repeat(n + 1))
    await opened.quiet()
  }
  expect(await whyAwake(opened)).toBe('result.txt has changed')
  expect((await opened.goal()).skein.wait).toBeNull()
})

it('a goal that waits for a process looks once a second and wakes after its end', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'])
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child, 'spawn')
  const { pid = 0 } = child
  const opened = await park({ type: 'processExit', pid })
  expect(opened.time.next()).toBe(1_000)
  opened.time.advance(10_000)
  await opened.quiet()
  expect(opened.turns()).toEqual([])
  child.kill('SIGKILL')
  await once(child, 'exit')
  opened.time.advance(1_000)
  await opened.quiet()
  expect(opened.turns()).toEqual(['goal'])
  expect(await whyAwake(opened)).toBe(`process ${pid} has ended`)
})

it('a goal that waits for a command runs it at its interval until it ends as expected', async () => {
  const cwd = await makeFolder()
  const run = createCommandRunner({
    sandbox: noSandbox,
    environment: async () => ({ PATH: process.env.PATH ?? '' }),
  })
  const runs: Promise<CheckRun>[] = []
  const opened = await park(
    { type: 'command', command: 'cat done', expectedExitCode: 0, intervalMs: 5_000 },
    {
      state: { snapshot: snapshot({ cwd }) },
      runCommand(...given) {
        const result = run(...given)
        runs.push(result)
        return result
      },
    },
  )
  expect((await runs[0])?.exitCode).toBe(1)
  await opened.quiet()
  expect(opened.time.next()).toBe(5_000)
  await writeFile(join(cwd, 'done'), 'yes')
  opened.time.advance(5_000)
  expect((await runs[1])?.exitCode).toBe(0)
  await opened.quiet()
  expect(opened.turns()).toEqual(['goal'])
  expect(runs).toHaveLength(2)
  expect(await whyAwake(opened)).toBe('the command ended as expected')
})

it('whatever a goal waits for, its deadline wakes it, once', async () => {
  const opened = await park({ type: 'processExit', pid: process.pid, deadlineAtMs: 1_030_500 })
  opened.time.advance(30_499)
  await opened.quiet()
  expect(opened.turns()).toEqual([])
  opened.time.advance(1)
  await opened.quiet()
  expect(opened.turns()).toEqual(['goal'])
  expect(await whyAwake(opened)).toBe('the deadline has passed')
})

it('a goal that is paused while it waits watches nothing', async () => {
  const opened = await park({ type: 'processExit', pid: process.pid })
  await opened.goals.set({ threadId, status: 'paused' })
  expect(opened.time.next()).toBeNull()
})
