// The question to a person about an action, as it is recorded and as clients are asked it.
import type {
  ApprovalDecision,
  CommandApprovalParams,
  FileChangeApprovalParams,
  ThreadItem,
} from '../../../protocol/index.ts'
import type { ActionDecision } from '../../approvals/questions.ts'
import { newId } from '../../lib/ids.ts'
import type { StoredApproval } from '../../storage/thread-event.ts'
import type { ToolAction } from '../../tools/tool.ts'
import type { TurnScope } from './turn-scope.ts'

/** A call without a card gets an item id of its own: the question must point somewhere. */
export function approvalOf(
  scope: Pick<TurnScope, 'threadId' | 'turnId'>,
  action: ToolAction,
  item: ThreadItem | null,
  verdict: Extract<ActionDecision, { type: 'ask' }>,
  nowMs: number,
): StoredApproval<'item/commandExecution/requestApproval' | 'item/fileChange/requestApproval'> {
  const itemId = item?.id ?? newId()
  const common = {
    threadId: scope.threadId,
    turnId: scope.turnId,
    itemId,
    startedAtMs: nowMs,
  }
  const { reason } = verdict
  const base = { approvalId: newId(), turnId: scope.turnId, itemId, createdAtMs: nowMs }
  if (action.type !== 'command') {
    const params: FileChangeApprovalParams = {
      ...common,
      reason,
      grantRoot: verdict.grantRoot ?? null,
    }
    return { ...base, method: 'item/fileChange/requestApproval', params }
  }
  const params: CommandApprovalParams = {
    ...common,
    kind: 'command',
    ...(reason !== null && { reason }),
    command: action.command,
    cwd: action.cwd,
    commandActions: [...action.commandActions],
    environmentId: 'local',
    ...(verdict.proposedAmendment && {
      proposedExecpolicyAmendment: [...verdict.proposedAmendment],
    }),
    availableDecisions: verdict.availableDecisions.filter(isListed),
    skein: { decisions: [...verdict.availableDecisions] },
  }
  return { ...base, method: 'item/commandExecution/requestApproval', params }
}

/** The reference lists these two to nobody, yet takes them as answers. */
function isListed(decision: ApprovalDecision): boolean {
  return decision !== 'acceptForSession' && decision !== 'decline'
}
