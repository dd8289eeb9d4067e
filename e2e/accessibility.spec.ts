import type { Page } from 'playwright/test'
import { expectAccessible } from './fixtures/accessible.ts'
import { type Parts, partsOf, send, startDemo } from './fixtures/parts.ts'
import { expect, test } from './fixtures/test.ts'

/** What the console of the page complains about from its next loading on, the security policy included. */
async function watchForTrouble(page: Page): Promise<readonly string[]> {
  const trouble: string[] = []
  page.on('pageerror', (error) => trouble.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') trouble.push(message.text())
  })
  await page.reload()
  return trouble
}

test('start page, palette, help and the question before a deletion are accessible', async ({
  ui,
}) => {
  const { page } = ui
  const trouble = await watchForTrouble(page)
  const { button, palette } = partsOf(page)
  await expect(button('Try the demo')).toBeVisible()
  await expectAccessible(page, 'start page')
  await page.keyboard.press('Control+k')
  await expect(palette).toBeVisible()
  await expectAccessible(page, 'palette')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+/')
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible()
  await expectAccessible(page, 'shortcuts')
  await page.keyboard.press('Escape')

  const thread = await startDemo(page)
  await expectAccessible(page, 'empty thread')
  await send(thread, 'help')
  await expect(thread.turn(1, 'completed')).toBeVisible()
  await page.getByRole('button', { name: 'Thread menu' }).click()
  await expectAccessible(page, 'menu')
  await page.getByRole('menuitem', { name: 'Delete…' }).click()
  await expect(page.getByRole('alertdialog')).toBeVisible()
  await expectAccessible(page, 'deletion')
  expect(trouble).toEqual([])
})

test('open questions, the queue and a failed turn are accessible', async ({ ui }) => {
  const { page } = ui
  const trouble = await watchForTrouble(page)
  const thread = await startDemo(page)
  await send(thread, 'Show me around')
  await expect(thread.approvals).toBeVisible()
  await expectAccessible(page, 'open question')
  await page.keyboard.press('Control+Shift+a')
  await expect(page.getByRole('dialog', { name: 'Approvals' })).toBeVisible()
  await expectAccessible(page, 'list of questions')
  await page.keyboard.press('Escape')
  await thread.composer.fill('later, help')
  await thread.button('Queue').click()
  await expect(thread.queue).toBeVisible()
  await thread.composer.fill('and now')
  await thread.button('Steer').click()
  await expectAccessible(page, 'queue and steer')
  await thread.stop.click()
  await expect(thread.turn(1, 'interrupted')).toBeVisible()
  await send(thread, 'error')
  await expect(thread.turn(2, 'failed')).toBeVisible()
  await expectAccessible(page, 'failed turn')
  expect(trouble).toEqual([])
})

test('all kinds of cards and the inspector are accessible', async ({ ui }) => {
  const { page } = ui
  const trouble = await watchForTrouble(page)
  const thread = await startDemo(page)
  await send(thread, 'Show me around')
  await expect(thread.approvals).toBeVisible()
  await thread.composer.fill('and now')
  await thread.button('Steer').click()
  await thread.approvals.getByRole('button', { name: 'Allow once' }).click()
  await expect(thread.turn(1, 'completed')).toBeVisible()
  await thread.transcript.press('Home')
  await page.getByRole('button', { name: /^Worked .* 3 commands/ }).click()
  await openAllDetails(thread)
  await expectAccessible(page, 'all kinds of cards')
  await thread.button('Toggle inspector').click()
  for (const tab of ['Changes', 'Config', 'Goal', 'Plan', 'MCP', 'Usage', 'Terminal']) {
    await thread.tab(tab).click()
    await expectAccessible(page, `inspector, ${tab}`)
  }
  expect(trouble).toEqual([])
})

test('what the message field offers and takes along is accessible', async ({ ui }) => {
  const { page } = ui
  const trouble = await watchForTrouble(page)
  const thread = await startDemo(page)
  await thread.composer.fill('/')
  await expect(page.getByRole('listbox', { name: 'Suggestions' })).toBeVisible()
  await expectAccessible(page, 'commands')
  await thread.composer.fill('!date')
  await expect(thread.button('Run unsandboxed')).toBeVisible()
  await expectAccessible(page, 'own shell')
  await thread.composer.fill('with a file')
  await page.getByTestId('attach-files').setInputFiles({
    name: 'notes.txt',
    mimeType: 'text/plain',
    buffer: Buffer.from('a note'),
  })
  await expect(thread.button('Remove notes.txt')).toBeVisible()
  await expectAccessible(page, 'attachments')
  expect(trouble).toEqual([])
})

test('every section of Settings, the search and the list of goals are accessible', async ({
  ui,
}) => {
  const { page } = ui
  const trouble = await watchForTrouble(page)
  await startDemo(page)
  await page.keyboard.press('Control+Shift+f')
  await expect(page.getByRole('combobox', { name: 'Search everything' })).toBeVisible()
  await expectAccessible(page, 'search')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+Shift+g')
  await expect(page.getByRole('dialog', { name: 'Goals' })).toBeVisible()
  await expectAccessible(page, 'goals')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+,')
  const sections = page.getByTestId(/^settings:/)
  await expect(sections.first()).toBeVisible()
  for (let index = 0; index < (await sections.count()); index++) {
    const section = sections.nth(index)
    await section.click()
    await expectAccessible(page, `settings, ${await section.textContent()}`)
  }
  expect(trouble).toEqual([])
})

async function openAllDetails({ transcript }: Parts): Promise<void> {
  const closed = transcript.getByRole('button', { name: /^Details of/, expanded: false })
  for (let left = await closed.count(); left > 0; left--) await closed.first().click()
}
