import { functionCall, message, response } from '../test/responses-events.ts'
import { stream } from '../test/responses-server.ts'
import { type Parts, partsOf, send, startDemo, startIn } from './fixtures/parts.ts'
import { test as withModel } from './fixtures/scripted-model.ts'
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
  await pressUntilGone(thread, 'a')
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

test('a rule is made narrower before it is saved, and then lets only that pass', async ({ ui }) => {
  const { page } = ui
  const thread = await startDemo(page)
  await send(thread, QUESTION)
  await thread.approvals.getByRole('button', { name: 'Always allow…' }).click()
  await page.getByRole('textbox', { name: 'Only when these words follow' }).fill('--quiet')
  await expect(thread.approvals.getByText('id -un --quiet --anything')).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(thread.turn(1, 'completed')).toBeVisible()
  await page.keyboard.press('Control+,')
  await page.getByRole('button', { name: 'Rules', exact: true }).click()
  await expect(page.getByRole('list', { name: 'Rules' })).toContainText('id -un --quiet')
  await page.getByRole('button', { name: 'Back to threads' }).click()
  await send(thread, `${QUESTION} again`)
  await expect(thread.approvals).toHaveAccessibleName(/id -un/)
})

test('questions of several threads are gone through by J and K, and declined at once', async ({
  ui,
}) => {
  const { page } = ui
  for (const words of [`${QUESTION} one`, `${QUESTION} two`]) {
    const thread = await startDemo(page)
    await send(thread, words)
    await expect(thread.approvals).toBeVisible()
  }
  const { status, turn } = partsOf(page)
  await page.keyboard.press('Control+Shift+a')
  const cards = page.getByRole('region', { name: 'Approvals' }).locator('[data-approval]')
  await expect(cards).toHaveCount(2)
  await expect(cards.first()).toBeFocused()
  await page.keyboard.press('j')
  await expect(cards.last()).toBeFocused()
  await page.keyboard.press('k')
  await expect(cards.first()).toBeFocused()
  // The keys of a card wait a moment after it appeared, so that none hits it by accident.
  await expect(async () => {
    if ((await cards.count()) > 1) await page.keyboard.press('d')
    await expect(cards).toHaveCount(1, { timeout: 1_000 })
  }).toPass()
  await expect(cards.first()).toBeFocused()
  await page.keyboard.press('Escape')
  const third = await startDemo(page)
  await send(third, `${QUESTION} three`)
  await expect(third.approvals).toBeVisible()
  await page.keyboard.press('Control+Shift+a')
  await page.getByRole('button', { name: 'Decline all' }).click()
  await expect(cards).toHaveCount(0)
  await page.keyboard.press('Escape')
  await expect(status.getByRole('button', { name: '0 approvals' })).toBeVisible()
  await expect(turn(1, 'completed').getByText('It did not run')).toBeVisible()
})

const asksMore = functionCall('request_permissions', {
  reason: 'To write the report',
  permissions: { file_system: { write: ['/srv/reports'] }, network: { enabled: true } },
})
const questions = [
  {
    id: 'colour',
    header: 'Colour',
    question: 'Which colour shall it have?',
    options: [{ label: 'Blue' }, { label: 'Green', description: 'as the grass' }],
  },
]
const done = stream(response([message('Thank you.', { id: 'msg_end' })]))

withModel('the agent asks in plan mode, and is answered by keyboard', async ({ ui, models }) => {
  const { page } = ui
  models.script(stream(response([functionCall('request_user_input', { questions })])), done)
  const thread = await startIn(page, ui.home)
  await thread.button('mode: default').click()
  await expect(thread.button('mode: plan')).toBeVisible()
  await send(thread, 'Paint it')
  const card = page.getByRole('group', { name: 'Question: Colour' })
  await expect(card.getByRole('button', { name: 'Answer' })).toHaveAccessibleDescription(
    'Every question needs an answer',
  )
  await card.getByRole('radio', { name: /^Blue/ }).focus()
  await page.keyboard.press('ArrowDown')
  await expect(card.getByRole('radio', { name: /^Green/ })).toBeChecked()
  await card.getByRole('textbox', { name: /^Own answer/ }).fill('Red')
  await page.keyboard.press('Enter')
  await expect(thread.turn(1, 'completed')).toBeVisible()
  expect(outputs(models)).toContain('Red')
})

withModel.describe('with the tool for more permissions', () => {
  withModel.use({ furtherConfig: '[features]\nrequest_permissions_tool = true\n' })

  withModel('more permissions are granted by key, and refused', async ({ ui, models }) => {
    const { page } = ui
    models.script(stream(response([asksMore])), done, stream(response([asksMore])), done)
    const thread = await startIn(page, ui.home)
    await send(thread, 'Report')
    const card = thread.approvals
    await expect(card).toHaveAccessibleName('Approval: more permissions')
    await expect(card).toContainText('write in /srv/reports')
    await expect(card).toContainText('use the network')
    await card.getByRole('button', { name: 'Decline' }).focus()
    await pressUntilGone(thread, 'a')
    await expect(thread.turn(1, 'completed')).toBeVisible()
    expect(outputs(models)).toContain('/srv/reports')

    await send(thread, 'Once more')
    await thread.approvals.getByRole('button', { name: 'Decline' }).click()
    await expect(thread.turn(2, 'completed')).toBeVisible()
  })
})

/** What the model was told last of its calls. */
function outputs(models: { requests: readonly { body: { input: unknown } }[] }): string {
  return JSON.stringify(models.requests.at(-1)?.body.input)
}

/** The keys of a card wait a moment after it appeared, so that none hits it by accident. */
async function pressUntilGone(thread: Parts, key: string): Promise<void> {
  const { approvals } = thread
  await expect(async () => {
    if ((await approvals.count()) > 0) await approvals.page().keyboard.press(key)
    await expect(approvals).toHaveCount(0, { timeout: 1_000 })
  }).toPass()
}
