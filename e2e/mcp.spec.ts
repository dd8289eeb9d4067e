import { packagedServer, scriptedServer } from '../test/mcp-servers.ts'
import { functionCall, message, response } from '../test/responses-events.ts'
import { stream } from '../test/responses-server.ts'
import { type Parts, send, startIn } from './fixtures/parts.ts'
import { test } from './fixtures/scripted-model.ts'
import { expect } from './fixtures/test.ts'

test.use({
  furtherConfig: [packagedServer('every', 'everything'), scriptedServer('s')].join('\n'),
})

/** The model calls this tool once, then says so. */
function calls(name: string, args: Record<string, unknown> = {}) {
  return [
    stream(response([functionCall(name, args, { callId: 'call_1' })])),
    stream(response([message('The tool was called.', { id: 'msg_end' })])),
  ]
}

async function openMcpTab(thread: Parts): Promise<void> {
  await thread.button('Toggle inspector').click()
  await thread.tab('MCP').click()
}

test('a question of server-everything is answered by a form in the window', async ({
  ui,
  models,
}) => {
  models.script(...calls('mcp__every__trigger-elicitation-request'))
  const thread = await startIn(ui.page, ui.home)
  await send(thread, 'Ask me')
  const approval = thread.approvals
  await expect(approval).toHaveAccessibleName('Approval: question of every')
  await approval.getByRole('textbox', { name: 'String', exact: true }).fill('Ada')
  await approval.getByRole('textbox', { name: /email/ }).fill('not an address')
  await approval.getByRole('button', { name: 'Accept' }).click()
  await expect(approval.getByText('This is not an e-mail address.')).toBeVisible()
  await approval.getByRole('textbox', { name: /email/ }).fill('ada@example.org')
  await approval.getByRole('button', { name: 'Accept' }).click()
  await expect(thread.turn(1, 'completed')).toBeVisible()
  const input = JSON.stringify(models.requests.at(-1)?.body.input)
  expect(input).toContain('Ada')
  expect(input).toContain('ada@example.org')

  await ui.page.getByRole('button', { name: /^Worked/ }).click()
  const card = thread.item('MCP call', 'every › trigger-elicitation-request')
  await card.getByRole('button', { name: /^Details of/ }).click()
  await expect(card.getByText('User inputs:')).toBeVisible()
})

test('the workbench calls a tool by a form and reads a resource', async ({ ui }) => {
  const thread = await startIn(ui.page, ui.home)
  await openMcpTab(thread)
  const server = thread.inspector.getByRole('group', { name: 'every, connected' })
  await expect(server).toBeVisible({ timeout: 15_000 })
  await server.getByRole('button', { name: /^echo/ }).click()
  const form = server.getByRole('form', { name: 'Call echo' })
  await form.getByRole('button', { name: 'Call' }).click()
  await expect(form.getByText('Fill this in.')).toBeVisible()
  await form.getByRole('textbox', { name: /message/i }).fill('from the workbench')
  await form.getByRole('button', { name: 'Call' }).click()
  await expect(form.getByText('Echo: from the workbench')).toBeVisible()
  await server.getByRole('button', { name: /^architecture\.md/ }).click()
  await expect(server.getByText('# Everything Server')).toBeVisible()
})

test('a call by the person outside of a turn brings its question into the thread', async ({
  ui,
}) => {
  const thread = await startIn(ui.page, ui.home)
  await openMcpTab(thread)
  const server = thread.inspector.getByRole('group', { name: 's, connected' })
  await server
    .getByRole('button', { name: /^elicit\b/ })
    .first()
    .click()
  await server
    .getByRole('form', { name: 'Call elicit', exact: true })
    .getByRole('button', { name: 'Call' })
    .click()
  const question = thread.approvals
  await expect(question).toHaveAccessibleName('Approval: question of s')
  await question.getByRole('textbox', { name: /Name/ }).fill('Eve')
  await question.getByRole('button', { name: 'Accept' }).click()
  await expect(server.getByText('"name":"Eve"')).toBeVisible()
  await expect(ui.page.getByRole('region', { name: 'Questions of servers' })).toContainText(
    'accepted',
  )
})

test('servers are switched off and on in Settings', async ({ ui }) => {
  const { page } = ui
  // The page listens as soon as it shows something.
  await expect(page.getByRole('button', { name: 'New thread', exact: true }).first()).toBeVisible()
  await page.keyboard.press('Control+,')
  await page.getByTestId('settings:mcp').click()
  await expect(page.getByRole('group', { name: 's, connected' })).toBeVisible({ timeout: 15_000 })
  await page.getByRole('button', { name: 'Disable s' }).click()
  await expect(page.getByRole('group', { name: 's, disabled' })).toBeVisible()
  await page.getByRole('button', { name: 'Enable s' }).click()
  await expect(page.getByRole('group', { name: 's, connected' })).toBeVisible()
})

test('a call of a tool is allowed for the session by key, and not asked for again', async ({
  ui,
  models,
}) => {
  models.script(...calls('mcp__s__bare', { depth: 3 }), ...calls('mcp__s__bare'))
  const thread = await startIn(ui.page, ui.home)
  await send(thread, 'Call it')
  const card = thread.approvals
  await expect(card).toHaveAccessibleName('Approval: s › bare')
  await expect(card.getByText('"depth": 3')).toBeVisible()
  await card.getByRole('button', { name: 'Allow for this session' }).focus()
  // The keys of a card wait a moment after it appeared, so that none hits it by accident.
  await expect(async () => {
    if ((await card.count()) > 0) await ui.page.keyboard.press('s')
    await expect(card).toHaveCount(0, { timeout: 1_000 })
  }).toPass()
  await expect(thread.turn(1, 'completed')).toBeVisible()
  await send(thread, 'Once more')
  await expect(thread.turn(2, 'completed')).toBeVisible()
})

test('the workbench fills in a prompt and a template, tells of calls, and stops and restarts a server', async ({
  ui,
}) => {
  const { page } = ui
  const thread = await startIn(page, ui.home)
  await openMcpTab(thread)
  const server = thread.inspector.getByRole('group', { name: 'every, connected' })
  await expect(server).toBeVisible({ timeout: 15_000 })
  await server
    .getByRole('list', { name: 'Prompts of every' })
    .getByRole('button', { name: /args/ })
    .click()
  const prompt = server.getByRole('form', { name: /^Prompt / })
  await prompt.getByRole('textbox', { name: 'city' }).fill('Ghent')
  await prompt.getByRole('button', { name: 'Show' }).click()
  await prompt.getByRole('button', { name: 'Put into the message' }).click()
  await expect(thread.composer).toHaveValue(/Ghent/)

  await server.getByRole('button', { name: /architecture\.md/ }).click()
  await server.getByRole('button', { name: 'Mention in the message' }).click()
  await expect(
    page
      .getByRole('region', { name: 'Message and queue' })
      .getByRole('list', { name: 'Attachments' }),
  ).toContainText('architecture.md')
  const template = server.getByRole('button', { name: /\{resourceId\}/ }).first()
  await template.click()
  const form = server.getByRole('form', { name: /^Read / })
  await form.getByRole('textbox', { name: 'resourceId' }).fill('1')
  await form.getByRole('button', { name: 'Read' }).click()
  await expect(form.locator('pre')).toContainText(/resource/i)

  await server.getByRole('button', { name: /^echo/ }).click()
  const echo = server.getByRole('form', { name: 'Call echo' })
  await echo.getByRole('textbox', { name: /message/i }).fill('once')
  await echo.getByRole('button', { name: 'Call' }).click()
  await expect(echo.getByText('Echo: once')).toBeVisible()
  await server.getByRole('button', { name: 'Restart every' }).click()
  await expect(server.getByRole('list', { name: 'Latest calls of every' })).toContainText(
    'called by you',
  )
  await expect(server).toBeVisible()
  await thread.button('Stop every').click()
  await expect(server).toHaveCount(0)
  await thread.button('Restart every').click()
  await expect(server).toBeVisible({ timeout: 15_000 })
})
