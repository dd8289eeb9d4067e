import type { Page } from 'playwright/test'
import { partsOf, send, startDemo } from './fixtures/parts.ts'
import { electron, expect, test } from './fixtures/test.ts'

const bar = (page: Page) => page.getByTestId('goal-bar')

async function command(page: Page, name: string): Promise<void> {
  await page.keyboard.press('ControlOrMeta+k')
  await page.getByRole('combobox', { name: 'Command palette' }).fill(`>${name}`)
  await page.keyboard.press('Enter')
}

interface GoalDraft {
  readonly objective: string
  readonly tokens: string
  readonly permissions?: string
  readonly check?: string
  /** Parked for so many minutes. */
  readonly minutes?: string
}

async function setGoal(
  page: Page,
  { objective, tokens, permissions, check, minutes }: GoalDraft,
): Promise<void> {
  await command(page, 'Set goal')
  const dialog = page.getByRole('dialog', { name: 'Set a goal' })
  await dialog.getByLabel('Objective').fill(objective)
  await dialog.getByLabel('Token budget').fill(tokens)
  if (permissions !== undefined) {
    await expect(dialog.getByText(/^The latest turn took about/)).toBeVisible()
    await dialog.getByLabel('Permissions').selectOption(permissions)
  }
  if (check !== undefined) {
    await dialog.getByRole('button', { name: 'Add check' }).click()
    await dialog.getByLabel('Name of check 1').fill('proof')
    await dialog.getByLabel('Command of check 1').fill(check)
  }
  if (minutes !== undefined) {
    await dialog.getByLabel('Wait for').selectOption('A time')
    await dialog.getByLabel('Minutes from now').fill(minutes)
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
    // Its check takes longer than the journey: the turn that reports success lasts until it is stopped.
    const check = 'sleep 120'
    await setGoal(ui.page, { objective: 'Go on until it is done', tokens: '900000', check })
    await expect(bar(ui.page).getByRole('button', { name: 'Pause goal' })).toBeVisible()
    await ui.killAndRestart()
    const again = partsOf(ui.page)
    await again.thread('Go on until it is done').click()
    await expect(bar(ui.page)).toContainText('waits for you to continue')
    await bar(ui.page).getByRole('button', { name: 'Continue' }).click()
    await ui.page.keyboard.press('ControlOrMeta+Shift+g')
    const dialog = ui.page.getByRole('dialog', { name: 'All goals' })
    const row = dialog.getByRole('table', { name: 'Goals' }).getByRole('row').nth(1)
    await expect(row).toContainText('active')
    await dialog.getByRole('button', { name: 'Pause all goals' }).click()
    await expect(row).toContainText('all goals were paused')
    await dialog.getByRole('button', { name: 'Resume all goals' }).click()
    await expect(row).toContainText('active')
    await ui.page.keyboard.press('Escape')
    await expect(again.transcript.getByText('I believe the goal is reached').last()).toBeVisible()
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
  await setGoal(page, {
    objective: 'Write the files until it is done',
    tokens: '50',
    permissions: 'Full access',
  })
  await expect(page.getByTestId('chip:permissions')).toContainText('full access')
  const limited = page.getByRole('region', { name: 'Goal: budget limited' })
  await expect(limited).toContainText('its tokens are used up')
  await limited.getByRole('button', { name: 'Top up 50% and resume' }).click()
  await expect(thread.turn(3, 'completed')).toBeVisible()
})

test('a parked goal: words alone neither stop it nor set it going, a click does, and can be taken back', async ({
  ui,
}) => {
  const { page } = ui
  const thread = await startDemo(page)
  await setGoal(page, { objective: 'Write the files until done', tokens: '900000', minutes: '30' })
  await expect(bar(page)).toContainText('waiting for')
  await send(thread, 'stop, and help')
  await thread.button('Pause the goal').click()
  await expect(bar(page)).toContainText('paused by you')
  await bar(page).getByRole('button', { name: 'Undo' }).click()
  await expect(bar(page)).toContainText('waiting for')
  await bar(page).getByRole('button', { name: 'Pause goal' }).click()
  await expect(thread.turn(1, 'completed')).toBeVisible()
  await send(thread, 'help')
  await thread.button('Resume goal with this message').click()
  await expect(page.getByRole('region', { name: 'Goal: complete' })).toContainText('self-reported')
  await command(page, 'Show goal')
  await expect(thread.inspector.getByText('Estimated cost')).toBeVisible()
  await bar(page).getByRole('button', { name: 'Clear goal' }).click()
  await expect(bar(page)).toHaveCount(0)
  const messages = page.getByRole('region', { name: 'Goal messages' })
  await messages.getByRole('button', { name: 'Undo' }).click()
  await expect(bar(page)).toBeVisible()
})

test(
  'the system’s message about a used-up budget has a button that tops it up',
  electron,
  async ({ ui, electronApp }) => {
    // No test machine shows messages: what would be shown is kept, and its button pressed as the system would.
    await electronApp.electron.evaluate(({ Notification, BrowserWindow }) => {
      BrowserWindow.getFocusedWindow = () => null
      Notification.isSupported = () => true
      Notification.prototype.show = function show() {
        Object.assign(globalThis, { shownLast: this })
      }
    })
    const { page } = ui
    const thread = await startDemo(page)
    await setGoal(page, { objective: 'Write the files until it is done', tokens: '50' })
    const shownBody = () =>
      electronApp.electron.evaluate(() => Reflect.get(globalThis, 'shownLast')?.body)
    await expect.poll(shownBody).toBe('The goal has used up its budget')
    const pressed = await electronApp.electron.evaluate(() => {
      const shown = Reflect.get(globalThis, 'shownLast') as Electron.Notification
      shown.emit('action', {}, 0)
      return shown.actions.map(({ text }) => text)
    })
    expect(pressed).toEqual(['Top up 50% and resume'])
    await expect(thread.turn(2, 'completed')).toBeVisible()
  },
)
