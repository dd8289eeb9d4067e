import { describe, expect, it } from 'vitest'
import { contextChanges, initialContext, type WorkingContext } from './environment-context.ts'

const context: WorkingContext = {
  cwd: '/srv',
  workspaceRoots: ['/srv'],
  writableRoots: ['/srv', '/tmp'],
  access: 'workspace-write',
  network: false,
  approvalPolicy: 'on-request',
  model: 'm',
  developerInstructions: 'Answer in rhymes.',
  mode: 'default',
  modeInstructions: null,
  shell: '/bin/bash',
}
const today = '2026-01-02'
const wordsOf = (items: ReturnType<typeof initialContext>): string => JSON.stringify(items)

describe('the first context', () => {
  const items = initialContext(context, [{ path: '/srv/AGENTS.md', text: 'Use tabs.' }], today)

  it('is what the app says as developer, and the folder as the user', () => {
    expect(items.map((item) => item.role)).toEqual(['developer', 'user'])
  })

  it('conveys the limits, who is asked, the place, the day, and the files of instructions', () => {
    for (const words of [
      '/srv, /tmp',
      'cannot be reached',
      'require_escalated',
      'Answer in rhymes.',
    ])
      expect(wordsOf(items.slice(0, 1))).toContain(words)
    for (const words of ['<cwd>/srv</cwd>', '/bin/bash', today, 'Use tabs.', '/srv/AGENTS.md'])
      expect(wordsOf(items.slice(1))).toContain(words)
  })

  it.each([
    ['read-only', 'write none'],
    ['full', 'without a sandbox'],
  ] as const)('says what %s means', (access, words) => {
    expect(wordsOf(initialContext({ ...context, access }, [], today))).toContain(words)
  })

  it.each([
    ['never', 'Nobody can be asked'],
    ['untrusted', 'asked before every command'],
  ] as const)('says what %s means', (approvalPolicy, words) => {
    expect(wordsOf(initialContext({ ...context, approvalPolicy }, [], today))).toContain(words)
  })
})

describe('later', () => {
  it('only what changed is said', () => {
    expect(contextChanges(context, context, today)).toEqual([])
    const moved = contextChanges(context, { ...context, cwd: '/other' }, today)
    expect([moved.length, moved[0]?.role]).toEqual([1, 'user'])
    const asked = contextChanges(
      context,
      { ...context, approvalPolicy: 'never', model: 'n' },
      today,
    )
    expect(asked.map((item) => item.role)).toEqual(['developer'])
    expect(wordsOf(asked)).toContain('changed from m to n')
    expect(wordsOf(asked)).toContain('Nobody can be asked')
  })
})
