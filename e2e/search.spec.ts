import { message, response } from '../test/responses-events.ts'
import { stream } from '../test/responses-server.ts'
import { type Parts, partsOf, send, startIn } from './fixtures/parts.ts'
import { test } from './fixtures/scripted-model.ts'
import { expect } from './fixtures/test.ts'

const answer = (text: string) => stream(response([message(text)]))

async function turn(thread: Parts, number: number, words: string): Promise<void> {
  await send(thread, words)
  await expect(thread.turn(number, 'completed')).toBeVisible()
}

test('search finds what was said in any thread and opens at the place', async ({ ui, models }) => {
  const { page } = ui
  models.script(answer('A heron stands in the water.'), answer('Nothing of birds.'))
  await turn(await startIn(page, ui.home), 1, 'what is that bird')
  await turn(await startIn(page, ui.home), 1, 'something else')

  await page.keyboard.press('Control+Shift+f')
  const field = page.getByRole('combobox', { name: 'Search everything' })
  await expect(field).toBeFocused()
  await expect(page.getByRole('button', { name: 'kind:command' })).toBeVisible()
  await field.fill('heron -water')
  await expect(page.getByText('Nothing was found.')).toBeVisible()
  await field.fill('heron')
  const hit = page.getByRole('option', { name: /A heron stands/ })
  await expect(hit).toHaveAttribute('aria-selected', 'true')
  await expect(hit.locator('mark')).toHaveText('heron')
  await field.press('Enter')
  await expect(field).toHaveCount(0)
  const { transcript } = partsOf(page)
  await expect(transcript.locator('[data-found]')).toContainText('A heron stands in the water.')
  await expect(transcript.locator('[data-found]')).toHaveCount(0)
})

test('find in thread reaches turns that were not loaded', async ({ ui, models }) => {
  const { page } = ui
  models.otherwise(answer('Well.'))
  const thread = await startIn(page, ui.home)
  await turn(thread, 1, 'the needle is here')
  for (let number = 2; number <= 23; number++) await turn(thread, number, `hay ${number}`)
  await turn(thread, 24, 'another Needle')
  await page.reload()
  await expect(partsOf(page).turn(24, 'completed')).toBeVisible()

  await partsOf(page).composer.click()
  await page.keyboard.press('Control+f')
  const find = page.getByRole('search', { name: 'Find in thread' })
  await find.getByRole('searchbox').fill('needle')
  await expect(find.getByText('1 of 2')).toBeVisible()
  const { transcript } = partsOf(page)
  await expect(transcript.getByText('the needle is here')).toBeInViewport()
  await page.keyboard.press('Enter')
  await expect(find.getByText('2 of 2')).toBeVisible()
  await expect(transcript.getByText('another Needle')).toBeInViewport()
  await page.keyboard.press('Escape')
  await expect(find).toHaveCount(0)
  await expect(partsOf(page).composer).toBeFocused()
})

test('usage tells what each turn cost, and a model is chosen by keys', async ({ ui, models }) => {
  const { page } = ui
  models.otherwise(answer('Well.'))
  const thread = await startIn(page, ui.home)
  await turn(thread, 1, 'first')
  await page.keyboard.press('Control+Shift+m')
  await expect(page.getByRole('menuitemradio', { name: /mock-model/ })).toBeVisible()
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+Alt+b')
  await thread.tab('Usage').click()
  const total = page.getByRole('region', { name: 'Thread total' })
  await expect(total.getByRole('row', { name: 'Together 120' })).toBeVisible()
  await expect(page.getByRole('row', { name: /^Turn 1 .*120/ })).toBeVisible()
  await turn(thread, 2, 'second')
  await expect(total.getByRole('row', { name: 'Together 240' })).toBeVisible()
})
