import { type Parts, partsOf, send, startDemo } from './fixtures/parts.ts'
import { expect, test } from './fixtures/test.ts'

/** A thread with two turns that ended. */
async function twoTurns(parts: Parts): Promise<void> {
  await send(parts, 'help')
  await expect(parts.turn(1, 'completed')).toBeVisible()
  await send(parts, 'patch')
  await expect(parts.turn(2, 'completed')).toBeVisible()
}

test('a fork at a turn goes on by itself, and its source stays as it was', async ({ ui }) => {
  const thread = await startDemo(ui.page)
  await twoTurns(thread)
  await thread.button('Menu of turn 1').click()
  await ui.page.getByRole('menuitem', { name: /^Fork from here/ }).click()
  await expect(thread.turn(1, 'completed')).toBeVisible()
  await expect(thread.turn(2, 'completed')).toHaveCount(0)
  await send(thread, 'command')
  const second = thread.turn(2, 'completed')
  await expect(second.getByRole('group', { name: 'User message: command' })).toBeVisible()
  await expect(thread.threads.getByRole('treeitem', { name: /^help, / })).toHaveCount(2)

  await thread.threads
    .getByRole('treeitem', { name: /^help, / })
    .last()
    .click()
  await expect(
    thread.turn(2, 'completed').getByRole('group', { name: 'User message: patch' }),
  ).toBeVisible()
})

test('going back to before a turn brings its words back to be changed, after a question', async ({
  ui,
}) => {
  const thread = await startDemo(ui.page)
  await twoTurns(thread)
  await thread.button('Menu of turn 2').click()
  await ui.page.getByRole('menuitem', { name: 'Edit and re-run…' }).click()
  const question = ui.page.getByRole('alertdialog', { name: 'Go back to before turn 2?' })
  await question.getByRole('button', { name: 'Cancel' }).click()
  await expect(thread.turn(2, 'completed')).toBeVisible()

  await thread.button('Menu of turn 2').click()
  await ui.page.getByRole('menuitem', { name: 'Edit and re-run…' }).click()
  await question.getByRole('button', { name: 'Revert and edit' }).click()
  await expect(thread.turn(2, 'completed')).toHaveCount(0)
  await expect(thread.composer).toHaveValue('patch')
  // What was taken out stands in a thread of its own.
  await thread.button('Show it').click()
  await expect(
    thread.turn(2, 'completed').getByRole('group', { name: 'User message: patch' }),
  ).toBeVisible()
  await thread.button('Back').click()
  await expect(thread.turn(2, 'completed')).toHaveCount(0)
  await send(thread, 'command')
  await expect(
    thread.turn(2, 'completed').getByRole('group', { name: 'User message: command' }),
  ).toBeVisible()

  await ui.killAndRestart()
  const again = partsOf(ui.page)
  await again.threads
    .getByRole('treeitem', { name: /^help, / })
    .first()
    .click()
  const second = again.turn(2, 'completed')
  await expect(second.getByRole('group', { name: 'User message: command' })).toBeVisible()
  await expect(again.transcript.getByText('User message: patch')).toHaveCount(0)
})

test('in plan mode a plan is proposed, and the chip tells which mode it is', async ({ ui }) => {
  const thread = await startDemo(ui.page)
  await thread.button('mode: default').click()
  await expect(thread.button('mode: plan')).toBeVisible()
  await send(thread, 'a corner for reading')
  const turn = thread.turn(1, 'completed')
  const plan = turn.getByRole('group', { name: /^Plan: / })
  await expect(plan.getByRole('heading', { name: 'A reading corner' })).toBeVisible()
  await expect(turn.getByText('proposed_plan')).toHaveCount(0)
  await ui.page.keyboard.press('Control+k')
  await thread.palette.fill('plan mode')
  await ui.page.keyboard.press('Enter')
  await expect(thread.button('mode: default')).toBeVisible()
})

test('the findings of a review stand in the transcript', async ({ ui }) => {
  const thread = await startDemo(ui.page)
  await send(thread, 'help')
  await expect(thread.turn(1, 'completed')).toBeVisible()
  await thread.button('Thread menu').click()
  await ui.page.getByRole('menuitem', { name: 'Review changes…' }).click()
  const dialog = ui.page.getByRole('dialog', { name: 'Review changes' })
  await dialog.getByRole('button', { name: 'Start review' }).click()
  const turn = thread.turn(2, 'completed')
  await expect(turn.getByText('review of current changes')).toBeVisible()
  const findings = turn.getByRole('group', { name: /^Review: / })
  await expect(findings).toContainText('Close the window before it rains')
  await expect(findings).toContainText('/demo/window.ts:3-5')
})

test('the context is compacted, and the transcript keeps everything', async ({ ui }) => {
  const thread = await startDemo(ui.page)
  await send(thread, 'help')
  await expect(thread.turn(1, 'completed')).toBeVisible()
  await thread.button('Thread menu').click()
  await ui.page.getByRole('menuitem', { name: /^Compact context/ }).click()
  await expect(thread.turn(2, 'completed').getByText('context compacted')).toBeVisible()
  await expect(thread.turn(1, 'completed').getByText('I am scripted')).toBeVisible()
  await send(thread, 'command')
  await expect(thread.turn(3, 'completed')).toBeVisible()
})

test('queued messages are put in another order by keyboard', async ({ ui }) => {
  const thread = await startDemo(ui.page)
  await send(thread, 'approve')
  await expect(thread.approvals).toBeVisible()
  for (const words of ['help first', 'command second']) {
    await thread.composer.fill(words)
    await thread.button('Queue').click()
    await expect(thread.queue).toContainText(words)
  }
  await thread.button('Edit message 2').focus()
  await ui.page.keyboard.press('Alt+ArrowUp')
  const entries = thread.queue.getByRole('listitem')
  await expect(entries.first()).toContainText('command second')
  await thread.approvals.getByRole('button', { name: 'Allow once' }).click()
  const said = (number: number, words: string) =>
    thread.turn(number, 'completed').getByRole('group', { name: `User message: ${words}` })
  await expect(said(2, 'command second')).toBeVisible()
  await expect(said(3, 'help first')).toBeVisible()
})
