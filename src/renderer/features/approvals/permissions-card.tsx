// The agent's wish for more rights: what it wants to read, write or reach, and for how long it may.
import { ShieldPlus } from 'lucide-react'
import type { PendingApproval } from '../../state/approval-store.ts'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import { Button } from '../../ui/button.tsx'
import { RelativeTime, Spinner } from '../../ui/small.tsx'
import { Group } from '../timeline/group.tsx'
import './approval-card.css'
import { showCommand, showProse } from './untrusted-text.ts'

const REASON_CHARS_MAX = 600

export interface PermissionsCardProps {
  approval: Extract<PendingApproval, { kind: 'permissions' }>
  threadTitle?: string | undefined
}

export function PermissionsCard({ approval, threadTitle }: PermissionsCardProps) {
  const { approvals } = useStores()
  const { approvalId, params } = approval
  const { permissions, reason } = params
  const isDeciding = useSelector(approvals, (state) => state.deciding.has(approvalId))
  const grant = (scope: 'turn' | 'session') =>
    void approvals.answer(approvalId, { permissions, scope })
  return (
    <div className="approval" data-approval tabIndex={-1}>
      <Group label="Approval: more permissions" testId={`approval:${approvalId}`}>
        <div className="approval-head">
          <ShieldPlus size={16} aria-hidden />
          <span className="approval-title">Allow the agent more?</span>
          {threadTitle !== undefined && <span className="approval-thread">{threadTitle}</span>}
          <span className="approval-age">
            <RelativeTime atMs={approval.createdAtMs} />
          </span>
        </div>
        <ul className="approval-permissions">
          {(permissions.fileSystem?.write ?? []).map((path) => (
            <li key={`w${path}`}>
              write in <code>{showCommand(path).text}</code>
            </li>
          ))}
          {(permissions.fileSystem?.read ?? []).map((path) => (
            <li key={`r${path}`}>
              read <code>{showCommand(path).text}</code>
            </li>
          ))}
          {permissions.network?.enabled && <li>use the network</li>}
        </ul>
        {reason && (
          <figure className="approval-reason">
            <figcaption>The agent says</figcaption>
            <blockquote>{showProse(reason, REASON_CHARS_MAX).text}</blockquote>
          </figure>
        )}
        <div className="approval-answers">
          <Button variant="primary" data-testid="grant:turn" onClick={() => grant('turn')}>
            Allow for this turn
          </Button>
          <Button data-testid="grant:session" onClick={() => grant('session')}>
            Allow for this session
          </Button>
          <Button
            data-testid="grant:none"
            onClick={() => void approvals.answer(approvalId, { permissions: {}, scope: 'turn' })}
          >
            Decline
          </Button>
          {isDeciding && <Spinner />}
        </div>
      </Group>
    </div>
  )
}
