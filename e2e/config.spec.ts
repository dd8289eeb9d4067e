import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright/test'
import { message, response } from '../test/responses-events.ts'
import { stream } from '../test/responses-server.ts'
import { send, startIn } from './fixtures/parts.ts'
import { test as withModel } from './fixtures/scripted-model.ts'
import { expect, test } from './fixtures/test.ts'

const answer = stream(response([message('Done.')]))

async function choose(page: Page, setting: string, value: string): Promise<Locator> {
  const chip = page.getByRole('button', { name: new RegExp(`^${setting}: `) })
  await chip.click()
  await page.getByRole('menuitemradio', { name: new RegExp(`^${value}`) }).click()
  return chip
}

/** The page listens as soon as it shows something. */
async function openSettings(page: Page): Promise<void> {
  await expect(page.getByRole('button', { name: 'New thread', exact: true }).first()).toBeVisible()
  await page.keyboard.press('Control+,')
}

withModel(
  'a model for one turn only leaves two snapshots that differ in exactly that row',
  async ({ ui, models }) => {
    const { page } = ui
    models.otherwise(answer)
    const thread = await startIn(page, ui.home)
    await send(thread, 'The first')
    await expect(thread.turn(1, 'completed')).toBeVisible()

    // The thread keeps its model; the file's new one can be chosen as soon as the window hears of it.
    const file = join(ui.home, 'config.toml')
    writeFileSync(file, readFileSync(file, 'utf8').replace('mock-model', 'other-model'))
    const chip = page.getByRole('button', { name: /^model: / })
    await expect(async () => {
      await chip.click()
      await page.getByRole('menuitemradio', { name: 'other-model' }).click({ timeout: 500 })
    }).toPass()
    await page.getByRole('checkbox', { name: 'Only this turn' }).check()
    await page.getByRole('button', { name: 'What would change' }).click()
    const dialog = page.getByRole('dialog', { name: 'What would change' })
    const rows = dialog.getByRole('table', { name: 'Changes' }).getByRole('row')
    await expect(rows).toHaveCount(2)
    await expect(
      dialog.getByRole('row', { name: 'model: mock-model becomes other-model' }),
    ).toContainText('this turn')
    await page.keyboard.press('Escape')

    await send(thread, 'The second')
    await expect(thread.turn(2, 'completed')).toBeVisible()
    await expect(chip).toHaveAccessibleName('model: mock-model')
    await send(thread, 'The third')
    await expect(thread.turn(3, 'completed')).toBeVisible()
    const asked = models.requests.map(({ body }) => (body as { model: string }).model)
    expect(asked).toEqual(['mock-model', 'other-model', 'mock-model'])

    await page.keyboard.press('Control+Shift+y')
    await page.getByRole('radio', { name: 'Left: Turn 1' }).check()
    await page.getByRole('radio', { name: 'Right: Turn 2' }).check()
    const diff = page.getByRole('table', { name: 'Differences between turn 1 and turn 2' })
    await expect(diff.getByRole('row')).toHaveCount(2)
    const row = diff.getByRole('row').nth(1)
    await expect(row.getByRole('cell')).toHaveText([
      'model',
      'mock-modelset by user',
      'other-modelset by this turn',
    ])
    await page.getByRole('button', { name: 'Turn 2', exact: true }).click()
    await page.getByRole('checkbox', { name: 'Only changed since the first turn' }).check()
    const settings = page.getByRole('table', { name: 'Settings' })
    await expect(settings.getByRole('row')).toHaveCount(2)
    await expect(settings.getByTestId('config:model')).toBeVisible()
    await page.getByRole('radio', { name: 'Right: Turn 3' }).check()
    await expect(page.getByText('ran under the same settings')).toBeVisible()
  },
)

withModel('a refused override disables Send with the reason', async ({ ui, models }) => {
  const { page } = ui
  models.otherwise(answer)
  const requirements = join(ui.home, 'requirements.toml')
  const thread = await startIn(page, ui.home)
  writeFileSync(requirements, 'allowed_approval_policies = ["on-request", "untrusted"]\n')
  const chip = await choose(page, 'approvals', 'Never ask')
  await page.getByRole('textbox', { name: 'Message' }).fill('Do it')
  await expect(chip).toHaveAccessibleName(/, refused$/)
  const button = page.getByRole('button', { name: 'Send' })
  await expect(button).toHaveAttribute('aria-disabled', 'true')
  await expect(button).toHaveAccessibleDescription(
    `invalid value for \`approval_policy\`: \`never\` is not in the allowed set [on-request, untrusted] (set by ${requirements})`,
  )
  await page.getByRole('textbox', { name: 'Message' }).press('Enter')
  await expect(page.getByRole('textbox', { name: 'Message' })).toHaveValue('Do it')

  await page.getByRole('button', { name: 'Reset all' }).click()
  await expect(button).not.toHaveAttribute('aria-disabled', 'true')
  await button.click()
  await expect(thread.turn(1, 'completed')).toBeVisible()
})

withModel(
  'settings that are seldom changed show as chips once they are',
  async ({ ui, models }) => {
    const { page } = ui
    models.otherwise(answer)
    const thread = await startIn(page, ui.home)
    await page.getByRole('button', { name: 'More settings' }).click()
    await page.getByRole('menuitemradio', { name: /^automatic review/ }).click()
    const reviewer = page.getByRole('button', { name: /^reviewer: / })
    await expect(reviewer).toHaveAccessibleName(
      'reviewer: automatic review, changed from you answer',
    )
    await page.getByRole('button', { name: 'More settings' }).click()
    await page.getByRole('menuitemradio', { name: /^concise summary/ }).click()
    await page.getByRole('checkbox', { name: 'Only this turn' }).check()
    await send(thread, 'Do it')
    await expect(thread.turn(1, 'completed')).toBeVisible()
    await expect(reviewer).toHaveCount(0)
    await page.keyboard.press('Control+Shift+y')
    await page.getByRole('button', { name: 'Turn 1', exact: true }).click()
    await expect(page.getByTestId('config:approvalsReviewer')).toHaveAccessibleName(
      'approvalsReviewer: auto_review, set by this turn',
    )
    await page.getByRole('button', { name: 'Copy', exact: true }).click()
    await page.getByRole('menuitem', { name: /^As TOML/ }).click()
    await expect(page.getByText('Settings copied as TOML')).toBeVisible()
  },
)

withModel('the sandbox says of a path what decides', async ({ ui, models }) => {
  const { page } = ui
  models.otherwise(answer)
  await startIn(page, ui.home)
  await page.keyboard.press('Control+Shift+y')
  const field = page.getByRole('textbox', { name: 'Test a path' })
  const verdict = page.getByRole('region', { name: 'Sandbox' }).getByRole('status')
  await field.fill('/etc/passwd')
  await expect(verdict).toContainText('May be read only.')
  await field.fill('.git/config')
  await expect(verdict).toContainText('protected')
  await page.getByRole('button', { name: 'Layers of model', exact: true }).click()
  await expect(page.getByTestId('config:model')).toContainText(join(ui.home, 'config.toml'))
})

withModel('a config edit keeps comments, and says what it would change', async ({ ui }) => {
  const { page } = ui
  const file = join(ui.home, 'config.toml')
  const before = readFileSync(file, 'utf8').replace(
    'model = "mock-model"',
    '# the one for every day\nmodel = "mock-model" # small',
  )
  writeFileSync(file, before)
  await openSettings(page)
  await expect(page.getByRole('heading', { name: 'Config', level: 1 })).toBeFocused()
  const row = page.getByTestId('settings-config:model')
  await expect(row).toHaveAccessibleName('model: mock-model, set by user')
  await page.getByRole('button', { name: 'Change model', exact: true }).click()
  await row.getByRole('textbox', { name: 'In your file' }).fill('other-model')
  await row.getByRole('button', { name: 'What would change' }).click()
  await expect(
    row.getByRole('row', { name: 'model: mock-model becomes other-model' }),
  ).toBeVisible()
  expect(readFileSync(file, 'utf8')).toBe(before)
  await row.getByRole('button', { name: 'Save' }).click()
  await expect(row).toHaveAccessibleName('model: other-model, set by user')
  expect(readFileSync(file, 'utf8')).toBe(before.replace('"mock-model"', '"other-model"'))
})

withModel(
  'a folder may configure threads only after a person trusted it',
  async ({ ui, models }) => {
    const { page } = ui
    models.otherwise(answer)
    const project = join(ui.home, 'project')
    mkdirSync(join(project, '.skein'), { recursive: true })
    writeFileSync(join(project, '.skein', 'config.toml'), 'approval_policy = "untrusted"\n')
    await startIn(page, project)
    const approvals = page.getByRole('button', { name: /^approvals: / })
    await expect(approvals).toHaveAccessibleName('approvals: ask when needed')

    await page.getByRole('button', { name: 'New thread', exact: true }).first().click()
    await page.getByRole('combobox', { name: 'Folder' }).fill(project)
    const question = page.getByRole('region', { name: 'Do you trust this folder?' })
    await question.getByRole('button', { name: 'Trust this folder' }).click()
    await expect(question).toHaveCount(0)
    await page.getByRole('button', { name: 'Start thread' }).click()
    await expect(approvals).toHaveAccessibleName('approvals: ask often')

    await page.keyboard.press('Control+,')
    const folders = page.getByRole('list', { name: 'Trusted folders' })
    await expect(folders).toContainText(project)
    await page.getByRole('button', { name: `Forget ${project}` }).click()
    await expect(folders).not.toContainText(project)
  },
)

test('Settings open by key, by palette and by name, and close by Escape', async ({ ui }) => {
  const { page } = ui
  await openSettings(page)
  await expect(page.getByRole('main', { name: 'Settings' })).toBeVisible()
  await page.getByRole('button', { name: 'Appearance' }).click()
  await page.getByRole('combobox', { name: 'Theme' }).selectOption('dark')
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await page.getByRole('button', { name: 'Larger text size' }).click()
  await expect(page.locator('html')).toHaveCSS('font-size', '17.6px')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('main', { name: 'Thread' })).toBeVisible()
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Command palette' }).fill(':short')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Shortcuts', level: 1 })).toBeVisible()
})
