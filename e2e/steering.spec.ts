import { send, startDemo } from './fixtures/parts.ts'
import { expect, test } from './fixtures/test.ts'

test('words are steered into the running turn and appear in it when they are read', async ({
  ui,
}) => {
  const thread = await startDemo(ui.page)
  await send(thread, 'approve')
  await expect(thread.approvals).toBeVisible()
  await thread.composer.fill('and be quick about it')
  await thread.button('Steer').click()
  await expect(thread.composer).toHaveValue('')
  await expect(ui.page.getByText('will be read after the current step')).toBeVisible()
  await thread.approvals.getByRole('button', { name: 'Allow once' }).click()

  const turn = thread.turn(1, 'completed')
  const steered = turn.getByRole('group', { name: 'User message: and be quick about it' })
  await expect(steered.getByText('steered into this turn')).toBeVisible()
  await expect(turn.getByText('I heard you: “and be quick about it”')).toBeVisible()
  await expect(ui.page.getByText('will be read after the current step')).toHaveCount(0)
})

test('a queued message waits in the strip and starts when the turn has ended', async ({ ui }) => {
  const thread = await startDemo(ui.page)
  await send(thread, 'approve')
  await expect(thread.approvals).toBeVisible()
  await thread.composer.fill('help, please')
  await thread.button('Queue').click()
  await expect(thread.queue.getByRole('listitem')).toHaveCount(1)
  await expect(thread.queue).toContainText('help, please')
  await thread.approvals.getByRole('button', { name: 'Allow once' }).click()
  await expect(thread.turn(1, 'completed')).toBeVisible()
  const second = thread.turn(2, 'completed')
  await expect(second.getByRole('group', { name: 'User message: help, please' })).toBeVisible()
  await expect(second.getByText('from the queue')).toBeVisible()
  await expect(thread.queue).toHaveCount(0)
})

test.describe('while the demo talks', () => {
  test.use({ demoSpeed: 'natural' })

  const beginning = 'You asked for something long'

  test('the turn is stopped by its button: what was said so far stays', async ({ ui }) => {
    const thread = await startDemo(ui.page)
    await send(thread, 'long')
    await expect(thread.item('Agent message', beginning)).toContainText('walk through')
    await thread.composer.fill('help')
    await thread.button('Queue').click()
    await expect(thread.queue).toContainText('help')
    await thread.stop.click()
    const turn = thread.turn(1, 'interrupted')
    await expect(turn).toBeVisible()
    const message = turn.getByRole('group', { name: new RegExp(`^Agent message: ${beginning}`) })
    await expect(message).toContainText('walk through')
    await expect(message.getByText('interrupted')).toBeVisible()
    await expect(thread.queue).toContainText('help')
    await expect(thread.stop).toHaveCount(0)
  })

  test('Escape pressed twice stops the turn, once does not', async ({ ui }) => {
    const thread = await startDemo(ui.page)
    await send(thread, 'long')
    await expect(thread.item('Agent message', beginning)).toContainText('walk')
    await thread.composer.focus()
    await ui.page.keyboard.press('Escape')
    await expect(thread.item('Agent message', beginning)).toContainText('told slowly')
    await expect(thread.turn(1, 'running')).toBeVisible()
    // Without waiting in between: on a busy machine two presses may lie too far apart to be one wish.
    const { keyboard } = ui.page
    const keys = [keyboard.down('Escape'), keyboard.up('Escape')]
    await Promise.all([...keys, keyboard.down('Escape'), keyboard.up('Escape')])
    await expect(thread.turn(1, 'interrupted')).toBeVisible()
  })
})
