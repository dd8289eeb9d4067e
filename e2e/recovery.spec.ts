import { message, response } from '../test/responses-events.ts'
import { stream } from '../test/responses-server.ts'
import { partsOf, send, startDemo, startIn } from './fixtures/parts.ts'
import { gatedMessage, test as withModel } from './fixtures/scripted-model.ts'
import { expect, test } from './fixtures/test.ts'

withModel(
  'killed in the middle of a turn: its partial text is there, nothing runs, and the thread goes on',
  async ({ ui, models }) => {
    const pieces = words(100)
    const { reply, next } = gatedMessage(pieces)
    models.script(reply)
    const thread = await startIn(ui.page, ui.home)
    await send(thread, 'Count words')
    await expect.poll(() => models.requests.length).toBe(1)
    // The last words are never said: the turn runs however long the kill takes.
    let said = 0
    const ticking = setInterval(() => {
      if (said++ < 90) next()
    }, 20)
    // Text is kept a quarter of a second after it was shown; the first words are older than that by now.
    await expect(thread.item('Agent message')).toContainText('word60')
    await ui.killAndRestart()
    clearInterval(ticking)

    const again = partsOf(ui.page)
    await again.thread('Count words').click()
    const turn = again.turn(1, 'interrupted')
    await expect(turn.getByText(/^Interrupted/)).toBeVisible()
    const cut = turn.getByRole('group', { name: /^Agent message/ })
    const kept = (await cut.getByRole('paragraph').first().textContent()) ?? ''
    expect(pieces.join('')).toContain(kept)
    expect(kept).toContain(pieces.slice(0, 20).join(''))
    await expect(again.stop).toHaveCount(0)
    await expect(again.status.getByText('0 running')).toBeVisible()
    expect(models.requests).toHaveLength(1)

    models.script(stream(response([message('Here it is.')])))
    await send(again, 'Once more')
    await expect(again.turn(2, 'completed').getByText('Here it is.')).toBeVisible()
  },
)

withModel(
  'a window loaded anew in mid-stream shows the whole text, without a gap and without a repeat',
  async ({ ui, models }) => {
    const pieces = words(400)
    const { reply, next } = gatedMessage(pieces)
    models.script(reply)
    const thread = await startIn(ui.page, ui.home)
    await send(thread, 'Count words')
    await expect.poll(() => models.requests.length).toBe(1)
    let written = 0
    const write = (count: number) => {
      for (; count > 0; count--, written++) next()
    }
    write(100)
    await expect(thread.item('Agent message')).toContainText('word99')
    // It goes on while the page is away, and does not end however long that takes.
    const ticking = setInterval(() => write(written < 300 ? 1 : 0), 5)
    await ui.page.reload()
    const again = partsOf(ui.page)
    await again.thread('Count words').click()
    await expect(again.turn(1, 'running')).toBeVisible()
    await expect(again.item('Agent message')).toContainText('word150')
    clearInterval(ticking)
    write(pieces.length - written)
    const turn = again.turn(1, 'completed')
    await expect(turn).toBeVisible()
    const text = turn.getByRole('group', { name: /^Agent message/ }).getByRole('paragraph')
    await expect(text).toHaveText(pieces.join('').trim())
  },
)

test('a question is still there after the window was loaded anew', async ({ ui }) => {
  const thread = await startDemo(ui.page)
  await send(thread, 'approve')
  await expect(thread.approvals).toBeVisible()
  await ui.page.reload()
  const again = partsOf(ui.page)
  await again.thread('approve').click()
  await again.approvals.getByRole('button', { name: 'Allow once' }).click()
  await expect(again.turn(1, 'completed').getByText('You allowed it')).toBeVisible()
})

test('a question dies with the process, and its turn reads interrupted', async ({ ui }) => {
  const thread = await startDemo(ui.page)
  await send(thread, 'approve')
  await expect(thread.approvals).toBeVisible()
  await ui.killAndRestart()
  const again = partsOf(ui.page)
  await again.thread('approve').click()
  await expect(again.turn(1, 'interrupted')).toBeVisible()
  await expect(again.approvals).toHaveCount(0)
  await expect(again.status.getByRole('button', { name: '0 approvals' })).toBeVisible()
})

function words(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `word${index} `)
}
