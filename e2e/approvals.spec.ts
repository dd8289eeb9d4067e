import { partsOf, send, startDemo } from './fixtures/parts.ts'
import { expect, test } from './fixtures/test.ts'

const QUESTION = 'approve'

test('a question is answered by keyboard alone, and takes no focus by itself', async ({ ui }) => {
  const { page } = ui
  const thread = partsOf(page)
  await expect(thread.button('Try the demo')).toBeVisible()
  await tabTo('Try the demo')
  await page.keyboard.press('Enter')
  await expect(thread.composer).toBeVisible()
  await page.keyboard.press('Control+l')
  await expect(thread.composer).toBeFocused()
  await page.keyboard.type(QUESTION)
  await page.keyboard.press('Enter')

  const card = thread.approvals
  await expect(card).toHaveAccessibleName(/id -un/)
  await expect(thread.composer).toBeFocused()
  await page.keyboard.type('a')
  await expect(thread.composer).toHaveValue('a')
  await page.keyboard.press('Backspace')
  // Shift+Tab steps through the permissions until Escape gives it its meaning back.
  await page.keyboard.press('Escape')
  await tabTo('Allow once', 'Shift+Tab')
  // The keys of a card wait a moment after it appeared, so that none hits it by accident.
  await expect(async () => {
    if ((await card.count()) > 0) await page.keyboard.press('a')
    await expect(card).toHaveCount(0, { timeout: 1_000 })
  }).toPass()
  await expect(thread.turn(1, 'completed')).toBeVisible()
  await expect(thread.item('Agent message', 'You allowed it')).toBeVisible()

  async function tabTo(name: string, key = 'Tab'): Promise<void> {
    const target = thread.button(name)
    for (let presses = 0; presses < 30; presses++) {
      if (await target.evaluate((element) => element === document.activeElement)) return
      await page.keyboard.press(key)
    }
    throw new Error(`${name} is not reached by ${key}`)
  }
})

test('what is declined does not run, and the turn goes on', async ({ ui }) => {
  const thread = await startDemo(ui.page)
  await send(thread, QUESTION)
  await thread.approvals.getByRole('button', { name: 'Decline' }).click()
  await expect(thread.turn(1, 'completed')).toBeVisible()
  await expect(thread.item('Agent message', 'It did not run')).toBeVisible()
  await ui.page.getByRole('button', { name: /^Worked/ }).click()
  const command = thread.item('Command', 'id -un')
  await expect(command.getByText('declined', { exact: true })).toBeVisible()
  await command.getByRole('button', { name: 'Details of command' }).click()
  await expect(command.getByText('Declined', { exact: true })).toBeVisible()
})

test('the turn is stopped from the card', async ({ ui }) => {
  const thread = await startDemo(ui.page)
  await send(thread, QUESTION)
  await thread.approvals.getByRole('button', { name: 'Stop turn' }).click()
  await expect(thread.turn(1, 'interrupted')).toBeVisible()
  await expect(thread.approvals).toHaveCount(0)
  await expect(thread.button('Send')).toBeVisible()
})

test('allowed for the session, the same command does not ask again', async ({ ui }) => {
  const thread = await startDemo(ui.page)
  await send(thread, QUESTION)
  await thread.approvals.getByRole('button', { name: 'Allow for this session' }).click()
  await expect(thread.turn(1, 'completed')).toBeVisible()
  await send(thread, `${QUESTION} again`)
  await expect(thread.turn(2, 'completed')).toBeVisible()
  await expect(thread.turn(2, 'completed').getByText('You allowed it')).toBeVisible()
})

test('the list of all questions answers one of a thread that is not open', async ({ ui }) => {
  const { page } = ui
  const thread = await startDemo(page)
  await send(thread, QUESTION)
  await expect(thread.approvals).toBeVisible()
  await thread.button('New thread').click()
  await expect(thread.thread(QUESTION)).toHaveAccessibleName(`${QUESTION}, waiting for approval`)
  await expect(thread.status.getByRole('button', { name: '1 approval' })).toBeVisible()
  await page.keyboard.press('Control+Shift+a')
  const all = page.getByRole('dialog', { name: 'Approvals' })
  await all.getByRole('button', { name: 'Allow once' }).click()
  await expect(thread.thread(QUESTION)).toHaveAccessibleName(`${QUESTION}, idle, unread`)
  await expect(thread.status.getByRole('button', { name: '0 approvals' })).toHaveCount(1)
})

test('always allowed, it never asks again, until the rule is taken back in Settings', async ({
  ui,
}) => {
  const { page } = ui
  const thread = await startDemo(page)
  await send(thread, QUESTION)
  await thread.approvals.getByRole('button', { name: 'Always allow…' }).click()
  await thread.approvals.getByRole('button', { name: 'Save rule and allow' }).click()
  await expect(thread.turn(1, 'completed')).toBeVisible()
  await send(thread, `${QUESTION} again`)
  await expect(thread.turn(2, 'completed').getByText('You allowed it')).toBeVisible()

  await page.keyboard.press('Control+,')
  await page.getByRole('button', { name: 'Rules', exact: true }).click()
  const rules = page.getByRole('list', { name: 'Rules' })
  await expect(rules.getByText('id -un')).toBeVisible()
  await expect(rules.getByText('used once')).toBeVisible()
  await rules.getByRole('button', { name: 'Revoke the rule for id -un' }).click()
  await expect(page.getByText('There are no rules yet.')).toBeVisible()
  await page.getByRole('button', { name: 'Back to threads' }).click()
  await send(thread, `${QUESTION} once more`)
  await expect(thread.approvals).toHaveAccessibleName(/id -un/)
})
