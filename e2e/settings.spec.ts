import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { message, response } from '../test/responses-events.ts'
import { status, stream } from '../test/responses-server.ts'
import { partsOf, send, startDemo, startIn } from './fixtures/parts.ts'
import { test as withModel } from './fixtures/scripted-model.ts'
import { expect, test } from './fixtures/test.ts'

withModel(
  'the inspector shows each value with the layer that set it, now and for an earlier turn',
  async ({ ui, models }) => {
    const { page } = ui
    models.otherwise(stream(response([message('Done.')])))
    const thread = await startIn(page, ui.home)
    await send(thread, 'The first')
    await expect(thread.turn(1, 'completed')).toBeVisible()
    await choose('permissions', 'Read only')
    const chip = page.getByRole('button', { name: /^permissions: / })
    await expect(chip).toHaveAccessibleName('permissions: read only, changed from work in folder')
    await choose('approvals', 'Ask often')
    await send(thread, 'The second')
    await expect(thread.turn(2, 'completed')).toBeVisible()
    await expect(chip).toHaveAccessibleName('permissions: read only')

    await page.keyboard.press('Control+Shift+y')
    const { inspector } = thread
    await expect(inspector.getByRole('heading', { name: 'Settings now' })).toBeVisible()
    await expect(row('model', 'mock-model')).toHaveAccessibleName(/set by user$/)
    await expect(row('modelProvider', 'mock')).toHaveAccessibleName(/set by user$/)
    await expect(row('approvalPolicy', 'untrusted')).toBeVisible()
    await expect(sandbox('Mode')).toContainText('read only')

    const snapshot = thread.turn(1, 'completed').getByRole('button', { name: /^Settings snapshot/ })
    await snapshot.click()
    await expect(inspector.getByRole('heading', { name: 'Settings of turn 1' })).toBeVisible()
    await expect(row('approvalPolicy', 'on-request')).toHaveAccessibleName(/set by defaults$/)
    await expect(sandbox('Mode')).toContainText('write in the workspace')
    await thread.button('Show settings now').click()
    await expect(row('approvalPolicy', 'untrusted')).toBeVisible()
    await page.getByRole('searchbox', { name: 'Filter settings' }).fill('approvalPolicy')
    await expect(inspector.getByRole('table', { name: 'Settings' }).getByRole('row')).toHaveCount(2)

    async function choose(setting: string, value: string): Promise<void> {
      await page.getByRole('button', { name: new RegExp(`^${setting}: `) }).click()
      await page.getByRole('menuitemradio', { name: new RegExp(`^${value}`) }).click()
    }

    function row(key: string, value: string) {
      return inspector.getByRole('row', { name: new RegExp(`^${key}: ${value}, set by `) })
    }

    function sandbox(term: string) {
      const box = inspector.getByRole('region', { name: 'Sandbox' })
      return box.getByRole('definition').nth(['Mode', 'May write', 'Network'].indexOf(term))
    }
  },
)

withModel(
  'a turn works in another folder and answers in a given form, and the thread goes on as before',
  async ({ ui, models }) => {
    const { page } = ui
    models.otherwise(stream(response([message('{"summary":"done"}')])))
    const thread = await startIn(page, ui.home)
    await page.getByRole('button', { name: 'More settings' }).click()
    await page.getByRole('menuitem', { name: /^Work in another folder/ }).click()
    const folder = page.getByRole('dialog', { name: 'Work in another folder' })
    const field = folder.getByRole('textbox', { name: 'Folder' })
    await field.fill('relative')
    await expect(folder.getByRole('button', { name: 'Use this folder' })).toBeDisabled()
    await field.fill('/tmp')
    await field.press('Enter')
    await expect(page.getByRole('button', { name: /^folder: tmp, changed from / })).toBeVisible()
    await page.getByRole('checkbox', { name: 'Only this turn' }).check()

    await page.getByRole('button', { name: 'More settings' }).click()
    await page.getByRole('menuitem', { name: /^Answer in a given form/ }).click()
    const form = page.getByRole('dialog', { name: 'Answer in a given form' })
    const schema = form.getByRole('textbox', { name: 'JSON schema' })
    await schema.fill('{"type":"object"')
    await expect(form.getByRole('status')).toContainText('Not JSON')
    await schema.fill('{"type":"object","title":"Report"}')
    await form.getByRole('button', { name: 'Use for the next turn' }).click()
    const answer = page.getByRole('button', { name: 'answer: Report, changed from plain text' })
    await expect(answer).toBeVisible()

    await send(thread, 'Report')
    await expect(thread.turn(1, 'completed')).toBeVisible()
    await expect(answer).toBeHidden()
    await expect(page.getByRole('button', { name: /^folder: / })).toBeHidden()
    expect(models.requests.at(-1)?.body.text).toMatchObject({
      format: { schema: { title: 'Report' } },
    })
    await send(thread, 'And now?')
    await expect(thread.turn(2, 'completed')).toBeVisible()
    expect(models.requests.at(-1)?.body).not.toHaveProperty('text')
    const input = models.requests.at(-1)?.body.input.map((item) => JSON.stringify(item)) ?? []
    const sinceReport = input.slice(input.findIndex((item) => item.includes('"Report"')) + 1)
    expect(sinceReport.join('\n')).toContain(ui.home) // it is told that it is back
  },
)

withModel(
  'an error of the model is said plainly, and the thread goes on',
  async ({ ui, models }) => {
    const thread = await startIn(ui.page, ui.home)
    models.script(status(401, { error: { message: 'no such key' } }), status(500, 'kaput'))
    await send(thread, 'The first')
    const first = thread.turn(1, 'failed')
    await expect(
      first.getByRole('group', { name: 'Error: The provider did not accept the key' }),
    ).toContainText('no such key')
    await send(thread, 'The second')
    await expect(thread.turn(2, 'failed').getByRole('group', { name: /^Error: / })).toBeVisible()
    await expect(thread.thread('The first')).toHaveAccessibleName('The first, failed')
    models.script(stream(response([message('Now it works.')])))
    await send(thread, 'The third')
    await expect(thread.turn(3, 'completed').getByText('Now it works.')).toBeVisible()
    await expect(thread.thread('The first')).toHaveAccessibleName('The first, idle')
  },
)

test('a provider without its key is told before anything else is tried', async ({ ui }) => {
  writeFileSync(
    join(ui.home, 'config.toml'),
    [
      'model = "some-model"',
      'model_provider = "mine"',
      '[model_providers.mine]',
      'base_url = "http://127.0.0.1:9/v1"',
      'env_key = "SKEIN_TEST_MISSING_KEY"',
    ].join('\n'),
  )
  await ui.restart()
  const thread = await startIn(ui.page, ui.home)
  await send(thread, 'Hello')
  await expect(thread.turn(1, 'failed').getByRole('group', { name: /^Error: / })).toContainText(
    'SKEIN_TEST_MISSING_KEY',
  )
})

test.describe('with a broken config.toml', () => {
  test.use({ config: 'model = "unfinished\n' })

  test('a banner says where it is broken, and the app works', async ({ ui }) => {
    const banner = ui.page.getByTestId('banner:config')
    await expect(banner).toContainText('config.toml')
    await expect(banner).toContainText(/line 1/i)
    const thread = await startDemo(ui.page)
    await send(thread, 'help')
    await expect(thread.turn(1, 'completed')).toBeVisible()
    await banner.getByRole('button', { name: 'Dismiss' }).click()
    await expect(banner).toHaveCount(0)
    writeFileSync(join(ui.home, 'config.toml'), 'approval_policy = "never"\n')
    await ui.restart()
    await expect(partsOf(ui.page).button('New thread')).toBeVisible()
    await expect(ui.page.getByTestId('banner:config')).toHaveCount(0)
  })
})
