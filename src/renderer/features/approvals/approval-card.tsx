// One question about an action: what, where and why, what may come of it, and the answers.
import { ShieldQuestion, TriangleAlert } from 'lucide-react'
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react'
import type { ActionApproval, PendingApproval } from '../../state/approval-store.ts'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import { Button } from '../../ui/button.tsx'
import { KeyHint, RelativeTime, Spinner } from '../../ui/small.tsx'
import { ElicitationCard } from '../mcp/elicitation-card.tsx'
import { Group } from '../timeline/group.tsx'
import { firstLine } from '../timeline/item-words.ts'
import './approval-card.css'
import { ApprovalSubject } from './approval-subject.tsx'
import { type OfferedDecision, offeredDecisions, ruleOf } from './decisions.ts'
import { PermissionsCard } from './permissions-card.tsx'
import { QuestionCard } from './question-card.tsx'
import { riskNotes } from './risk-notes.ts'
import { RulePreview } from './rule-preview.tsx'
import { showCommand, showProse } from './untrusted-text.ts'

/** Keys pressed sooner were meant for something else. */
const KEYS_AFTER_MS = 300
const REASON_CHARS_MAX = 600

export interface ApprovalCardProps {
  approval: PendingApproval
  /** Title of its thread, where cards of several threads stand together. */
  threadTitle?: string
}

export function ApprovalCard({ approval, ...rest }: ApprovalCardProps) {
  switch (approval.kind) {
    case 'elicitation':
      return <ElicitationCard question={approval} {...rest} />
    case 'question':
      return <QuestionCard approval={approval} {...rest} />
    case 'permissions':
      return <PermissionsCard approval={approval} {...rest} />
    default:
      return <ActionCard approval={approval} {...rest} />
  }
}

interface ActionCardProps extends ApprovalCardProps {
  approval: ActionApproval
}

function ActionCard({ approval, threadTitle }: ActionCardProps) {
  const { approvals } = useStores()
  const { approvalId } = approval
  const isDeciding = useSelector(approvals, (state) => state.deciding.has(approvalId))
  const [asked, setAsked] = useState<OfferedDecision | null>(null)
  const decisions = offeredDecisions(approval)
  const takesKeys = useIsSettledIn()

  function decide(offered: OfferedDecision): void {
    if (ruleOf(offered.decision) && asked === null) setAsked(offered)
    else void approvals.decide(approvalId, offered.decision)
  }

  function press(event: KeyboardEvent<HTMLElement>): void {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
    const key = event.key.toLowerCase()
    if (key === 'j' || key === 'k') {
      event.preventDefault()
      step(event.currentTarget, key === 'j' ? 1 : -1)
      return
    }
    const offered = decisions.find((decision) => decision.key === key)
    if (!offered || !takesKeys() || asked !== null || event.repeat) return
    event.preventDefault()
    decide(offered)
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the group inside has the role; keys bubble to here.
    <div className="approval" data-approval tabIndex={-1} onKeyDown={press}>
      <Group label={`Approval: ${whatOf(approval)}`} testId={`approval:${approvalId}`}>
        <div className="approval-head">
          <ShieldQuestion size={16} aria-hidden />
          <span className="approval-title">{titleOf(approval)}</span>
          {threadTitle !== undefined && <span className="approval-thread">{threadTitle}</span>}
          <span className="approval-age">
            <RelativeTime atMs={approval.createdAtMs} />
          </span>
        </div>
        <ApprovalSubject approval={approval} />
        <Reason approval={approval} />
        <Risks approval={approval} />
        {asked ? (
          <RulePreview
            rule={ruleOf(asked.decision) ?? []}
            onConfirm={() => decide(asked)}
            onBack={() => setAsked(null)}
          />
        ) : (
          <div className="approval-answers">
            {decisions.map((offered) => (
              <DecisionButton
                key={offered.id}
                offered={offered}
                isDeciding={isDeciding}
                onDecide={() => decide(offered)}
              />
            ))}
            {isDeciding && <Spinner />}
          </div>
        )}
      </Group>
    </div>
  )
}

interface DecisionButtonProps {
  offered: OfferedDecision
  isDeciding: boolean
  onDecide: () => void
}

function DecisionButton({ offered, isDeciding, onDecide }: DecisionButtonProps) {
  const { id, label, key } = offered
  return (
    <Button
      variant={id === 'accept' ? 'primary' : id === 'cancel' ? 'quiet' : 'secondary'}
      aria-label={label}
      aria-keyshortcuts={key.toUpperCase()}
      data-testid={`decide:${id}`}
      disabledReason={isDeciding ? 'The answer is on its way' : undefined}
      onClick={onDecide}
    >
      {label}
      <KeyHint>{key.toUpperCase()}</KeyHint>
    </Button>
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

/** Says whether the card has been there long enough for its keys. */
function useIsSettledIn(): () => boolean {
  const shownAtMs = useRef(Number.POSITIVE_INFINITY)
  useEffect(() => {
    shownAtMs.current = performance.now()
  }, [])
  return () => performance.now() - shownAtMs.current >= KEYS_AFTER_MS
}

function isTyping(target: EventTarget): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea')
}

/** To the next or former card that stands with this one. */
function step(card: HTMLElement, by: 1 | -1): void {
  const list = card.closest('[data-approvals]')
  const cards = [...(list?.querySelectorAll<HTMLElement>('[data-approval]') ?? [])]
  cards[cards.indexOf(card) + by]?.focus()
}
