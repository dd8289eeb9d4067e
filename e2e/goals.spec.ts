import type { Page } from 'playwright/test'
import { partsOf, send, startDemo } from './fixtures/parts.ts'
import { expect, test } from './fixtures/test.ts'

const bar = (page: Page) => page.getByTestId('goal-bar')

async function command(page: Page, name: string): Promise<void> {
  await page.keyboard.press('ControlOrMeta+k')
  await page.getByRole('combobox', { name: 'Command palette' }).fill(`>${name}`)
  await page.keyboard.press('Enter')
}

interface GoalDraft {
  readonly objective: string
  readonly tokens: string
  readonly check?: string
}

async function setGoal(page: Page, { objective, tokens, check }: GoalDraft): Promise<void> {
  await command(page, 'Set goal')
  const dialog = page.getByRole('dialog', { name: 'Set a goal' })
  await dialog.getByLabel('Objective').fill(objective)
  await dialog.getByLabel('Token budget').fill(tokens)
  if (check !== undefined) {
    await dialog.getByRole('button', { name: 'Add check' }).click()
    await dialog.getByLabel('Name of check 1').fill('proof')
    await dialog.getByLabel('Command of check 1').fill(check)
  }
  await dialog.getByRole('button', { name: 'Set goal' }).click()
  await expect(dialog).toHaveCount(0)
}

test('a goal with a check works by itself: the check fails once, then passes', async ({ ui }) => {
  const { page } = ui
  const thread = await startDemo(page)
  await setGoal(page, {
    objective: 'Write the files until the proof is there',
    tokens: '900000',
    check: 'test -f done.txt',
  })
  await expect(page.getByRole('region', { name: 'Goal: active' })).toBeVisible()
  await expect(thread.turn(1, 'completed').getByText('The notes are written.')).toBeVisible()
  await expect(thread.turn(2, 'completed').getByText('All checks pass')).toBeVisible()
  await expect(thread.turn(2, 'completed').getByText('continued automatically')).toBeVisible()
  await expect(page.getByRole('region', { name: 'Goal: complete' })).toContainText(
    '1 of 1 checks passed',
  )
  await command(page, 'Show goal')
  const log = thread.inspector.getByRole('list', { name: 'Goal log' })
  await expect(log.getByText('Checks failed')).toBeVisible()
  await expect(log.getByText('All checks passed')).toBeVisible()
  await expect(thread.inspector.getByRole('img', { name: /tokens over 2 turns/ })).toBeVisible()
})

test.describe('while the demo takes its time', () => {
  test.use({ demoSpeed: 'natural' })

  test('a goal is held after a restart until the person continues; the dashboard pauses all', async ({
    ui,
  }) => {
    await startDemo(ui.page)
    await setGoal(ui.page, { objective: 'Go on until it is done', tokens: '900000' })
    await expect(bar(ui.page).getByRole('button', { name: 'Pause goal' })).toBeVisible()
    await ui.killAndRestart()
    const again = partsOf(ui.page)
    await again.thread('Go on until it is done').click()
    await expect(bar(ui.page)).toContainText('waits for you to continue')
    await bar(ui.page).getByRole('button', { name: 'Continue' }).click()
    await expect(again.stop).toBeVisible()
    await ui.page.keyboard.press('ControlOrMeta+Shift+g')
    const dialog = ui.page.getByRole('dialog', { name: 'All goals' })
    const row = dialog.getByRole('table', { name: 'Goals' }).getByRole('row').nth(1)
    await expect(row).toContainText('active')
    await dialog.getByRole('button', { name: 'Pause all goals' }).click()
    await expect(row).toContainText('all goals were paused')
    await dialog.getByRole('button', { name: 'Resume all goals' }).click()
    await expect(row).toContainText('active')
    await ui.page.keyboard.press('Escape')
    await expect(again.stop).toBeVisible()
    await again.stop.click()
    await expect(bar(ui.page)).toContainText('because you stopped the turn')
    await bar(ui.page).getByRole('button', { name: 'Resume goal' }).click()
    await expect(ui.page.getByRole('region', { name: 'Goal: active' })).toBeVisible()
  })
})

test('a budget that is used up stops the goal; one click tops it up', async ({ ui }) => {
  const { page } = ui
  const thread = await startDemo(page)
  await send(thread, 'help')
  await expect(thread.turn(1, 'completed')).toBeVisible()
  await setGoal(page, { objective: 'Write the files until it is done', tokens: '50' })
  const limited = page.getByRole('region', { name: 'Goal: budget limited' })
  await expect(limited).toContainText('its tokens are used up')
  await limited.getByRole('button', { name: 'Top up 50% and resume' }).click()
  await expect(thread.turn(3, 'completed')).toBeVisible()
})
