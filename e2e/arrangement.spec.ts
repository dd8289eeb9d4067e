// How a person puts threads in order: sections, pins, snoozes, orders, read marks, and drafts that are never lost.
import type { Page } from 'playwright/test'
import { expectAccessible } from './fixtures/accessible.ts'
import { type Parts, partsOf, send, startDemo } from './fixtures/parts.ts'
import { expect, test } from './fixtures/test.ts'

async function startThreads(page: Page, ...titles: readonly string[]): Promise<Parts> {
  for (const title of titles) {
    const thread = await startDemo(page)
    await send(thread, title)
    await expect(thread.turn(1, 'completed')).toBeVisible()
  }
  return partsOf(page)
}

async function choose(page: Page, title: string, verb: string): Promise<void> {
  await partsOf(page).thread(title).hover()
  await page.getByRole('button', { name: `More for ${title}` }).click()
  await page.getByRole('menuitem', { name: verb, exact: true }).click()
}

/** The titles of the rows and the names of the groups, from top to bottom. */
async function shown(page: Page): Promise<readonly string[]> {
  const rows = page.locator('.thread-list-heading, .thread-row-name')
  return rows.allInnerTexts()
}

test('threads go into a section, change places by keyboard, and leave it by undo', async ({
  ui,
}) => {
  const { page } = ui
  const { thread, threads, button } = await startThreads(page, 'help one', 'help two', 'help three')
  await choose(page, 'help one', 'Move to section…')
  const dialog = page.getByRole('dialog', { name: 'Move 1 thread to a section' })
  await dialog.getByRole('textbox', { name: 'New section' }).fill('Later')
  await expectAccessible(page, 'move to a section')
  await page.keyboard.press('Enter')
  await expect(dialog).toHaveCount(0)
  await expect(page.getByText('1 thread moved to Later')).toBeVisible()
  await expect
    .poll(() => shown(page))
    .toEqual(['Later', 'help one', 'Today', 'help three', 'help two'])
  await choose(page, 'help two', 'Move to section…')
  await page.getByRole('dialog').getByRole('button', { name: 'Later' }).click()
  await expect
    .poll(() => shown(page))
    .toEqual(['Later', 'help one', 'help two', 'Today', 'help three'])
  await thread('help two').click()
  await threads.focus()
  await page.keyboard.press('Alt+ArrowUp')
  await expect
    .poll(async () => (await shown(page)).slice(0, 3))
    .toEqual(['Later', 'help two', 'help one'])
  await button('Undo').last().click()
  await expect.poll(async () => (await shown(page)).slice(0, 2)).toEqual(['Later', 'help one'])
  await ui.restart()
  await expect.poll(async () => (await shown(ui.page)).slice(0, 2)).toEqual(['Later', 'help one'])
})

test('a thread is dragged before another one of a section', async ({ ui }) => {
  const { page } = ui
  const { thread } = await startThreads(page, 'help one', 'help two')
  await choose(page, 'help one', 'Move to section…')
  await page.getByRole('textbox', { name: 'New section' }).fill('Work')
  await page.keyboard.press('Enter')
  await expect.poll(async () => (await shown(page)).slice(0, 2)).toEqual(['Work', 'help one'])
  await thread('help two').dragTo(thread('help one'))
  await expect.poll(() => shown(page)).toEqual(['Work', 'help two', 'help one'])
})

test('pinned threads stand on top, snoozed ones at the end, until they are woken', async ({
  ui,
}) => {
  const { page } = ui
  const { thread, button } = await startThreads(page, 'help one', 'help two')
  await choose(page, 'help one', 'Pin')
  await expect(thread('help one')).toHaveAccessibleName(/, pinned$/)
  await expect.poll(() => shown(page)).toEqual(['Pinned', 'help one', 'Today', 'help two'])
  await choose(page, 'help two', 'Snooze…')
  const dialog = page.getByRole('dialog', { name: 'Snooze 1 thread' })
  await expectAccessible(page, 'snooze')
  await dialog.getByRole('button', { name: /^Tomorrow morning/ }).click()
  await expect.poll(() => shown(page)).toEqual(['Pinned', 'help one', 'Snoozed', 'help two'])
  await choose(page, 'help two', 'Wake now')
  await expect.poll(() => shown(page)).toEqual(['Pinned', 'help one', 'Today', 'help two'])
  await button('Undo').last().click()
  await expect.poll(() => shown(page)).toEqual(['Pinned', 'help one', 'Snoozed', 'help two'])
})

test('the list is sorted by title and grouped by project, and stays so', async ({ ui }) => {
  const { page } = ui
  await startThreads(page, 'help beta', 'help alpha')
  await choose(page, 'help beta', 'Move to project…')
  await page.getByRole('textbox', { name: 'New project' }).fill('Maps')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Sort and group' }).click()
  await page.getByRole('menuitemradio', { name: 'Title' }).click()
  await expect.poll(() => shown(page)).toEqual(['Today', 'help alpha', 'help beta'])
  await page.getByRole('button', { name: 'Sort and group' }).click()
  await page
    .getByRole('group', { name: 'Group by' })
    .getByRole('menuitemradio', { name: 'Project' })
    .click()
  await expect.poll(() => shown(page)).toEqual(['Maps', 'help beta', 'No project', 'help alpha'])
  await page.reload()
  await expect.poll(() => shown(page)).toEqual(['Maps', 'help beta', 'No project', 'help alpha'])
})

test('sections are looked after in one place', async ({ ui }) => {
  const { page } = ui
  await startThreads(page, 'help one')
  await page.getByRole('button', { name: 'Sort and group' }).click()
  await page.getByRole('menuitem', { name: 'Sections and projects…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Sections and projects' })
  for (const name of ['First', 'Second']) {
    await dialog.getByRole('textbox', { name: 'New section' }).fill(name)
    await page.keyboard.press('Enter')
    await expect(dialog.getByRole('textbox', { name: `Name of section ${name}` })).toBeVisible()
  }
  await dialog.getByRole('button', { name: 'Move section Second up' }).click()
  const names = dialog.getByRole('list', { name: 'Sections' }).getByRole('textbox')
  await expect(names.first()).toHaveValue('Second')
  await expectAccessible(page, 'sections')
  await dialog.getByRole('button', { name: 'Remove section First' }).click()
  await expect(names).toHaveCount(1)
})

test('a thread marked unread stays so until somebody comes back to it', async ({ ui }) => {
  const { page } = ui
  const { thread } = await startThreads(page, 'help one', 'help two')
  await choose(page, 'help two', 'Mark unread')
  await expect(thread('help two')).toHaveAccessibleName('help two, idle, unread')
  await thread('help one').click()
  await expect(thread('help two')).toHaveAccessibleName('help two, idle, unread')
  await thread('help two').click()
  await expect(thread('help two')).toHaveAccessibleName('help two, idle')
})

test('what was typed is shared by all windows, and there again after the app was killed', async ({
  ui,
}) => {
  const { page } = ui
  const parts = await startDemo(page)
  await send(parts, 'help one')
  await expect(parts.turn(1, 'completed')).toBeVisible()
  const second = await ui.openWindow()
  await partsOf(second).thread('help one').click()
  await parts.composer.fill('half a thought')
  // Another window shows it once the app has it.
  await expect(partsOf(second).composer).toHaveValue('half a thought')
  await ui.killAndRestart()
  await partsOf(ui.page).thread('help one').click()
  await expect(partsOf(ui.page).composer).toHaveValue('half a thought')
})
