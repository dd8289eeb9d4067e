import { describe, expect, it } from 'vitest'
import type { ToolAction } from '../tools/tool.ts'
import { addGrant, emptyGrants, isGranted } from './session-grants.ts'

function command(script: string, change: object = {}): ToolAction {
  return {
    type: 'command',
    argv: ['/bin/bash', '-lc', script],
    command: script,
    commandActions: [],
    cwd: '/w',
    tty: false,
    escalate: false,
    justification: null,
    prefixRule: null,
    ...change,
  }
}

describe('[T39] a command allowed for the session', () => {
  const grants = addGrant(emptyGrants, command('touch x && ls'))

  it('is the same with other blanks and another justification', () => {
    expect(isGranted(grants, command('touch   x  &&  ls'))).toBe(true)
    expect(isGranted(grants, command("touch 'x' && ls", { justification: 'because' }))).toBe(true)
  })

  it.each([
    ['other words', command('touch y && ls')],
    ['another joiner', command('touch x || ls')],
    ['one part of it', command('touch x')],
    ['a pattern where a word was', command('touch x && ls')],
    ['another folder', command('touch x && ls', { cwd: '/v' })],
    ['a terminal', command('touch x && ls', { tty: true })],
    ['an escalation', command('touch x && ls', { escalate: true })],
    ['another shell', command('', { argv: ['/bin/sh', '-lc', 'touch x && ls'] })],
  ])('is not %s', (name, action) => {
    const known = name.startsWith('a pattern')
      ? addGrant(emptyGrants, command("touch 'x*' && ls"))
      : grants
    const asked = name.startsWith('a pattern') ? command('touch x* && ls') : action
    expect(isGranted(known, asked)).toBe(false)
  })

  it('is compared as a whole when it cannot be split', () => {
    const complex = addGrant(emptyGrants, command('touch x > log'))
    expect(isGranted(complex, command('touch x > log'))).toBe(true)
    expect(isGranted(complex, command('touch x  > log'))).toBe(false)
  })
})
