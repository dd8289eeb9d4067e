import { expect, test } from 'vitest'
import { decisionWords } from './decision-words.ts'

const rule = { acceptWithExecpolicyAmendment: { execpolicy_amendment: ['ls'] } }

test('a decision is told by what was decided, and by whom if not by a person', () => {
  const told = [
    decisionWords({ state: 'approved', decision: 'acceptForSession', reviewer: 'user' }),
    decisionWords({ state: 'approved', decision: rule, reviewer: null }),
    decisionWords({ state: 'denied', decision: 'decline', reviewer: null }),
    decisionWords({ state: 'denied', decision: null, reviewer: 'auto_review' }),
  ]
  expect(told).toEqual([
    'Allowed for this session',
    'Always allowed, by a new rule',
    'Declined',
    'Declined, decided automatically',
  ])
})

test('a question that died with its turn was not answered', () => {
  expect(decisionWords({ state: 'expired', decision: null, reviewer: null })).toBe(
    'Ended before an answer',
  )
})
