// Questions of MCP servers in this thread: those that wait, and how the former ones ended.
import { useEffect, useState } from 'react'
import { type ApprovalView, ElicitationParams } from '../../../protocol/index.ts'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import { Button } from '../../ui/button.tsx'
import { RelativeTime } from '../../ui/small.tsx'
import { showProse } from '../approvals/untrusted-text.ts'
import { toolQuestionOf } from './tool-question.ts'

const MESSAGE_CHARS_MAX = 200

const endings: Readonly<Record<ApprovalView['state'], string>> = {
  pending: 'waiting',
  approved: 'accepted',
  denied: 'declined',
  expired: 'ended with its turn',
  cancelled: 'cancelled',
}

export function QuestionHistory({ threadId }: { threadId: string }) {
  const { approvals, ui } = useStores()
  const waiting = useSelector(
    approvals,
    ({ pending }) =>
      pending.filter((one) => one.kind === 'elicitation' && one.threadId === threadId).length,
  )
  const ended = useEnded(threadId)
  if (waiting === 0 && ended.length === 0) return null
  return (
    <section aria-label="Questions of servers">
      <h2 className="inspector-heading">Questions</h2>
      {waiting > 0 && (
        <p className="mcp-server-head">
          {waiting === 1 ? '1 waits for you' : `${waiting} wait for you`}
          <Button size="small" onClick={() => ui.actions.openDialog({ kind: 'approvals' })}>
            Answer
          </Button>
        </p>
      )}
      <ul className="mcp-entries">
        {ended.map(({ id, params, state, atMs }) => (
          <li key={id} className="mcp-call">
            <strong>{params.serverName}</strong>
            <span>{aboutOf(params)}</span>
            <span className="mcp-facts">
              {endings[state]}
              {atMs !== null && (
                <>
                  {' '}
                  · <RelativeTime atMs={atMs} />
                </>
              )}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

interface Ended {
  readonly id: string
  readonly params: ElicitationParams
  readonly state: ApprovalView['state']
  readonly atMs: number | null
}

/** Latest first. Those that belong to no turn are known only to the windows that saw them. */
function useEnded(threadId: string): readonly Ended[] {
  const { approvals } = useStores()
  const settled = useSelector(approvals, (state) => state.settled)
  const [recorded, setRecorded] = useState<readonly Ended[]>([])
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was settled makes the reading old.
  useEffect(() => {
    let isWanted = true
    approvals.readEnded(threadId).then(
      (views) => isWanted && setRecorded(endedOf(views)),
      () => isWanted && setRecorded([]),
    )
    return () => {
      isWanted = false
    }
  }, [approvals, threadId, settled.length])
  const ids = new Set(recorded.map(({ id }) => id))
  const seen = settled
    .filter(({ approval }) => approval.threadId === threadId && !ids.has(approval.approvalId))
    .flatMap(({ approval, state }) =>
      approval.kind === 'elicitation'
        ? [{ id: approval.approvalId, params: approval.params, state, atMs: null }]
        : [],
    )
  return [...seen.reverse(), ...recorded]
}

function endedOf(views: readonly ApprovalView[]): readonly Ended[] {
  return views
    .filter(({ method }) => method === 'mcpServer/elicitation/request')
    .sort((one, other) => other.createdAtMs - one.createdAtMs)
    .flatMap(({ approvalId, params, state, decidedAtMs }) => {
      const read = ElicitationParams.safeParse(params)
      return read.success ? [{ id: approvalId, params: read.data, state, atMs: decidedAtMs }] : []
    })
}

function aboutOf(params: ElicitationParams): string {
  const tool = toolQuestionOf(params)
  return tool ? `call of ${tool.name}` : showProse(params.message, MESSAGE_CHARS_MAX).text
}
