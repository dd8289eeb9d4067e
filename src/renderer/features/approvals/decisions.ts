// The answers a question offers, in the order and with the keys they always have.
import type { ApprovalDecision } from '../../../protocol/index.ts'
import type { ActionApproval } from '../../state/approval-store.ts'
import { isShell } from './shell-commands.ts'

export interface OfferedDecision {
  readonly id: 'accept' | 'acceptForSession' | 'always' | 'decline' | 'cancel'
  readonly label: string
  /** Pressed while the card has the focus. */
  readonly key: string
  readonly decision: ApprovalDecision
}

const texts = {
  accept: { label: 'Allow once', key: 'a' },
  acceptForSession: { label: 'Allow for this session', key: 's' },
  always: { label: 'Always allow…', key: 'r' },
  decline: { label: 'Decline', key: 'd' },
  cancel: { label: 'Stop turn', key: 'x' },
} as const

const order = ['accept', 'acceptForSession', 'always', 'decline', 'cancel'] as const

/** A question about files may be answered in each of these ways. */
const forFiles: readonly ApprovalDecision[] = ['accept', 'acceptForSession', 'decline', 'cancel']
const forUnreadable: readonly ApprovalDecision[] = ['decline', 'cancel']

export function offeredDecisions(approval: ActionApproval): readonly OfferedDecision[] {
  const available = availableTo(approval)
  return order.flatMap((id) => {
    const decision = available.find((candidate) => idOf(candidate) === id)
    return decision === undefined ? [] : [{ id, ...texts[id], decision }]
  })
}

function availableTo(approval: ActionApproval): readonly ApprovalDecision[] {
  switch (approval.kind) {
    case 'command':
      return approval.params.skein?.decisions ?? approval.params.availableDecisions
    case 'fileChange':
      return forFiles
    case 'unreadable':
      return forUnreadable
  }
}

function idOf(decision: ApprovalDecision): OfferedDecision['id'] {
  return typeof decision === 'string' ? decision : 'always'
}

/** The words a command must begin with to be allowed by the rule; null when the decision makes no rule. */
export function ruleOf(decision: ApprovalDecision): readonly string[] | null {
  if (typeof decision === 'string' || !('acceptWithExecpolicyAmendment' in decision)) return null
  return decision.acceptWithExecpolicyAmendment.execpolicy_amendment
}

/** The script that a rule is about as a whole; null for words that commands begin with. */
export function scriptOf(rule: readonly string[]): string | null {
  const [program = '', flag = '', script, ...rest] = rule
  const isShellScript = isShell(program.replace(/^.*\//, '')) && /^-[a-z]*c$/.test(flag)
  return isShellScript && script !== undefined && rest.length === 0 ? script : null
}

/** Allows the action, and from now on every command that begins with these words. */
export function withRule(words: readonly string[]): ApprovalDecision {
  return { acceptWithExecpolicyAmendment: { execpolicy_amendment: [...words] } }
}
