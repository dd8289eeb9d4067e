// Makes docs/screenshots from the real window, in light and dark: `node_modules/.bin/node e2e/screenshots.ts`. It takes
// the desktop app where there is a display, else the window in a browser.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import type { Page } from 'playwright/test'
import { ensureBuilt, requireNode, root } from '../scripts/build-state.mjs'
import { findElectron, noDisplay } from '../scripts/electron-binary.mjs'
import { appEnvironment, type RunningApp } from './fixtures/app.ts'
import { chromiumPath } from './fixtures/browser.ts'
import { launchElectron } from './fixtures/electron-app.ts'
import { send, startDemo } from './fixtures/parts.ts'
import { launchWeb } from './fixtures/web-app.ts'

const folder = join(root, 'docs/screenshots')
const size = { width: 1280, height: 840 }

requireNode()
ensureBuilt()
mkdirSync(folder, { recursive: true })
for (const theme of ['light', 'dark'] as const) {
  const home = mkdtempSync(join(tmpdir(), 'skein-'))
  // So that the inspector has more than one layer to show.
  writeFileSync(join(home, 'config.toml'), 'approval_policy = "on-request"\n')
  const app = await launch(home)
  try {
    await takePictures(app.page, theme)
  } finally {
    await app.quit()
    rmSync(home, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function launch(home: string): Promise<RunningApp> {
  const electron = findElectron({ download: false })
  if ('path' in electron && !noDisplay()) return launchElectron(appEnvironment(home))
  process.env.SKEIN_CHROMIUM = await chromiumPath()
  return launchWeb(appEnvironment(home))
}

async function takePictures(page: Page, theme: 'light' | 'dark'): Promise<void> {
  const take = async (name: string) => {
    await page.mouse.move(size.width / 2, 0)
    await page.screenshot({ path: join(folder, `${name}-${theme}.png`), animations: 'disabled' })
  }
  await page.setViewportSize(size)
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
  await page.getByRole('heading', { name: 'Welcome to Skein' }).waitFor()
  await take('start')

  for (const words of ['Plan a pot of tea', 'Mend the poem with a patch']) {
    const other = await startDemo(page)
    await send(other, words)
    await other.turn(1, 'completed').waitFor()
  }
  const thread = await startDemo(page)
  await send(thread, 'Show me around')
  await thread.approvals.waitFor()
  await take('approval')

  await thread
    .item('File change')
    .getByRole('button', { name: /^Details/ })
    .click()
  await thread.button('Toggle inspector').click()
  await thread.tab('Plan').click()
  await page.getByRole('button', { name: /^Jump to latest/ }).click()
  await take('thread')

  await thread.approvals.getByRole('button', { name: 'Allow once' }).click()
  await thread.turn(1, 'completed').waitFor()
  await thread.tab('Changes').click()
  await thread.inspector.getByText('rows=3').waitFor()
  await take('diff')

  await thread.tab('Config').click()
  await thread.inspector.getByRole('row').nth(3).waitFor()
  await take('config')

  await page.keyboard.press('Control+k')
  await thread.palette.waitFor()
  await take('palette')
}
