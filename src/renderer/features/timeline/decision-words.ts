// How a question ended, in a few words.
import type { ApprovalView } from '../../../protocol/index.ts'

type Ended = Pick<ApprovalView, 'state' | 'decision' | 'reviewer'>

const byDecision = {
  accept: 'Allowed once',
  acceptForSession: 'Allowed for this session',
  decline: 'Declined',
  cancel: 'Declined, and the turn was stopped',
} as const

const byState = {
  pending: 'Waiting for an answer',
  approved: 'Allowed',
  denied: 'Declined',
  expired: 'Ended before an answer',
  cancelled: 'Ended before an answer',
} as const

export function decisionWords({ state, decision, reviewer }: Ended): string {
  const isAutomatic = reviewer !== null && reviewer !== 'user'
  return isAutomatic ? `${words(state, decision)}, decided automatically` : words(state, decision)
}

function words(state: Ended['state'], decision: Ended['decision']): string {
  if (state !== 'approved' && state !== 'denied') return byState[state]
  if (decision === null) return byState[state]
  return typeof decision === 'string' ? byDecision[decision] : 'Always allowed, by a new rule'
}
