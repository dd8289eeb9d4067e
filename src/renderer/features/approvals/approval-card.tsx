// One question about an action: what, where and why, what may come of it, and the answers.
import { ShieldQuestion, TriangleAlert } from 'lucide-react'
import { useMemo, useState } from 'react'
import type { ActionApproval, PendingApproval } from '../../state/approval-store.ts'
import { useStores } from '../../state/stores-context.tsx'
import { ElicitationCard } from '../mcp/elicitation-card.tsx'
import { firstLine } from '../timeline/item-words.ts'
import { ApprovalSubject } from './approval-subject.tsx'
import { AnswerButtons, CardFrame, type CardPlace } from './card-frame.tsx'
import { type OfferedDecision, offeredDecisions, ruleOf, withRule } from './decisions.ts'
import { PermissionsCard } from './permissions-card.tsx'
import { QuestionCard } from './question-card.tsx'
import { riskNotes } from './risk-notes.ts'
import { RulePreview } from './rule-preview.tsx'
import { showCommand, showProse } from './untrusted-text.ts'

const REASON_CHARS_MAX = 600

export interface ApprovalCardProps extends CardPlace {
  approval: PendingApproval
}

export function ApprovalCard({ approval, ...place }: ApprovalCardProps) {
  switch (approval.kind) {
    case 'elicitation':
      return <ElicitationCard question={approval} {...place} />
    case 'question':
      return <QuestionCard approval={approval} {...place} />
    case 'permissions':
      return <PermissionsCard approval={approval} {...place} />
    default:
      return <ActionCard approval={approval} {...place} />
  }
}

interface ActionCardProps extends CardPlace {
  approval: ActionApproval
}

function ActionCard({ approval, ...place }: ActionCardProps) {
  const { approvals } = useStores()
  const { approvalId } = approval
  const [asked, setAsked] = useState<OfferedDecision | null>(null)
  const answers = offeredDecisions(approval).map((offered) => ({
    ...offered,
    give() {
      if (ruleOf(offered.decision)) setAsked(offered)
      else void approvals.decide(approvalId, offered.decision)
    },
  }))
  return (
    <CardFrame
      approval={approval}
      label={`Approval: ${whatOf(approval)}`}
      title={titleOf(approval)}
      icon={<ShieldQuestion size={16} aria-hidden />}
      answers={asked ? [] : answers}
      {...place}
    >
      <ApprovalSubject approval={approval} />
      <Reason approval={approval} />
      <Risks approval={approval} />
      {asked ? (
        <RulePreview
          proposed={ruleOf(asked.decision) ?? []}
          onConfirm={(rule) => void approvals.decide(approvalId, withRule(rule))}
          onBack={() => setAsked(null)}
        />
      ) : (
        <AnswerButtons answers={answers} />
      )}
    </CardFrame>
  )
}

function titleOf(approval: ActionApproval): string {
  switch (approval.kind) {
    case 'command':
      return 'Run this command?'
    case 'fileChange':
      return approval.params.grantRoot ? 'Allow changes in this folder?' : 'Make these changes?'
    case 'unreadable':
      return 'A question this window cannot show'
  }
}

/** One line for those who do not see the card. */
function whatOf(approval: ActionApproval): string {
  switch (approval.kind) {
    case 'command':
      return firstLine(showCommand(approval.params.command).text)
    case 'fileChange':
      return approval.params.grantRoot ?? 'file changes'
    case 'unreadable':
      return 'unreadable question'
  }
}

/** The model's own words: quoted, made harmless, and never the voice of the app. */
function Reason({ approval }: { approval: ActionApproval }) {
  const reason = approval.kind === 'unreadable' ? null : approval.params.reason
  if (!reason) return null
  const { text, omitted } = showProse(reason, REASON_CHARS_MAX)
  return (
    <figure className="approval-reason">
      <figcaption>The agent says</figcaption>
      <blockquote>
        {text}
        {omitted > 0 && <span className="approval-omitted">… {omitted} more characters</span>}
      </blockquote>
    </figure>
  )
}

function Risks({ approval }: { approval: ActionApproval }) {
  const notes = useMemo(
    () =>
      approval.kind === 'command' ? riskNotes(approval.params.command, approval.params.cwd) : [],
    [approval],
  )
  if (notes.length === 0) return null
  return (
    <ul className="approval-risks" aria-label="What to look at">
      {notes.map((note) => (
        <li key={note.kind}>
          <TriangleAlert size={13} aria-hidden />
          {note.text}
        </li>
      ))}
    </ul>
  )
}
