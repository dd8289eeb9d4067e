import type { RunningElectron } from './fixtures/electron-app.ts'
import { partsOf, send, startDemo, startIn } from './fixtures/parts.ts'
import { gatedMessage, test } from './fixtures/scripted-model.ts'
import { electron, expect } from './fixtures/test.ts'

test(
  'an address of the app shows its thread in the window there is',
  electron,
  async ({ ui, electronApp }) => {
    const thread = await startDemo(ui.page)
    await send(thread, 'help')
    await expect(thread.turn(1, 'completed')).toBeVisible()
    const id = await ui.page.evaluate(
      () => JSON.parse(localStorage.getItem('skein.window') ?? '{}').openThreadId as string,
    )
    await thread.button('New thread').first().click()
    await expect(thread.turn(1, 'completed')).toHaveCount(0)
    expect(await electronApp.startAgain(`skein://thread/${id}`)).toBe(0)
    await expect(thread.turn(1, 'completed')).toBeVisible()
  },
)

test(
  'while a turn runs the last window asks, and the turn goes on without one',
  electron,
  async ({ ui, electronApp, models }) => {
    const thread = await startIn(ui.page, ui.home)
    const { reply, next } = gatedMessage(['Half of it, ', 'and the rest.'])
    models.script(reply)
    await send(thread, 'Take your time')
    next()
    await expect(thread.transcript).toContainText('Half of it,')

    await answerQuestions(electronApp, 2)
    await closeWindow(electronApp)
    await expect.poll(() => questionsAsked(electronApp)).toEqual(['A thread is still at work.'])
    await expect(thread.transcript).toContainText('Half of it,')

    await answerQuestions(electronApp, 0)
    const closed = ui.page.waitForEvent('close')
    await closeWindow(electronApp)
    await closed
    next()
    const opened = electronApp.electron.waitForEvent('window')
    expect(await electronApp.startAgain()).toBe(0)
    const again = partsOf(await opened)
    await expect(again.turn(1, 'completed')).toContainText('Half of it, and the rest.')
  },
)

/** Nobody can click a dialog of the system here: it is answered in its place, and noted. */
function answerQuestions({ electron: app }: RunningElectron, response: number): Promise<void> {
  return app.evaluate(({ dialog }, choice) => {
    const asked = globalThis as { questionsAsked?: string[] }
    asked.questionsAsked = []
    dialog.showMessageBox = (async (_window: unknown, options: { message: string }) => {
      asked.questionsAsked?.push(options.message)
      return { response: choice, checkboxChecked: false }
    }) as typeof dialog.showMessageBox
  }, response)
}

function questionsAsked({ electron: app }: RunningElectron): Promise<string[] | undefined> {
  return app.evaluate(() => (globalThis as { questionsAsked?: string[] }).questionsAsked)
}

function closeWindow({ electron: app }: RunningElectron): Promise<void> {
  return app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
}
