// The last line of a turn: what it does while it runs, what it took and changed when it has ended.
import { FileDiff, Fingerprint } from 'lucide-react'
import { useMemo } from 'react'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import type { TurnView } from '../../state/thread-state.ts'
import { count, duration } from '../../ui/relative-time.ts'
import { Spinner } from '../../ui/small.tsx'
import { CopyButton } from './copy-button.tsx'
import { ChangeCounts } from './diff-view.tsx'
import { formatCount, formatNumber } from './format.ts'
import { type FileDiff as Change, fileDiffOf, fileDiffsOf, totalsOf } from './parse-diff.ts'
import { partsOf } from './rows.ts'
import { RunningTime } from './running-time.tsx'
import { useTimeline, useTurnValue } from './timeline-context.tsx'
import { TurnMenu } from './turn-menu.tsx'
import './turn-rows.css'
import { statusWords } from './turn-rows.tsx'

export function TurnFoot({ turnId }: { turnId: string }) {
  const isRunning = useTurnValue(turnId, (turn) => turn.status === 'inProgress')
  return isRunning ? <RunningFoot turnId={turnId} /> : <EndedFoot turnId={turnId} />
}

function RunningFoot({ turnId }: { turnId: string }) {
  const { thread } = useTimeline()
  const startedAtMs = useTurnValue(turnId, (turn) => turn.startedAtMs)
  const isWaiting = useSelector(
    thread,
    ({ status }) => status.type === 'active' && status.activeFlags.includes('waitingOnApproval'),
  )
  return (
    <div className="turn-foot turn-foot-running">
      {isWaiting ? (
        <span className="card-state-warning">Waiting for your approval</span>
      ) : (
        <>
          <Spinner />
          <span>Working</span>
        </>
      )}
      {startedAtMs && <RunningTime sinceMs={startedAtMs} />}
    </div>
  )
}

function EndedFoot({ turnId }: { turnId: string }) {
  const turn = useTurnValue(turnId, (current) => current)
  const { ui } = useStores()
  const changes = useMemo(() => changesOf(turn), [turn])
  if (!turn) return null
  const answer = answerOf(turn)
  const word = statusWords[turn.status]
  const totals = totalsOf(changes)
  return (
    <div className="turn-foot">
      <span className={turn.status === 'completed' ? undefined : 'turn-foot-status'}>
        {word[0]?.toUpperCase() + word.slice(1)}
        {turn.durationMs !== null &&
          ` ${turn.status === 'completed' ? 'in' : 'after'} ${duration(turn.durationMs)}`}
      </span>
      {turn.tokens && (
        <span title={`${formatNumber(turn.tokens.totalTokens)} tokens in this turn`}>
          {count(turn.tokens.totalTokens)} tokens
        </span>
      )}
      {changes.length > 0 && (
        <button
          type="button"
          className="turn-chip"
          onClick={() => ui.actions.inspect('changes', turnId)}
        >
          <FileDiff size={13} aria-hidden />
          {formatCount(changes.length, 'file')}
          <ChangeCounts {...totals} />
        </button>
      )}
      {turn.snapshotId !== null && (
        <button
          type="button"
          className="turn-chip"
          title="The settings this turn ran under"
          onClick={() => ui.actions.inspect('config', turnId)}
        >
          <Fingerprint size={13} aria-hidden />
          <span className="visually-hidden">Settings snapshot </span>
          {turn.snapshotId.replace(/^sha256:/, '').slice(0, 7)}
        </button>
      )}
      {answer !== '' && <CopyButton label="Copy answer" text={() => answer} />}
      <TurnMenu turn={turn} />
    </div>
  )
}

function answerOf(turn: TurnView): string {
  return turn.items
    .slice(partsOf(turn).answerFrom)
    .flatMap(({ item }) => (item.type === 'agentMessage' ? [item.text] : []))
    .join('\n\n')
}

/** The diff of the turn tells best; without it, the changes that were applied one by one. */
function changesOf(turn: TurnView | undefined): readonly Change[] {
  if (!turn) return []
  if (turn.diff !== null) return fileDiffsOf(turn.diff)
  const files = new Map<string, Change>()
  for (const { item } of turn.items) {
    if (item.type !== 'fileChange' || item.status !== 'completed') continue
    for (const change of item.changes.map(fileDiffOf)) {
      const before = files.get(change.path) ?? { added: 0, removed: 0 }
      files.set(change.path, {
        ...change,
        added: before.added + change.added,
        removed: before.removed + change.removed,
      })
    }
  }
  return [...files.values()]
}
