// Who is asked, what is refused and what runs: the policies, the rules and the grants, from the model's call to the disk.
import { existsSync, readdirSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ApprovalPolicy } from '../../src/protocol/index.ts'
import { exec, patchOf, runAsked, startConfined } from '../asking-turns.ts'
import { openApp, startThread } from '../scripted-app.ts'

const noQuestions: ApprovalPolicy = {
  granular: {
    sandbox_approval: false,
    rules: false,
    skill_approval: false,
    request_permissions: false,
    mcp_elicitations: false,
  },
}
const escalated = { sandbox_permissions: 'require_escalated', justification: 'to be elsewhere' }

async function withRules(lines: readonly string[], more: Record<string, string> = {}) {
  const opened = await openApp()
  const folder = join(opened.home, 'rules')
  await mkdir(folder, { recursive: true })
  const files = { 'default.rules': `${lines.join('\n')}\n`, ...more }
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  return opened
}

test('[T33] the sandbox decides under on-request, and nobody is asked', async () => {
  const opened = await openApp()
  const threadId = await startConfined(opened, { approvalPolicy: 'on-request' })
  const { outputs, questions } = await runAsked(opened, threadId, [
    exec('touch x'),
    exec('touch ../outside'),
  ])
  expect(questions).toEqual([])
  expect(outputs[0]).toContain('Process exited with code 0')
  expect(outputs[1]).toContain("touch: cannot touch '../outside': Read-only file system")
  expect(readdirSync(opened.work)).toEqual(['x'])
  expect(existsSync(join(opened.work, '../outside'))).toBe(false)
})

test('[T34] [H18] [H19] under untrusted only what is known to read runs unasked', async () => {
  const opened = await openApp()
  const threadId = await startConfined(opened, { approvalPolicy: 'untrusted' })
  await writeFile(join(opened.work, 'x'), 'kept')
  const asked = [
    ...['ls > f', '(ls)', 'ls $(id)', 'find . -delete', 'git status'],
    ...['ls\nrm x', 'ls;rm x', 'ls `rm x`', 'ls >x', 'A=1 ls', 'ls & rm x', "$'rm' x"],
    ...['find . -fprintf out x', 'rg --pre=x foo', 'sed -n 1e', 'ls "', 'l\u0455'],
  ]
  const calls = ['ls && pwd', ...asked].map((cmd) => exec(cmd))
  const { outputs, questions, turn } = await runAsked(
    opened,
    threadId,
    calls,
    asked.map(() => 'decline'),
  )
  expect(turn.status).toBe('completed')
  expect(outputs[0]).toContain('Process exited with code 0')
  const commands = questions.map(({ params }) => ('command' in params ? params.command : null))
  expect(commands).toEqual(asked.map((cmd) => expect.stringContaining(cmd.slice(0, 2))))
  expect(readdirSync(opened.work)).toEqual(['x'])
  expect(await readFile(join(opened.work, 'x'), 'utf8')).toBe('kept')
})

test('[T35] an accepted question of untrusted stays in the sandbox', async () => {
  const opened = await openApp()
  const threadId = await startThread(opened, { approvalPolicy: 'untrusted', sandbox: 'read-only' })
  const { outputs } = await runAsked(opened, threadId, [exec('touch x')], ['accept'])
  expect(outputs[0]).toContain('Read-only file system')
  expect(readdirSync(opened.work)).toEqual([])
})

test('[T36] [T37] leaving the sandbox is asked for with its reason, and refused under never', async () => {
  const opened = await openApp()
  const { work } = opened
  const threadId = await startConfined(opened, { approvalPolicy: 'on-request' })
  const call = () => exec('touch ../outside', escalated)
  const { questions } = await runAsked(opened, threadId, [call()], ['accept'])
  expect(questions).toMatchObject([
    { params: { reason: 'to be elsewhere', command: expect.stringContaining('touch ../outside') } },
  ])
  expect(existsSync(join(work, '../outside'))).toBe(true)
  const never = { approvalPolicy: 'never' } as const
  const second = exec('touch ../second', escalated)
  const refused = await runAsked(opened, threadId, [second], [], never)
  expect(refused.questions).toEqual([])
  expect(refused.outputs[0]).toContain('approval policy is never')
  expect(existsSync(join(work, '../second'))).toBe(false)
})

test('[T39] "for this session" is for the same command, folder and terminal', async () => {
  const opened = await openApp()
  await mkdir(join(opened.work, 'sub'))
  const threadId = await startConfined(opened, { approvalPolicy: 'untrusted' })
  const calls = [
    exec('touch  x'),
    exec('touch x'),
    exec('touch x', { workdir: 'sub' }),
    exec('touch x', { tty: true }),
  ]
  const decisions = ['acceptForSession', 'decline', 'decline']
  const { questions, outputs } = await runAsked(opened, threadId, calls, decisions)
  expect(questions).toHaveLength(3)
  expect(outputs[1]).toContain('Process exited with code 0')
  expect(readdirSync(join(opened.work, 'sub'))).toEqual([])
})

test('[T40] "always" adds one line to the rules, and holds after a restart', async () => {
  const mine = '# mine\nprefix_rule(pattern=["wget"],   decision="prompt")'
  const opened = await withRules([mine])
  const file = join(opened.home, 'rules/default.rules')
  await writeFile(join(opened.work, 'f'), '')
  const always = { acceptWithExecpolicyAmendment: { execpolicy_amendment: ['chmod', '600'] } }
  const threadId = await startConfined(opened, { approvalPolicy: 'untrusted' })
  const calls = [exec('chmod 600 f', { prefix_rule: ['chmod', '600'] }), exec('chmod 600 ./f')]
  const { questions, outputs } = await runAsked(opened, threadId, calls, [always])
  expect(questions).toHaveLength(1)
  expect(outputs[1]).toContain('Process exited with code 0')
  expect(await readFile(file, 'utf8')).toBe(
    `${mine}\nprefix_rule(pattern=["chmod", "600"], decision="allow")\n`,
  )
  await opened.app.end()
  const app = await opened.restart()
  const again = await startConfined({ app, work: opened.work }, { approvalPolicy: 'untrusted' })
  const later = await runAsked({ app, model: opened.model }, again, [exec('chmod 600 f')])
  expect(later.questions).toEqual([])
  expect(later.outputs[0]).toContain('Process exited with code 0')
})

test('[T41] [T42] rules forbid and ask under every policy', async () => {
  const opened = await withRules([
    'prefix_rule(pattern=["wget"], decision="forbidden", justification="no downloads")',
    'prefix_rule(pattern=["touch"], decision="prompt", justification="it leaves traces")',
  ])
  const threadId = await startConfined(opened, { approvalPolicy: 'on-request' })
  for (const approvalPolicy of ['untrusted', 'on-request', 'never', noQuestions] as const) {
    const calls = [exec('echo a && wget x'), exec('bash -c \'w""get x\''), exec('/usr/bin/wget x')]
    const { outputs } = await runAsked(opened, threadId, calls, [], { approvalPolicy })
    for (const output of outputs) expect(output).toContain('refused by a rule: no downloads')
  }
  const asked = await runAsked(opened, threadId, [exec('touch x')], ['accept'], {
    approvalPolicy: 'on-request',
  })
  expect(asked.questions[0]?.params).toMatchObject({
    reason: 'requires approval: it leaves traces',
    availableDecisions: ['accept', 'cancel'],
  })
  expect(readdirSync(opened.work)).toEqual(['x'])
  const refused = await runAsked(opened, threadId, [exec('touch y')], [], {
    approvalPolicy: noQuestions,
  })
  expect(refused.outputs[0]).toContain('it leaves traces')
  expect(readdirSync(opened.work)).toEqual(['x'])
})

test('[H20] what stands before a forbidden word is asked about at least', async () => {
  const opened = await withRules(['prefix_rule(pattern=["wget"], decision="forbidden")'])
  const threadId = await startConfined(opened, { approvalPolicy: 'untrusted' })
  const { outputs } = await runAsked(opened, threadId, [exec('env wget x')], ['decline'])
  expect(outputs[0]).toContain('rejected by user')
})

test('[T43] a rules file that cannot be read puts all of them out of force, and is told once', async () => {
  const opened = await withRules(['prefix_rule(pattern=["touch"], decision="forbidden")'], {
    'bad.rules': '# fine so far\nprefix_rule(pattern=oops)\n',
  })
  const { app, home, work } = opened
  const threadId = await startConfined(opened, { approvalPolicy: 'on-request' })
  const { outputs } = await runAsked(opened, threadId, [exec('touch x'), exec('touch y')])
  expect(outputs.every((output) => output.includes('Process exited with code 0'))).toBe(true)
  expect(readdirSync(work)).toEqual(['x', 'y'])
  const told = app.notifications.filter(({ method }) => method === 'configWarning')
  expect(told).toHaveLength(1)
  const text = JSON.stringify(told[0]?.params)
  expect(text).toContain(join(home, 'rules/bad.rules'))
  expect(text).toMatch(/line 2|:2\b/)
})

test('[T44] deleting by force is asked for even with full access, and refused under never', async () => {
  const opened = await openApp()
  const full = { sandbox: 'danger-full-access', approvalPolicy: 'on-request' } as const
  const threadId = await startThread(opened, full)
  for (const one of ['a', 'b', 'c']) await mkdir(join(opened.work, one))
  const asked = await runAsked(opened, threadId, [exec('rm -rf a'), exec('rm -r b')], ['decline'])
  expect(asked.questions).toHaveLength(1)
  const never = { approvalPolicy: 'never' } as const
  const calls = [exec('rm -rf a'), exec('sudo rm -rf a'), exec('rm -r c')]
  const { outputs, questions } = await runAsked(opened, threadId, calls, [], never)
  expect(questions).toEqual([])
  for (const output of outputs.slice(0, 2)) expect(output).toContain('deletes by force')
  expect(readdirSync(opened.work)).toEqual(['a'])
})

test('[T45] [H01] [H05] under never a patch outside, or of what is protected, is refused', async () => {
  const opened = await openApp()
  const threadId = await startConfined(opened, { approvalPolicy: 'never' })
  const files = ['../outside', '.git/hooks/x', '.skein/config.toml', '/var/tmp/skein-outside']
  const calls = files.map((file) => patchOf(`*** Add File: ${file}\n+x`))
  const { outputs, questions } = await runAsked(opened, threadId, calls)
  expect(questions).toEqual([])
  for (const output of outputs)
    expect(output).toContain('patch rejected: writing outside of the project')
  expect(readdirSync(opened.work)).toEqual([])
  expect(existsSync('/var/tmp/skein-outside')).toBe(false)
})

test('[T46] a file accepted for the session is not asked about again, another one is', async () => {
  const opened = await openApp()
  const threadId = await startConfined(opened, { approvalPolicy: 'on-request' })
  const { questions } = await runAsked(
    opened,
    threadId,
    [
      patchOf('*** Add File: ../f\n+one'),
      patchOf('*** Update File: ../f\n@@\n-one\n+two'),
      patchOf('*** Add File: ../g\n+x'),
    ],
    ['acceptForSession', 'decline'],
  )
  expect(questions).toHaveLength(2)
  expect(await readFile(join(opened.work, '../f'), 'utf8')).toBe('two\n')
  expect(existsSync(join(opened.work, '../g'))).toBe(false)
})
