import { partsOf, send, startDemo } from './fixtures/parts.ts'
import { electron, expect, test, web } from './fixtures/test.ts'

test('F6 goes round the regions of the window, and each gets its focus back', async ({ ui }) => {
  const { page } = ui
  const thread = await startDemo(page)
  await send(thread, 'help')
  await expect(thread.turn(1, 'completed')).toBeVisible()
  await page.keyboard.press('Control+Shift+y')
  await thread.composer.focus()
  const round: string[] = []
  for (let steps = 0; steps < 7; steps++) {
    await page.keyboard.press('F6')
    round.push(await regionOfFocus())
  }
  const once = round.slice(0, 6)
  expect([...once].sort()).toEqual(
    ['', 'Inspector', 'Message and queue', 'Status', 'Thread', 'Threads'].sort(),
  )
  expect(round[6]).toBe(round[0])
  await thread.composer.focus()
  await page.keyboard.press('F6')
  await page.keyboard.press('Shift+F6')
  await expect(thread.composer).toBeFocused()

  /** By its name; "" is the title bar. */
  function regionOfFocus(): Promise<string> {
    return page.evaluate(() => {
      const region = document.activeElement?.closest('[data-region]')
      return region ? (region.getAttribute('aria-label') ?? '') : 'none'
    })
  }
})

test('the palette runs a command and goes to a thread, and gives the focus back', async ({
  ui,
}) => {
  const { page } = ui
  const { composer, palette } = await startDemo(page)
  await composer.focus()
  await page.keyboard.press('Control+k')
  await expect(palette).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(composer).toBeFocused()

  await page.keyboard.press('Control+k')
  await page.keyboard.type('theme dark')
  await page.keyboard.press('Enter')
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await page.keyboard.type('help')
  await page.keyboard.press('Enter')
  await expect(partsOf(page).turn(1, 'completed')).toBeVisible()

  await page.keyboard.press('Control+n')
  await expect(page.getByRole('heading', { name: 'New thread' })).toBeVisible()
  await page.keyboard.press('Control+p')
  await page.keyboard.type('help')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'help', level: 1 })).toBeVisible()
  await page.keyboard.press('Control+l')
  await expect(composer).toBeFocused()
})

test('keys typed right after the palette was opened are its own, however soon it is opened again', async ({
  ui,
}) => {
  const { page } = ui
  const { composer, palette } = await startDemo(page)
  await composer.focus()
  for (let times = 0; times < 10; times++) {
    await page.keyboard.press('Control+k')
    await page.keyboard.type('th')
    await expect(palette).toHaveValue('th')
    await page.keyboard.press('Escape')
  }
  await expect(composer).toHaveValue('')
  await expect(composer).toBeFocused()
})

test('Shift+Enter makes a new line, Enter sends, and Up recalls', async ({ ui }) => {
  const thread = await startDemo(ui.page)
  const { composer } = thread
  await composer.focus()
  await ui.page.keyboard.type('help')
  await ui.page.keyboard.press('Shift+Enter')
  await ui.page.keyboard.type('me')
  await expect(composer).toHaveValue('help\nme')
  await ui.page.keyboard.press('Enter')
  await expect(thread.turn(1, 'completed')).toBeVisible()
  await expect(composer).toHaveValue('')
  await ui.page.keyboard.press('ArrowUp')
  await expect(composer).toHaveValue('help\nme')
})

test('at 480 px nothing scrolls sideways, and the panels come as overlays', web, async ({ ui }) => {
  await ui.page.setViewportSize({ width: 480, height: 800 })
  await showNarrow(ui)
})

test(
  'the smallest window at half again its zoom scrolls nothing sideways',
  electron,
  async ({ ui, electronApp }) => {
    await electronApp.electron.evaluate(({ BrowserWindow }) => {
      const [window] = BrowserWindow.getAllWindows()
      window?.setContentSize(720, 900)
      window?.webContents.setZoomFactor(1.5)
    })
    await expect.poll(() => ui.page.evaluate(() => innerWidth)).toBe(480)
    await showNarrow(ui)
  },
)

async function showNarrow({ page }: { page: Parameters<typeof partsOf>[0] }): Promise<void> {
  const thread = partsOf(page)
  await expect(thread.button('Try the demo')).toBeVisible()
  await expectNoSidewaysScroll()
  await thread.button('Try the demo').click()
  await send(thread, 'Show me around')
  await expect(thread.approvals).toBeVisible()
  await expectNoSidewaysScroll()
  await thread.approvals.getByRole('button', { name: 'Allow once' }).click()
  await expect(thread.turn(1, 'completed')).toBeVisible()
  await expectNoSidewaysScroll()
  await thread.button('Toggle sidebar').click()
  await expect(thread.thread('Show me around')).toBeVisible()
  await expectNoSidewaysScroll()
  await page.keyboard.press('Escape')
  await expect(thread.threads).toHaveCount(0)
  await page.keyboard.press('Control+Shift+y')
  await expect(thread.inspector).toBeVisible()
  await expectNoSidewaysScroll()

  async function expectNoSidewaysScroll(): Promise<void> {
    const excess = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement
      const scrolled = [...document.querySelectorAll('main, .frame, .frame-middle')]
      return [
        scrollWidth - clientWidth,
        ...scrolled.map((part) => part.scrollWidth - part.clientWidth),
      ].filter((pixels) => pixels > 0)
    })
    expect(excess).toEqual([])
  }
}
