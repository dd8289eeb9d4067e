import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { functionCall, message, response } from '../test/responses-events.ts'
import { stream } from '../test/responses-server.ts'
import { partsOf, send, startDemo, startIn } from './fixtures/parts.ts'
import { test as withModel } from './fixtures/scripted-model.ts'
import { expect, test } from './fixtures/test.ts'

const answer = stream(response([message('Done.')]))
/** A picture of one pixel. */
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

test('a slash offers commands by keyboard, and the words of the draft stay', async ({ ui }) => {
  const { page } = ui
  const thread = await startDemo(page)
  const list = page.getByRole('listbox', { name: 'Suggestions' })
  await thread.composer.focus()
  await page.keyboard.type('/')
  await expect(list.getByRole('option', { name: /^\/compact/ })).toBeVisible()
  await page.keyboard.type('pl')
  await expect(list.getByRole('option')).toHaveCount(1)
  await page.keyboard.press('Enter')
  await expect(thread.button('mode: plan')).toBeVisible()
  await expect(thread.composer).toHaveValue('')
  await expect(thread.composer).toBeFocused()

  await page.keyboard.type('/mod')
  await page.keyboard.press('Escape')
  await expect(list).toHaveCount(0)
  await expect(thread.composer).toHaveValue('/mod')
  await thread.composer.fill('')
  await page.keyboard.type('/mod')
  await page.keyboard.press('Tab')
  await expect(page.getByRole('menu')).toBeVisible()
  await page.keyboard.press('Escape')

  await thread.composer.fill('words to be cleared')
  await page.keyboard.press('Home')
  await page.keyboard.type('/cl')
  await page.keyboard.press('Enter')
  await expect(thread.composer).toHaveValue('')
  await thread.button('Undo').click()
  await expect(thread.composer).toHaveValue(/words to be cleared$/)
})

withModel('a file is mentioned by a few letters of its path', async ({ ui, models }) => {
  const { page } = ui
  models.otherwise(answer)
  const folder = join(ui.home, 'project')
  mkdirSync(join(folder, 'src'), { recursive: true })
  writeFileSync(join(folder, 'src', 'kettle.ts'), '')
  const thread = await startIn(page, folder)
  await thread.composer.focus()
  await page.keyboard.type('Look at @ket')
  const file = page.getByRole('option', { name: /kettle\.ts/ })
  await expect(file).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('Enter')
  await expect(thread.composer).toHaveValue('Look at @src/kettle.ts ')
  await page.keyboard.type('now')
  await page.keyboard.press('Enter')
  const turn = thread.turn(1, 'completed')
  await expect(turn.getByRole('list', { name: 'Attachments' })).toContainText('@kettle.ts')
  const asked = JSON.stringify(models.requests[0]?.body.input)
  expect(asked).toContain(`[kettle.ts](${join(folder, 'src', 'kettle.ts')})`)
})

test('an exclamation mark runs a command in the own shell, and says so before', async ({ ui }) => {
  const { page } = ui
  const thread = await startDemo(page)
  await thread.composer.focus()
  await page.keyboard.type('!')
  await expect(page.getByRole('note').getByText('Unsandboxed:')).toBeVisible()
  await expect(thread.button('Run unsandboxed')).toHaveAccessibleDescription(
    'Write a command first',
  )
  await page.keyboard.type('echo from my shell')
  await page.keyboard.press('Enter')
  const command = thread.turn(1, 'completed').getByRole('group', { name: /^Command: / })
  await expect(command).toContainText('echo from my shell')
  await expect(thread.composer).toHaveValue('')
})

test('long text that is pasted goes along as an attachment, or into the field', async ({ ui }) => {
  const { page } = ui
  const thread = await startDemo(page)
  const long = `begin ${'word '.repeat(1000)}end`
  await thread.composer.fill('help with this')
  await paste(thread.composer, { text: long })
  const attachments = page.getByRole('list', { name: 'Attachments' })
  await expect(attachments).toContainText('5,009 characters')
  await expect(thread.composer).toHaveValue('help with this')
  await thread.button('Undo').click()
  await expect(thread.composer).toHaveValue(`help with this${long}`)
  await thread.composer.fill('help with this')
  await paste(thread.composer, { text: long })
  await thread.button('Send').click()
  const turn = thread.turn(1, 'completed')
  await expect(turn.getByRole('group', { name: /^User message: help with this/ })).toContainText(
    'begin word',
  )
  await expect(attachments).toHaveCount(0)
})

withModel('pictures are picked, pasted and dropped, and others refused', async ({ ui, models }) => {
  const { page } = ui
  models.otherwise(answer)
  const thread = await startIn(page, ui.home)
  const buffer = Buffer.from(PIXEL, 'base64')
  const picker = page.getByTestId('attach-files')
  await picker.setInputFiles({ name: 'dot.png', mimeType: 'image/png', buffer })
  await paste(thread.composer, { picture: PIXEL })
  const attachments = page
    .getByRole('region', { name: 'Message and queue' })
    .getByRole('list', { name: 'Attachments' })
  await expect(attachments.getByRole('listitem')).toHaveCount(2)
  await thread.button('Remove pasted.png').click()
  await picker.setInputFiles({
    name: 'blob.bin',
    mimeType: 'application/octet-stream',
    buffer: Buffer.from([0, 1, 2, 255]),
  })
  await expect(page.getByText('blob.bin is neither text nor a picture')).toBeVisible()
  await page.reload()
  await expect(attachments.getByRole('listitem')).toHaveText([/dot\.png/])
  await send(partsOf(page), 'What is this?')
  const turn = thread.turn(1, 'completed')
  await expect(turn.getByRole('img', { name: 'As attached' })).toBeVisible()
  const asked = JSON.stringify(models.requests[0]?.body.input)
  expect(asked).toContain(`data:image/png;base64,${PIXEL}`)
})

test('Shift+Tab steps through the permissions, and after Escape moves the focus', async ({
  ui,
}) => {
  const { page } = ui
  const thread = await startDemo(page)
  await thread.composer.focus()
  const chip = page.getByRole('button', { name: /^permissions: / })
  await expect(chip).toHaveAccessibleName('permissions: work in folder')
  await page.keyboard.press('Shift+Tab')
  await expect(chip).toHaveAccessibleName('permissions: read only, changed from work in folder')
  await page.keyboard.press('Shift+Tab')
  await expect(chip).toHaveAccessibleName('permissions: work in folder')
  await expect(thread.composer).toBeFocused()
  await page.keyboard.press('Escape')
  await page.keyboard.press('Shift+Tab')
  await expect(thread.composer).not.toBeFocused()
  await expect(chip).toHaveAccessibleName('permissions: work in folder')
})

withModel(
  'a command that goes on is typed into and stopped in Terminal',
  async ({ ui, models }) => {
    const { page } = ui
    const cmd = 'while read word; do echo "got $word"; done'
    models.script(
      stream(response([functionCall('exec_command', { cmd, tty: true, yield_time_ms: 250 })])),
      answer,
    )
    const thread = await startIn(page, ui.home)
    await thread.button('Toggle inspector').click()
    await thread.tab('Terminal').click()
    await expect(thread.inspector.getByText('No command goes on')).toBeVisible()
    await send(thread, 'Start it')
    await expect(thread.turn(1, 'completed')).toBeVisible()
    const terminal = thread.inspector.getByRole('group', { name: /^Terminal: / })
    await terminal.getByRole('textbox', { name: /^Type into/ }).fill('hello')
    await page.keyboard.press('Enter')
    await expect(terminal.getByRole('log')).toContainText('got hello')
    await terminal.getByRole('button', { name: /^Stop / }).click()
    await expect(thread.inspector.getByText('No command goes on')).toBeVisible()
  },
)

/** As the system would paste it. */
async function paste(
  field: ReturnType<typeof partsOf>['composer'],
  what: { text?: string; picture?: string },
): Promise<void> {
  await field.evaluate((element, { text, picture }) => {
    const clipboardData = new DataTransfer()
    if (text !== undefined) clipboardData.setData('text/plain', text)
    if (picture !== undefined) {
      const bytes = Uint8Array.from(atob(picture), (char) => char.charCodeAt(0))
      clipboardData.items.add(new File([bytes], 'pasted.png', { type: 'image/png' }))
    }
    const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true })
    element.dispatchEvent(event)
  }, what)
}
