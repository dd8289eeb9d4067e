import { expect, test } from 'vitest'
import type { ApprovalDecision } from '../../../protocol/index.ts'
import type { ActionApproval } from '../../state/approval-store.ts'
import { offeredDecisions, ruleOf, scriptOf } from './decisions.ts'

const base = { approvalId: 'a', threadId: 't', turnId: 'u', itemId: 'i', createdAtMs: 0 }
const rule = { acceptWithExecpolicyAmendment: { execpolicy_amendment: ['npm', 'test'] } }

function command(availableDecisions: ApprovalDecision[]): ActionApproval {
  const ids = { threadId: 't', turnId: 'u', itemId: 'i', startedAtMs: 0 }
  const rest = { cwd: '/', commandActions: [], reason: null, environmentId: null }
  const params = { kind: 'command' as const, ...ids, ...rest, command: 'ls', availableDecisions }
  return { ...base, kind: 'command', params }
}

function drawn(approval: ActionApproval): string[] {
  return offeredDecisions(approval).map(({ label, key }) => `${key} ${label}`)
}

test('decisions stand in their own order, whatever the order they came in', () => {
  expect(drawn(command(['cancel', rule, 'decline', 'accept', 'acceptForSession']))).toEqual([
    'a Allow once',
    's Allow for this session',
    'r Always allow…',
    'd Decline',
    'x Stop turn',
  ])
})

test('the decisions of the question itself win over the shorter list of the reference', () => {
  const approval = command(['accept', 'cancel'])
  if (approval.kind !== 'command') throw new Error('unreachable')
  const skein = { decisions: ['accept', 'decline', 'cancel'] satisfies ApprovalDecision[] }
  expect(drawn({ ...approval, params: { ...approval.params, skein } })).toEqual([
    'a Allow once',
    'd Decline',
    'x Stop turn',
  ])
})

test('only what is offered can be answered', () => {
  expect(drawn(command(['decline', 'accept']))).toEqual(['a Allow once', 'd Decline'])
})

test('a question this window cannot read can be refused, not granted', () => {
  const approval: ActionApproval = { ...base, kind: 'unreadable', params: {} }
  expect(drawn(approval)).toEqual(['d Decline', 'x Stop turn'])
})

test('a rule is the words a command begins with', () => {
  expect(ruleOf(rule)).toEqual(['npm', 'test'])
  expect(ruleOf('accept')).toBeNull()
})

test('a rule about a script is told from one about the first words of a command', () => {
  expect(scriptOf(['/bin/bash', '-lc', 'echo x > made'])).toBe('echo x > made')
  expect(scriptOf(['sh', '-c', 'ls'])).toBe('ls')
  for (const words of [
    ['npm', 'test'],
    ['bash', '-lc'],
    ['bash', '-lc', 'ls', 'x'],
    ['bash', 'x.sh', 'y'],
  ])
    expect(scriptOf(words)).toBeNull()
})
