// The agent's wish for more rights: what it wants to read, write or reach, and for how long it may.
import { ShieldPlus } from 'lucide-react'
import type { PendingApproval } from '../../state/approval-store.ts'
import { useStores } from '../../state/stores-context.tsx'
import { AnswerButtons, CardFrame, type CardPlace } from './card-frame.tsx'
import { showCommand, showProse } from './untrusted-text.ts'

const REASON_CHARS_MAX = 600

export interface PermissionsCardProps extends CardPlace {
  approval: Extract<PendingApproval, { kind: 'permissions' }>
}

export function PermissionsCard({ approval, ...place }: PermissionsCardProps) {
  const { approvals } = useStores()
  const { approvalId, params } = approval
  const { permissions, reason } = params
  const answer = (granted: typeof permissions, scope: 'turn' | 'session') => () =>
    void approvals.answer(approvalId, { permissions: granted, scope })
  const answers = [
    { id: 'turn', label: 'Allow for this turn', key: 'a', give: answer(permissions, 'turn') },
    {
      id: 'acceptForSession',
      label: 'Allow for this session',
      key: 's',
      give: answer(permissions, 'session'),
    },
    { id: 'decline', label: 'Decline', key: 'd', give: answer({}, 'turn') },
  ]
  return (
    <CardFrame
      approval={approval}
      label="Approval: more permissions"
      title="Allow the agent more?"
      icon={<ShieldPlus size={16} aria-hidden />}
      answers={answers}
      {...place}
    >
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
      <AnswerButtons answers={answers} />
    </CardFrame>
  )
}
