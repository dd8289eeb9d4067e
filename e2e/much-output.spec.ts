// Ten megabytes of output while somebody types: the field takes every letter, and the window holds little of it.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright/test'
import { startDemo } from './fixtures/parts.ts'
import { expect, test } from './fixtures/test.ts'

const MEGABYTES = 10
/** Twice what the window may grow by, since the machine of a test has other work too. */
const GROWTH_BYTES_MAX = 60 * 1024 * 1024
/** Head and tail of the output, and what else stands in the window. */
const LINES_MAX = 300
const WORDS = 'typed while ten megabytes of output arrive'

test('typing goes on while ten megabytes of output arrive, and little of it is held', async ({
  ui,
}) => {
  const { page } = ui
  const gate = join(ui.home, 'typed')
  const thread = await startDemo(page)
  const heapBefore = await heapBytes(page)
  const megabyte = "head -c 1048576 /dev/zero | tr '\\0' x | fold -w 99"
  await thread.composer.fill(
    `!for n in $(seq ${MEGABYTES}); do ${megabyte}; echo "part $n"; sleep 0.2; done; until [ -e ${gate} ]; do sleep 0.1; done`,
  )
  await page.keyboard.press('Enter')
  const output = thread.item('Command').getByRole('log', { name: 'Output' })
  await expect(output).toContainText('xxx')

  await thread.composer.focus()
  await page.keyboard.type(WORDS, { delay: 40 })
  await expect(thread.composer).toHaveValue(WORDS)
  // The command waits for the gate: all of this happened while it ran.
  await expect(thread.turn(1, 'running')).toBeVisible()
  await expect(output).toContainText(`part ${MEGABYTES}`)
  expect(await output.locator('.output-line').count()).toBeLessThan(LINES_MAX)
  expect((await heapBytes(page)) - heapBefore).toBeLessThan(GROWTH_BYTES_MAX)

  writeFileSync(gate, '')
  await expect(thread.turn(1, 'completed')).toBeVisible()
  await expect(thread.composer).toHaveValue(WORDS)
})

/** What is in use after everything that is no longer needed was let go. */
async function heapBytes(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page)
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  await session.detach()
  return usedSize
}
