import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright/test'
import { rolloutLines, wholeTurn, writeRollout } from '../test/rollout-files.ts'
import { partsOf, send, startDemo } from './fixtures/parts.ts'
import { expect, test } from './fixtures/test.ts'

const A = '01960000-0000-7000-8000-00000000000a'

async function importFrom(page: Page, place: string): Promise<void> {
  const dialog = page.getByRole('dialog', { name: 'Import threads' })
  await dialog.getByRole('textbox', { name: 'Folder or rollout file' }).fill(place)
  await dialog.getByRole('button', { name: 'Import', exact: true }).click()
}

test('threads of another app come in from the first page, with a report, and open', async ({
  ui,
}) => {
  const { page, home } = ui
  const codex = join(home, 'codex')
  const lines = rolloutLines({ id: A }, wholeTurn('legacy', 't1', 'mend the roof', 'It is mended.'))
  await writeRollout(codex, A, [lines[0] ?? '', 'not json', ...lines.slice(1)])
  await page.getByRole('button', { name: 'Import threads…' }).click()
  await importFrom(page, codex)
  const report = page.getByRole('region', { name: 'Import report' })
  await expect(report).toContainText('1 thread was imported, with 2 items.')
  await expect(report).toContainText('line 2: not JSON')
  await page.keyboard.press('Escape')
  const { thread, transcript } = partsOf(page)
  await thread('mend the roof').click()
  await expect(transcript).toContainText('It is mended.')

  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Command palette' }).fill('Import threads')
  await page.keyboard.press('Enter')
  await importFrom(page, codex)
  await expect(report).toContainText('0 threads were imported')
})

test('a thread is exported, deleted, and comes back from its file', async ({ ui }) => {
  const { page, home } = ui
  const parts = await startDemo(page)
  await send(parts, 'help me keep this')
  await expect(parts.turn(1, 'completed')).toBeVisible()
  const file = join(home, 'kept.skein')
  await page.getByRole('button', { name: 'Thread menu' }).click()
  await page.getByRole('menuitem', { name: 'Export…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Export thread' })
  await dialog.getByRole('textbox', { name: 'New file' }).fill(file)
  await dialog.getByRole('button', { name: 'Export', exact: true }).click()
  await expect(dialog).toHaveCount(0)
  expect(existsSync(file)).toBe(true)

  await page.getByRole('button', { name: 'Thread menu' }).click()
  await page.getByRole('menuitem', { name: 'Delete…' }).click()
  await page.getByRole('button', { name: 'Delete thread' }).click()
  await expect(parts.thread('help me keep this')).toHaveCount(0)
  await page.getByRole('button', { name: 'Import threads…' }).click()
  await importFrom(page, file)
  await expect(page.getByRole('region', { name: 'Import report' })).toContainText('1 thread')
  await page.keyboard.press('Escape')
  await parts.thread('help me keep this').click()
  await expect(parts.turn(1, 'completed')).toBeVisible()
})

test('Settings tell what the store takes, and back it up', async ({ ui }) => {
  const { page, home } = ui
  await page.keyboard.press('Control+,')
  await page.getByRole('button', { name: 'Storage', exact: true }).click()
  await expect(page.getByText('Everything is saved on this machine.')).toBeVisible()
  await expect(page.getByText('Free on this disk')).toBeVisible()
  await page.getByLabel('Deleted threads').selectOption('For ever')
  await expect(page.getByRole('status').filter({ hasText: 'Removes none now' })).toBeVisible()
  await page.getByRole('button', { name: 'Keep so long' }).click()
  await expect(page.getByRole('button', { name: 'Keep so long' })).toHaveCount(0)
  await expect(page.getByLabel('Deleted threads')).toHaveValue('null')
  await page.getByRole('button', { name: 'Back up now' }).click()
  await expect(page.getByText(/^Backed up .* to /)).toBeVisible()
  const [backup = ''] = readdirSync(join(home, 'backups'))
  expect(statSync(join(home, 'backups', backup)).size).toBeGreaterThan(0)
})
