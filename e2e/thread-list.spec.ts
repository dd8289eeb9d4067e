import { readdirSync } from 'node:fs'
import type { Page } from 'playwright/test'
import { expectAccessible } from './fixtures/accessible.ts'
import { type Parts, partsOf, send, startDemo } from './fixtures/parts.ts'
import { expect, test } from './fixtures/test.ts'

/** One thread of the demo for each title, the last one open; each has had one short turn. */
async function startThreads(page: Page, ...titles: readonly string[]): Promise<Parts> {
  for (const title of titles) {
    const thread = await startDemo(page)
    await send(thread, title)
    await expect(thread.turn(1, 'completed')).toBeVisible()
  }
  return partsOf(page)
}

test('a thread is renamed in the list by keyboard, and keeps its name', async ({ ui }) => {
  const { threads, thread } = await startThreads(ui.page, 'help one', 'help two')
  await threads.focus()
  await ui.page.keyboard.press('End')
  await ui.page.keyboard.press('F2')
  const field = ui.page.getByRole('textbox', { name: 'Thread title' })
  await expect(field).toBeFocused()
  await field.fill('The first thread')
  await ui.page.keyboard.press('Enter')
  await expect(thread('The first thread')).toBeVisible()
  await expect(thread('help one')).toHaveCount(0)

  await thread('help two').click()
  await ui.page.getByRole('heading', { name: 'help two' }).dblclick()
  await field.fill('Not kept')
  await ui.page.keyboard.press('Escape')
  await expect(ui.page.getByRole('heading', { name: 'help two' })).toBeVisible()
  await ui.restart()
  await expect(partsOf(ui.page).thread('The first thread')).toBeVisible()
  await expect(partsOf(ui.page).thread('help two')).toBeVisible()
})

test('search finds threads by their titles and says when there is none', async ({ ui }) => {
  const { page } = ui
  const { thread } = await startThreads(page, 'help with apples', 'help with pears')
  const search = page.getByRole('searchbox', { name: 'Search threads' })
  await search.fill('pear')
  await expect(thread('help with apples')).toHaveCount(0)
  await expect(thread('help with pears')).toBeVisible()
  await search.fill('plums')
  await expect(page.getByText('No thread has “plums” in its title.')).toBeVisible()
  await page.getByRole('button', { name: 'Clear search' }).first().click()
  await expect(thread('help with apples')).toBeVisible()
  await expect(search).toHaveValue('')
})

test('a thread goes into the archive and comes back, by undo and by its menu', async ({ ui }) => {
  const { page } = ui
  const { thread, button } = await startThreads(page, 'help stays', 'help goes')
  await page.getByRole('button', { name: 'Thread menu' }).click()
  await page.getByRole('menuitem', { name: 'Archive' }).click()
  await expect(thread('help goes')).toHaveCount(0)
  await button('Undo').click()
  await expect(thread('help goes')).toBeVisible()

  await thread('help goes').hover()
  await page.getByRole('button', { name: 'More for help goes' }).click()
  await page.getByRole('menuitem', { name: 'Archive' }).click()
  await expect(thread('help goes')).toHaveCount(0)
  await button('Archive').click()
  await expect(thread('help stays')).toHaveCount(0)
  await thread('help goes').click()
  const banner = page.getByRole('status').filter({ hasText: 'This thread is archived' })
  await expect(banner).toBeVisible()
  await expect(page.getByRole('textbox', { name: 'Message' })).toHaveCount(0)
  await banner.getByRole('button', { name: 'Unarchive' }).click()
  await expect(page.getByRole('textbox', { name: 'Message' })).toBeVisible()
  await button('Back to threads').click()
  await expect(thread('help goes')).toBeVisible()
  await expect(thread('help stays')).toBeVisible()
})

test('a thread is deleted only after a question, and for good', async ({ ui }) => {
  const { page } = ui
  const { thread } = await startThreads(page, 'help stays', 'help goes')
  await page.getByRole('button', { name: 'Thread menu' }).click()
  await page.getByRole('menuitem', { name: 'Delete…' }).click()
  const question = page.getByRole('alertdialog', { name: 'Delete “help goes”?' })
  await expect(question.getByRole('button', { name: 'Cancel' })).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(question).toHaveCount(0)
  await expect(thread('help goes')).toBeVisible()

  await page.getByRole('button', { name: 'Thread menu' }).click()
  await page.getByRole('menuitem', { name: 'Delete…' }).click()
  await question.getByRole('button', { name: 'Delete thread' }).click()
  await expect(thread('help goes')).toHaveCount(0)
  await ui.restart()
  await expect(partsOf(ui.page).thread('help stays')).toBeVisible()
  await expect(partsOf(ui.page).thread('help goes')).toHaveCount(0)
})

test('a turn that ends unseen marks its thread, until it was looked at', async ({ ui }) => {
  const thread = await startDemo(ui.page)
  await send(thread, 'approve')
  await expect(thread.approvals).toBeVisible()
  await startThreads(ui.page, 'help meanwhile')
  await expect(thread.thread('approve')).toHaveAccessibleName('approve, waiting for approval')
  await ui.page.keyboard.press('Control+Shift+a')
  const dialog = ui.page.getByRole('dialog', { name: 'Approvals' })
  await dialog.getByRole('button', { name: 'Allow once' }).click()
  await ui.page.keyboard.press('Escape')
  await expect(thread.thread('approve')).toHaveAccessibleName('approve, idle, unread')
  await thread.thread('approve').click()
  await expect(thread.thread('approve')).toHaveAccessibleName('approve, idle')
})

test('several threads are selected by mouse, archived at once and brought back', async ({ ui }) => {
  const { page } = ui
  const { thread, button } = await startThreads(page, 'help one', 'help two', 'help three')
  const bar = page.getByRole('toolbar', { name: 'Selected threads' })
  await thread('help three').click({ modifiers: ['Control'] })
  await expect(bar).toContainText('1 thread selected')
  await thread('help one').click({ modifiers: ['Shift'] })
  await expect(bar).toContainText('3 threads selected')
  await thread('help two').click({ modifiers: ['Control'] })
  await expect(bar).toContainText('2 threads selected')
  await expect(thread('help two')).toHaveAttribute('aria-selected', 'false')
  await expectAccessible(page, 'selection')
  await button('Archive selected').click()
  await expect(bar).toHaveCount(0)
  await expect(thread('help one')).toHaveCount(0)
  await expect(thread('help three')).toHaveCount(0)
  await expect(thread('help two')).toBeVisible()
  await button('Undo').click()
  await expect(thread('help one')).toBeVisible()
  await expect(thread('help three')).toBeVisible()
})

test('threads selected by keyboard are deleted after a question that names their number', async ({
  ui,
}) => {
  const { page } = ui
  const { thread, threads, button } = await startThreads(page, 'help one', 'help two', 'help stays')
  await threads.focus()
  await page.keyboard.press('End')
  await page.keyboard.press('Shift+ArrowUp')
  const bar = page.getByRole('toolbar', { name: 'Selected threads' })
  await expect(bar).toContainText('2 threads selected')
  await page.keyboard.press('Escape')
  await expect(bar).toHaveCount(0)
  await page.keyboard.press('Shift+End')
  await expect(bar).toContainText('2 threads selected')
  await button('Delete selected…').click()
  const question = page.getByRole('alertdialog', { name: 'Delete 2 threads?' })
  await expect(question.getByRole('listitem')).toHaveText(['help two', 'help one'])
  await expect(question.getByRole('button', { name: 'Cancel' })).toBeFocused()
  await expect(question).toContainText(/They take \d\S* [KMG]?B of the \d\S* [KMG]?B on disk/)
  await expectAccessible(page, 'deletion of several')
  await question.getByRole('button', { name: 'Export first…' }).click()
  await page.getByRole('textbox', { name: 'Folder' }).fill(`${ui.home}/`)
  await expectAccessible(page, 'export of several')
  await page.getByRole('button', { name: 'Export 2 threads' }).click()
  await expect(page.getByText(`2 threads exported to ${ui.home}`)).toBeVisible()
  expect(readdirSync(ui.home).filter((name) => name.endsWith('.skein'))).toHaveLength(2)
  await question.getByRole('button', { name: 'Delete 2 threads' }).click()
  await expect(thread('help one')).toHaveCount(0)
  await expect(thread('help two')).toHaveCount(0)
  await ui.restart()
  await expect(partsOf(ui.page).thread('help stays')).toBeVisible()
  await expect(partsOf(ui.page).thread('help two')).toHaveCount(0)
})

test('the list is narrowed by status and provider, and says what its filters hide', async ({
  ui,
}) => {
  const { page } = ui
  const waiting = await startDemo(page)
  await send(waiting, 'approve')
  await expect(waiting.approvals).toBeVisible()
  const { thread, button } = await startThreads(page, 'help one')
  await narrow(page, 'Status', 'Needs you')
  await expect(thread('approve')).toBeVisible()
  await expect(thread('help one')).toHaveCount(0)
  await expectAccessible(page, 'filtered list')
  await button('Remove filter: status Needs you').click()
  await expect(thread('help one')).toBeVisible()

  await narrow(page, 'Status', 'Failed')
  await expect(page.getByText('Hidden by status Failed: 2 threads.')).toBeVisible()
  await expectAccessible(page, 'nothing found')
  await button('Clear filters').click()
  await expect(thread('approve')).toBeVisible()
  await expect(thread('help one')).toBeVisible()

  await narrow(page, 'Model provider', /demo/i)
  await expect(thread('approve')).toBeVisible()
  await narrow(page, 'Where', 'Archived threads')
  await expect(page.getByText('No archived thread matches.')).toBeVisible()
})

async function narrow(page: Page, group: string, choice: string | RegExp): Promise<void> {
  await page.getByRole('button', { name: 'Filter threads' }).click()
  const choices = page.getByRole('group', { name: group })
  await choices.getByRole('menuitemradio', { name: choice }).click()
}
