// Makes docs/screenshots from the real window, in light and dark: the pictures of README.md. Needs a build; takes
// the desktop app where there is a display, else the window in a browser.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { ensureBuilt, requireNode, root } from '../scripts/build-state.mjs'
import { findElectron, noDisplay } from '../scripts/electron-binary.mjs'
import { appEnvironment, type RunningApp } from './fixtures/app.ts'
import { chromiumPath } from './fixtures/browser.ts'
import { launchElectron } from './fixtures/electron-app.ts'
import { send, startDemo } from './fixtures/parts.ts'
import { launchWeb } from './fixtures/web-app.ts'

const folder = join(root, 'docs/screenshots')
const size = { width: 1280, height: 800 }

requireNode()
ensureBuilt()
mkdirSync(folder, { recursive: true })
for (const theme of ['light', 'dark'] as const) await picture(theme)

async function picture(theme: 'light' | 'dark'): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'skein-'))
  const app = await launch(home)
  try {
    const { page } = app
    await page.setViewportSize(size)
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    const take = async (name: string) => {
      await page.screenshot({ path: join(folder, `${name}-${theme}.png`), animations: 'disabled' })
    }
    await page.getByRole('heading', { name: 'Welcome to Skein' }).waitFor()
    await take('start')

    const thread = await startDemo(page)
    await send(thread, 'Show me around')
    await thread.approvals.waitFor()
    await take('approval')

    await thread.approvals.getByRole('button', { name: 'Allow once' }).click()
    await thread.turn(1, 'completed').waitFor()
    await page.getByRole('button', { name: /^Worked/ }).click()
    await thread
      .item('File change')
      .getByRole('button', { name: /^Details/ })
      .click()
    await take('thread')

    await page.keyboard.press('Control+Shift+Y')
    await thread.inspector.getByRole('row').nth(3).waitFor()
    await take('config')

    await page.keyboard.press('Control+K')
    await thread.palette.waitFor()
    await take('palette')
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
