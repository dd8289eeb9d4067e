// What tools do and say, case by case, from the model's call to what it reads and what is on the disk.
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { exec, patchOf, runAsked } from '../asking-turns.ts'
import { functionCall } from '../responses-events.ts'
import { openApp, startThread } from '../scripted-app.ts'

const unconfined = { sandbox: 'danger-full-access', approvalPolicy: 'never' } as const

/** What the model reads after the line `Output:`. */
const printedIn = (output = ''): string => output.slice(output.indexOf('\nOutput:\n') + 9)

test('[T02] [T03] [T04] long output keeps its head and its tail within the budget', async () => {
  const opened = await openApp()
  const threadId = await startThread(opened, unconfined)
  const cmd = 'seq -f "line %g" 20000'
  const { outputs } = await runAsked(opened, threadId, [
    exec(cmd),
    exec(cmd, { max_output_tokens: 50 }),
    exec(cmd, { max_output_tokens: 0 }),
    exec(cmd, { max_output_tokens: 100_000 }),
  ])
  const [usual = '', small = '', none = '', huge = ''] = outputs
  // 20,000 lines of "line N" are 208,894 bytes, a quarter of that in tokens.
  expect(usual).toContain('Original token count: 52224')
  expect(printedIn(usual)).toContain('Total output lines: 20000\n')
  expect(printedIn(usual)).toMatch(
    /\nline 1\nline 2\n[\s\S]*…\d+ tokens truncated…[\s\S]*\nline 20000\n$/,
  )
  expect(printedIn(usual).length).toBeGreaterThan(39_000)
  expect(printedIn(usual).length).toBeLessThan(41_000)
  expect(printedIn(small).length).toBeLessThan(400)
  expect(printedIn(small)).toMatch(/line 1\n[\s\S]*tokens truncated[\s\S]*line 20000\n$/)
  expect(printedIn(none)).toMatch(/…\d+ tokens truncated…/)
  expect(printedIn(none)).not.toContain('line 1')
  expect(printedIn(huge).length).toBeLessThan(41_000)
})

test('[T10] a session that is unknown is an error by its number, and the turn goes on', async () => {
  const opened = await openApp()
  const threadId = await startThread(opened, unconfined)
  const look = functionCall('write_stdin', { session_id: 4711 }, { callId: 'look' })
  const { outputs, turn } = await runAsked(opened, threadId, [look, exec('echo on')])
  expect(outputs[0]).toContain('Unknown process id 4711')
  expect(printedIn(outputs[1])).toBe('on\n')
  expect(turn.status).toBe('completed')
})

test('[T11] calls of one response run at the same time, and answer in their order', async () => {
  const opened = await openApp()
  const threadId = await startThread(opened, unconfined)
  // Each waits for the other two: one after the other they would never end.
  const meet = (own: string, pause: string): string =>
    `touch ${own}; until [ -e a ] && [ -e b ] && [ -e c ]; do sleep 0.01; done; sleep ${pause}; echo ${own}`
  const calls = ['a', 'b', 'c'].map((own, index) => exec(meet(own, `0.${3 - index}`)))
  const { outputs } = await runAsked(opened, threadId, [calls.flat()])
  expect(outputs.map(printedIn)).toEqual(['a\n', 'b\n', 'c\n'])
})

test('[T18] [T19] [T20] [T24] [T25] patches find their places as the grammar says', async () => {
  const opened = await openApp()
  const { work } = opened
  const files = {
    blanks: 'a  \nb\t\n',
    deeper: '\t\tif (x)\n\t\t\ty()\n',
    quotes: 'say \u201chi\u201d \u2013 now\n',
    twice: 'x\nhere\nx\n',
    windows: 'a\r\nb\r\n',
    open: 'a\nb',
    missing: 'a\n',
  }
  for (const [name, text] of Object.entries(files)) await writeFile(join(work, name), text)
  const threadId = await startThread(opened, unconfined)
  const { outputs } = await runAsked(opened, threadId, [
    patchOf('*** Update File: blanks\n@@\n a\n-b\n+B'),
    patchOf('*** Update File: deeper\n@@\n if (x)\n-y()\n+z()'),
    patchOf('*** Update File: quotes\n@@\n-say "hi" - now\n+done'),
    patchOf('*** Update File: twice\n@@ here\n-x\n+y'),
    patchOf('*** Update File: windows\n@@\n-b\n+B\n+c'),
    patchOf('*** Update File: open\n@@\n-a\n+A'),
    patchOf('*** Update File: missing\n@@\n-nothing like it\n+x'),
  ])
  const contents = await Promise.all(
    Object.keys(files).map(async (name) => [name, await readFile(join(work, name), 'utf8')]),
  )
  expect(Object.fromEntries(contents)).toEqual({
    blanks: 'a\nB\n',
    deeper: 'if (x)\nz()\n',
    quotes: 'done\n',
    twice: 'x\nhere\ny\n',
    windows: 'a\r\nB\r\nc\r\n',
    open: 'A\nb\n',
    missing: 'a\n',
  })
  expect(outputs.at(-1)).toContain(join(work, 'missing'))
  expect(outputs.at(-1)).toContain('nothing like it')
})

test('[H04] paths that hide what they are are refused, and nothing is written', async () => {
  const opened = await openApp()
  const threadId = await startThread(opened, unconfined)
  const paths = ['a\u202etxt.exe', 'x'.repeat(5000)]
  const { outputs } = await runAsked(
    opened,
    threadId,
    paths.map((file) => patchOf(`*** Add File: ${file}\n+x`)),
  )
  expect(outputs[0]).toContain('characters that cannot be shown')
  expect(outputs[1]).toContain('longer than 4096 bytes')
})

test('[H06] of a flood little is kept, and the app answers meanwhile', async () => {
  const opened = await openApp()
  const { app } = opened
  const threadId = await startThread(opened, unconfined)
  const turn = runAsked(opened, threadId, [
    exec('head -c 60000000 /dev/zero | tr "\\0" x', { yield_time_ms: 30_000 }),
  ])
  await app.waitFor('item/commandExecution/outputDelta')
  // The flood is under way: the answer comes between its pieces, not behind them.
  const { thread } = await app.request('thread/read', { threadId })
  expect(thread.status).toMatchObject({ type: 'active' })
  const { outputs } = await turn
  expect(outputs[0]?.length).toBeLessThan(41_000)
  const { params } = await app.waitFor(
    'item/completed',
    ({ item }) => item.type === 'commandExecution',
  )
  const middle = { threadId, itemId: params.item.id, offset: 524_200, length: 200 }
  const kept = await app.request('skein/item/output/read', middle)
  expect(kept.totalBytes).toBeLessThanOrEqual(2 * 1024 * 1024)
  expect(kept.text).toMatch(/^x+\n\.\.\. 58951424 bytes omitted \.\.\.\nx+$/)
}, 60_000)

test('[H07] random bytes reach the model, the database and an export as valid text', async () => {
  const opened = await openApp()
  const { app, home } = opened
  const threadId = await startThread(opened, unconfined)
  const { outputs } = await runAsked(opened, threadId, [exec('head -c 100000 /dev/urandom')])
  expect(outputs[0]?.isWellFormed()).toBe(true)
  const { data } = await app.request('thread/items/list', { threadId })
  const item = data.find(({ item: { type } }) => type === 'commandExecution')?.item
  expect(item).toMatchObject({ status: 'completed', exitCode: 0 })
  for (const format of ['codex', 'skein'] as const) {
    const path = join(home, `export.${format}`)
    await app.request('skein/rollout/export', { threadId, path, format })
    expect(existsSync(path)).toBe(true)
    if (format === 'codex')
      for (const line of (await readFile(path, 'utf8')).trim().split('\n')) JSON.parse(line)
  }
})
