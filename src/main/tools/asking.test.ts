import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createToolHarness, type ToolHarness } from './test-support/tool-harness.ts'
import type { Ask } from './tool.ts'

let tools: ToolHarness

beforeEach(() => {
  tools = createToolHarness()
})
afterEach(() => tools.dispose())

function answering(answer: unknown): { ask: Ask; asked: unknown[] } {
  const asked: unknown[] = []
  const ask = (method: string, params: unknown) => {
    asked.push({ method, params })
    return Promise.resolve(answer)
  }
  return { ask: ask as Ask, asked }
}

const questions = [
  {
    id: 'colour',
    header: 'A very long header',
    question: 'Which?',
    options: [
      { label: 'red', description: 'warm' },
      { label: 'blue', description: 'cold' },
    ],
  },
]

describe('request_user_input', () => {
  it('[T31] is refused in default mode', async () => {
    await expect(tools.call('request_user_input', { questions })).rejects.toThrow(
      'unavailable in Default mode',
    )
  })

  it('[T31] in plan mode puts the questions and hands the answers to the model', async () => {
    const answer = { answers: { colour: { answers: ['red'] } } }
    const { ask, asked } = answering(answer)
    const result = await tools.call('request_user_input', { questions }, { ask, mode: 'plan' })
    expect(JSON.parse(result.text)).toEqual(answer)
    expect(asked).toMatchObject([
      {
        method: 'item/tool/requestUserInput',
        params: {
          questions: [{ id: 'colour', header: 'A very long ', isOther: true, isSecret: false }],
        },
      },
    ])
  })
})

describe('plan mode', () => {
  it('refuses update_plan and apply_patch, also as a command', async () => {
    const plan = { plan: [{ step: 'look', status: 'pending' }] }
    const planned = tools.call('update_plan', plan, { mode: 'plan' })
    await expect(planned).rejects.toThrow('cannot be used in plan mode')
    const patch = '*** Begin Patch\n*** Add File: new.txt\n+text\n*** End Patch'
    const cmd = `apply_patch <<'EOF'\n${patch}\nEOF`
    const patched = tools.call('exec_command', { cmd }, { mode: 'plan' })
    await expect(patched).rejects.toThrow('not changed in plan mode')
    await expect(tools.call('update_plan', plan)).resolves.toMatchObject({ text: 'Plan updated' })
  })
})

describe('request_permissions', () => {
  const args = {
    reason: 'to build',
    permissions: { file_system: { write: ['../other'] }, network: { enabled: true } },
  }

  it('is asked for with absolute paths, and grants no more than was asked for', async () => {
    const other = `${tools.workspace.slice(0, tools.workspace.lastIndexOf('/'))}/other`
    const { ask, asked } = answering({
      permissions: { fileSystem: { write: [`${other}/lib`, '/etc'] }, network: { enabled: true } },
      scope: 'session',
    })
    const { granted, text } = await tools.call('request_permissions', args, { ask })
    expect(asked).toMatchObject([{ params: { permissions: { fileSystem: { write: [other] } } } }])
    expect(granted).toEqual({
      permissions: { read: [], write: [`${other}/lib`], network: true },
      lasts: 'session',
    })
    expect(JSON.parse(text)).toMatchObject({ scope: 'session' })
  })

  it('is asked and answered in entries too, and only what they name is granted', async () => {
    const other = `${tools.workspace.slice(0, tools.workspace.lastIndexOf('/'))}/other`
    const entry = (access: string, path: object) => ({ access, path })
    const { ask, asked } = answering({
      permissions: {
        fileSystem: {
          write: [other],
          entries: [
            entry('read', { type: 'path', path: `${other}/lib` }),
            entry('write', { type: 'glob_pattern', pattern: '**' }),
          ],
        },
      },
    })
    const { granted } = await tools.call('request_permissions', args, { ask })
    expect(asked).toMatchObject([
      {
        params: {
          permissions: {
            fileSystem: { read: null, entries: [entry('write', { type: 'path', path: other })] },
          },
        },
      },
    ])
    expect(granted?.permissions).toEqual({ read: [`${other}/lib`], write: [], network: false })
  })

  it('grants nothing, and asks nobody, under a policy that asks nobody', async () => {
    const { ask, asked } = answering({})
    const { granted } = await tools.call('request_permissions', args, {
      ask,
      approvalPolicy: 'never',
    })
    expect(asked).toEqual([])
    expect(granted?.permissions).toEqual({ read: [], write: [], network: false })
  })

  it('grants nothing when each command is to be reviewed and all are allowed for the session', async () => {
    const { ask } = answering({
      permissions: { network: { enabled: true } },
      scope: 'session',
      strictAutoReview: true,
    })
    const { granted } = await tools.call('request_permissions', args, { ask })
    expect(granted).toEqual({ permissions: { read: [], write: [], network: false }, lasts: 'turn' })
  })
})
