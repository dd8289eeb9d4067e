import { chatCall, chatChunk, chatEnd, chatStream, chatUsage } from '../test/chat-events.ts'
import { send, startIn } from './fixtures/parts.ts'
import { test } from './fixtures/scripted-model.ts'
import { expect } from './fixtures/test.ts'

test.use({ config: '' })

test('a server of the Chat Completions API is set up in Settings and does the work', async ({
  ui,
  models,
}) => {
  const { page } = ui
  await page.getByRole('button', { name: 'Set up a provider' }).click()
  const form = page.getByRole('form', { name: 'Add a provider' })
  await form.getByLabel('Name').fill('Local server')
  await form.getByLabel('Address').fill(models.url)
  await form.getByLabel('API').selectOption('chat')
  await form.getByLabel('Model').fill('small-model')
  await form.getByLabel('Key').fill('sk-entered-here')
  await form.getByRole('button', { name: 'Add provider' }).click()
  const row = page.getByRole('listitem').filter({ hasText: 'Local server' })
  await expect(row).toContainText('default')
  await expect(row).toContainText(/key (in the secret store|for this session)/)
  await page.keyboard.press('Escape')

  models.script(
    chatStream(
      chatCall('update_plan', { plan: [{ step: 'Listen', status: 'completed' }] }),
      chatEnd('tool_calls'),
      '[DONE]',
    ),
    chatStream(chatChunk({ content: 'The server spoke.' }), chatEnd('stop'), chatUsage(), '[DONE]'),
  )
  const thread = await startIn(page, ui.home)
  await send(thread, 'say something')
  await expect(thread.turn(1, 'completed')).toBeVisible()
  await expect(page.getByText('The server spoke.')).toBeVisible()
  const [first, second] = models.requests
  expect(first?.url).toBe('/v1/chat/completions')
  expect(first?.headers.authorization).toBe('Bearer sk-entered-here')
  expect(JSON.stringify(second?.body.messages)).toContain('"role":"tool"')
})
