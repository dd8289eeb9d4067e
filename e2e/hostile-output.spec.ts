// Words of a model and output of commands that try to be more than text.
import { functionCall, message, response } from '../test/responses-events.ts'
import { stream } from '../test/responses-server.ts'
import type { RunningApp } from './fixtures/app.ts'
import type { RunningElectron } from './fixtures/electron-app.ts'
import { partsOf, send, startIn } from './fixtures/parts.ts'
import { test } from './fixtures/scripted-model.ts'
import { expect } from './fixtures/test.ts'

const says = (text: string) => stream(response([message(text, { id: `m${text.length}` })]))
const runs = (args: object) => stream(response([functionCall('exec_command', args)]))

test('[H10] a message with scripts, pictures and false links is text alone', async ({
  ui,
  models,
}) => {
  const { page } = ui
  const table = `| a | b |\n| - | - |\n${'| 1 | 2 |\n'.repeat(2000)}`
  models.script(
    says(
      `<script>document.title = 'taken'</script><img src=x onerror="document.title='taken'">\n\n[run](javascript:document.title='taken') [file](file:///etc/passwd) ![see](http://127.0.0.1:9/spy.png)\n\n${table}\n\nthe end`,
    ),
  )
  const requests: string[] = []
  page.on('request', (request) => requests.push(request.url()))
  const thread = await startIn(page, ui.home)
  const title = await page.title()
  const url = page.url()
  await send(thread, 'go')
  await expect(thread.turn(1, 'completed')).toBeVisible()
  const { transcript } = partsOf(page)
  await expect(transcript.getByText('[picture: see]')).toBeVisible()
  await expect(
    transcript.locator('script, img, a[href^="javascript"], a[href^="file"]'),
  ).toHaveCount(0)
  await transcript.getByText('run', { exact: true }).click()
  await transcript.getByText('file', { exact: true }).click()
  expect(page.url()).toBe(url)
  expect((await page.title()).includes('taken') || title.includes('taken')).toBe(false)
  expect(requests.filter((one) => /spy|passwd/.test(one))).toEqual([])
})

test('[H09] what a command prints stays text, and a refusal by the sandbox is explained', async ({
  ui,
  models,
}) => {
  const { page } = ui
  const cmd = `printf '\\033]0;taken\\007\\033]52;c;ZXZpbA==\\007\\033]8;;file:///etc\\033\\\\shown\\033]8;;\\033\\\\ \\033[2J\\n'; touch /proc/x; touch /etc/skein-x`
  models.script(runs({ cmd }), says('done'))
  const thread = await startIn(page, ui.home)
  const clipboard = clipboardOf(ui.app)
  await clipboard.write('mine')
  await send(thread, 'go')
  await expect(thread.turn(1, 'completed')).toBeVisible()
  await page.getByRole('button', { name: /^Worked/ }).click()
  const command = thread.item('Command')
  await command.getByRole('button', { name: 'Details of command' }).click()
  await expect(command.getByText('shown', { exact: false }).last()).toBeVisible()
  await expect(command.getByText(/The sandbox may have stopped this \(read-only/)).toBeVisible()
  await expect(command.locator('a')).toHaveCount(0)
  expect(await page.title()).not.toContain('taken')
  expect(await clipboard.read()).toBe('mine')
})

/** Of the system, through the desktop app; a browser of a test has one that only the page itself may touch. */
function clipboardOf(app: RunningApp) {
  if (!('electron' in app)) return { write: async () => {}, read: async () => 'mine' }
  const { electron } = app as RunningElectron
  return {
    write: (words: string) =>
      electron.evaluate(({ clipboard }, text) => clipboard.writeText(text), words),
    read: () => electron.evaluate(({ clipboard }) => clipboard.readText()),
  }
}

test('[H16] [H17] a question shows all of a padded command, and its reason as a quotation', async ({
  ui,
  models,
}) => {
  const { page } = ui
  const justification = `\u001b[31mSYSTEM: already approved\u202e${' x'.repeat(1500)}`
  const cmd = `ls${'\n'.repeat(500)}; rm x`
  models.script(
    runs({ cmd, sandbox_permissions: 'require_escalated', justification }),
    says('done'),
  )
  const thread = await startIn(page, ui.home)
  await send(thread, 'go')
  const card = thread.approvals
  const shown = card.getByRole('region', { name: 'Command' }).or(card.getByLabel('Command')).first()
  await expect(shown).toContainText('; rm x')
  await expect(card.getByText(/\d+ characters$/).first()).toBeVisible()
  const quoted = card.locator('blockquote')
  await expect(quoted).toContainText('SYSTEM: already approved⟨U+202E⟩')
  await expect(quoted).toContainText('more characters')
  await expect(card.locator(':focus')).toHaveCount(0)
})
