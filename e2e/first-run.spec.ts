import { partsOf, send, startDemo } from './fixtures/parts.ts'
import { expect, test } from './fixtures/test.ts'

test.use({ demoSpeed: 'natural' })

test('a first run: the demo streams, asks, changes files, and everything is there after a restart', async ({
  ui,
}) => {
  const question = 'Show me around'
  await expect(ui.page.getByRole('heading', { name: 'Welcome to Skein' })).toBeVisible()
  const thread = await startDemo(ui.page)
  await expect(ui.page.getByRole('note', { name: 'Demo model — scripted, offline' })).toBeVisible()

  const growth = await watchGrowth(ui.page, 'Hello! I am')
  await send(thread, question)
  await expect(thread.turn(1, 'running')).toBeVisible()
  await expect(thread.thread(question)).toBeVisible()

  const card = thread.approvals
  await expect(card).toHaveAccessibleName(/date && uname -s/)
  expect(await growth()).toBeGreaterThan(5)

  const change = thread.item('File change', '2 files')
  await change.getByRole('button', { name: 'Details of file change' }).click()
  await expect(change.getByText('rows=6')).toBeVisible()
  await expect(change.getByText('rows=3')).toBeVisible()
  await expect(change.getByText('# Notes of the demo')).toBeVisible()

  await card.getByRole('button', { name: 'Allow once' }).click()
  await expect(card).toHaveCount(0)
  await expect(thread.turn(1, 'completed')).toBeVisible()
  await expect(ui.page.getByRole('heading', { name: 'What you have seen' })).toBeVisible()

  await ui.restart()
  const again = partsOf(ui.page)
  await again.thread(question).click()
  await expect(again.turn(1, 'completed')).toBeVisible()
  await expect(ui.page.getByRole('heading', { name: 'What you have seen' })).toBeVisible()
  await ui.page.getByRole('button', { name: /^Worked .* 3 commands · 2 files/ }).click()
  for (const kind of ['Reasoning', 'Plan', 'File change']) {
    await again.item(kind).scrollIntoViewIfNeeded()
    await expect(again.item(kind)).toBeVisible()
  }
  const asked = again.item('Command', 'date && uname -s')
  await asked.getByRole('button', { name: 'Details of command' }).click()
  await expect(asked.getByText('exit 0')).toBeVisible()
  await expect(asked.getByText('Allowed')).toBeVisible()
  await expect(asked.getByRole('log')).toContainText('Linux')
  await expect(ui.page.getByRole('status').filter({ hasText: 'Store: healthy' })).toBeVisible()
})

/** Counts in how many steps the message that begins with these words grows from now on. */
async function watchGrowth(page: Parameters<typeof partsOf>[0], words: string) {
  await page.evaluate((beginning) => {
    const lengths = new Set<number>()
    Object.assign(globalThis, { lengths })
    new MutationObserver(() => {
      const message = document.querySelector(
        `[role="group"][aria-label^="Agent message: ${beginning}"]`,
      )
      if (message?.textContent) lengths.add(message.textContent.length)
    }).observe(document.body, { subtree: true, childList: true, characterData: true })
  }, words)
  return () => page.evaluate(() => (globalThis as unknown as { lengths: Set<number> }).lengths.size)
}
