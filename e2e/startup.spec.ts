import { spawn } from 'node:child_process'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { appEnvironment, exited, projectRoot } from './fixtures/app.ts'
import { electron, expect, test } from './fixtures/test.ts'

test('the window opens on a new profile, without an error', async ({ ui }) => {
  const errors: string[] = []
  ui.page.on('pageerror', (error) => errors.push(error.message))
  ui.page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text())
  })
  await ui.page.reload()
  await expect(ui.page).toHaveTitle(/Skein/)
  await expect(ui.page.getByRole('button', { name: 'New thread' }).first()).toBeVisible()
  expect(errors).toEqual([])
})

test('a profile that is made is for its owner alone', async ({ home }) => {
  const made = join(home, 'deep/profile')
  const child = spawn(process.execPath, [join(projectRoot, 'out/main/cli.js'), 'app-server'], {
    env: appEnvironment(made),
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  expect(await exited(child)).toBe(0)
  expect(statSync(made).mode & 0o077).toBe(0)
})

test('quitting ends the process with 0, and the app starts again on the same profile', async ({
  ui,
}) => {
  await expect(ui.page.getByRole('button', { name: 'New thread' }).first()).toBeVisible()
  expect(await ui.app.quit()).toBe(0)
  await ui.restart()
  await expect(ui.page.getByRole('button', { name: 'New thread' }).first()).toBeVisible()
})

test('a second window opens beside the first', async ({ ui }) => {
  const second = await ui.openWindow()
  await expect(second.getByRole('button', { name: 'New thread' }).first()).toBeVisible()
  await expect(ui.page.getByRole('button', { name: 'New thread' }).first()).toBeVisible()
})

test('another process on the same profile says who holds it, and ends', async ({ ui }) => {
  await expect(ui.page.getByRole('button', { name: 'New thread' }).first()).toBeVisible()
  const child = spawn(process.execPath, [join(projectRoot, 'out/main/cli.js'), 'app-server'], {
    env: appEnvironment(ui.home),
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let errors = ''
  child.stderr.on('data', (chunk) => {
    errors += String(chunk)
  })
  expect(await exited(child)).toBe(1)
  expect(errors).toContain(String(ui.app.process.pid))
})

test('a second start shows the first window and ends', electron, async ({ ui, electronApp }) => {
  await expect(ui.page.getByRole('button', { name: 'New thread' }).first()).toBeVisible()
  await electronApp.electron.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.minimize(),
  )
  expect(await electronApp.startAgain()).toBe(0)
  await expect
    .poll(() =>
      electronApp.electron.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows().map((window) => window.isMinimized()),
      ),
    )
    .toEqual([false])
})

test('the window comes back where it was', electron, async ({ ui, electronApp }) => {
  const bounds = { x: 40, y: 60, width: 900, height: 620 }
  await electronApp.electron.evaluate(
    ({ BrowserWindow }, wanted) => BrowserWindow.getAllWindows()[0]?.setBounds(wanted),
    bounds,
  )
  await ui.restart()
  const again = ui.app as typeof electronApp
  expect(
    await again.electron.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.getNormalBounds(),
    ),
  ).toEqual(bounds)
})

test('a window that crashed comes back by itself', electron, async ({ ui, electronApp }) => {
  await expect(ui.page.getByRole('button', { name: 'New thread' }).first()).toBeVisible()
  const found = await electronApp.electron.evaluate(async ({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents
    const isBack = new Promise<void>((resolve) => {
      contents?.once('did-finish-load', () => resolve())
    })
    contents?.forcefullyCrashRenderer()
    await isBack
    return contents?.executeJavaScript(`new Promise((resolve) => {
      const look = () =>
        document.querySelector('[data-testid="new-thread"]') ? resolve(true) : requestAnimationFrame(look)
      look()
    })`)
  })
  expect(found).toBe(true)
})
