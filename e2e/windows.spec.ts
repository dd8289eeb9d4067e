import { partsOf, send, startDemo, startIn } from './fixtures/parts.ts'
import { gatedMessage, test as withModel } from './fixtures/scripted-model.ts'
import { expect, test } from './fixtures/test.ts'

withModel('two windows on one thread show the same text as it streams', async ({ ui, models }) => {
  const pieces = ['One. ', 'Two. ', 'Three.']
  const { reply, next } = gatedMessage(pieces)
  models.script(reply)
  const first = await startIn(ui.page, ui.home)
  await send(first, 'Count to three')
  await expect.poll(() => models.requests.length).toBe(1)
  next()
  await expect(first.item('Agent message')).toContainText('One.')

  const second = partsOf(await ui.openWindow())
  await second.thread('Count to three').click()
  await expect(second.item('Agent message')).toContainText('One.')
  next()
  for (const window of [first, second]) {
    await expect(window.item('Agent message')).toContainText('One. Two.')
    await expect(window.turn(1, 'running')).toBeVisible()
  }
  next()
  for (const window of [first, second]) {
    const message = window.turn(1, 'completed').getByRole('group', { name: /^Agent message/ })
    await expect(message.getByRole('paragraph')).toHaveText('One. Two. Three.')
  }
})

test('a question that one window answers goes from the other', async ({ ui }) => {
  const first = await startDemo(ui.page)
  await send(first, 'approve')
  await expect(first.approvals).toBeVisible()
  const second = partsOf(await ui.openWindow())
  await second.thread('approve').click()
  await expect(second.approvals).toBeVisible()
  await first.approvals.getByRole('button', { name: 'Allow once' }).click()
  for (const window of [first, second]) {
    await expect(window.turn(1, 'completed').getByText('You allowed it')).toBeVisible()
    await expect(window.approvals).toHaveCount(0)
    await expect(window.status.getByRole('button', { name: '0 approvals' })).toBeVisible()
  }
})

test('a draft is kept: it is there in a window opened later, and after the window was loaded anew', async ({
  ui,
}) => {
  const first = await startDemo(ui.page)
  await send(first, 'help')
  await expect(first.turn(1, 'completed')).toBeVisible()
  await first.composer.fill('Not yet sent')
  const second = partsOf(await ui.openWindow())
  await second.thread('help').click()
  await expect(second.composer).toHaveValue('Not yet sent')
  await ui.page.reload()
  await first.thread('help').click()
  await expect(first.composer).toHaveValue('Not yet sent')
  await first.composer.fill('The last word before the window went')
  await ui.page.reload()
  await first.thread('help').click()
  await expect(first.composer).toHaveValue('The last word before the window went')
  await first.button('Send').click()
  await expect(second.turn(2, 'completed')).toBeVisible()
})
