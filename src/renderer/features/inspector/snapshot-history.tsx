// Under which settings the turns of a thread ran, and what differs between any two of them.
import { useEffect, useId, useState } from 'react'
import type { SnapshotRow, SnapshotSpan } from '../../../protocol/index.ts'
import { messageOf } from '../../state/failures.ts'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import type { ThreadStore } from '../../state/thread-store.ts'
import { Button } from '../../ui/button.tsx'
import { valueText } from '../config/value-text.ts'
import { layerText } from './config-rows.ts'
import { spanName } from './span-name.ts'

export function SnapshotHistory({ store }: { store: ThreadStore }) {
  const spans = useSpans(store)
  const turns = useSelector(store, (state) => state.turns)
  const [left, setLeft] = useState<string | null>(null)
  const [right, setRight] = useState<string | null>(null)
  const names = { left: useId(), right: useId() }
  const [newest, older] = spans
  if (!newest) return null
  const numberOf = (turnId: string) => turns.find((turn) => turn.id === turnId)?.number ?? null
  const isKnown = (id: string | null) => spans.some((span) => span.lastTurnId === id)
  const leftSpan = spans.find(
    ({ lastTurnId }) => lastTurnId === (isKnown(left) ? left : older?.lastTurnId),
  )
  const rightSpan = spans.find(
    ({ lastTurnId }) => lastTurnId === (isKnown(right) ? right : newest.lastTurnId),
  )
  return (
    <section className="inspector-section" aria-label="Settings of earlier turns">
      <h3 className="inspector-heading">Settings of earlier turns</h3>
      <table className="config-table" aria-label="Snapshots">
        <thead>
          <tr>
            <th scope="col">Turns</th>
            <th scope="col" className="snapshot-pick-column">
              Left
            </th>
            <th scope="col" className="snapshot-pick-column">
              Right
            </th>
          </tr>
        </thead>
        <tbody>
          {spans.map((span) => (
            <SpanRow
              key={span.lastTurnId}
              span={span}
              name={spanName(span, numberOf)}
              radios={names}
              isLeft={span === leftSpan}
              isRight={span === rightSpan}
              onLeft={() => setLeft(span.lastTurnId)}
              onRight={() => setRight(span.lastTurnId)}
            />
          ))}
        </tbody>
      </table>
      {leftSpan && rightSpan && leftSpan !== rightSpan && (
        <Differences
          left={leftSpan}
          right={rightSpan}
          leftName={turnName(leftSpan, numberOf)}
          rightName={turnName(rightSpan, numberOf)}
        />
      )}
    </section>
  )
}

type NumberOf = (turnId: string) => number | null

/** Of the span's newest turn. */
function turnName({ lastTurnId }: SnapshotSpan, numberOf: NumberOf): string {
  return String(numberOf(lastTurnId) ?? lastTurnId.slice(-6))
}

interface SpanRowProps {
  span: SnapshotSpan
  name: string
  radios: { left: string; right: string }
  isLeft: boolean
  isRight: boolean
  onLeft: () => void
  onRight: () => void
}

function SpanRow({ span, name, radios, isLeft, isRight, onLeft, onRight }: SpanRowProps) {
  const { ui } = useStores()
  return (
    <tr>
      <td>
        <Button
          size="small"
          variant="quiet"
          onClick={() => ui.actions.inspect('config', span.lastTurnId)}
        >
          {name}
        </Button>
        {span.turns > 1 && <span className="inspector-sub"> same</span>}
      </td>
      <td>
        <input
          type="radio"
          name={radios.left}
          aria-label={`Left: ${name}`}
          checked={isLeft}
          onChange={onLeft}
        />
      </td>
      <td>
        <input
          type="radio"
          name={radios.right}
          aria-label={`Right: ${name}`}
          checked={isRight}
          onChange={onRight}
        />
      </td>
    </tr>
  )
}

interface DifferencesProps {
  left: SnapshotSpan
  right: SnapshotSpan
  leftName: string
  rightName: string
}

function Differences({ left, right, leftName, rightName }: DifferencesProps) {
  const { config } = useStores()
  const [rows, setRows] = useState<readonly SnapshotRow[] | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [leftId, rightId] = [left.snapshotId, right.snapshotId]
  useEffect(() => {
    let isWanted = true
    setProblem(null)
    config.compare(leftId, rightId).then(
      (read) => isWanted && setRows(read),
      (error: unknown) => isWanted && setProblem(messageOf(error)),
    )
    return () => {
      isWanted = false
    }
  }, [config, leftId, rightId])
  if (problem !== null) return <p role="alert">They could not be compared: {problem}</p>
  if (!rows) return null
  if (rows.length === 0)
    return (
      <p className="inspector-sub">
        Turns {leftName} and {rightName} ran under the same settings.
      </p>
    )
  return (
    <table
      className="config-table snapshot-diff"
      aria-label={`Differences between turn ${leftName} and turn ${rightName}`}
      data-testid="snapshot-diff"
    >
      <thead>
        <tr>
          <th scope="col">Key</th>
          <th scope="col">Turn {leftName}</th>
          <th scope="col">Turn {rightName}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.key} data-testid={`diff:${row.key}`}>
            <td>{row.key}</td>
            <Side value={row.left} layer={row.leftLayer} />
            <Side value={row.right} layer={row.rightLayer} />
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Side({ value, layer }: { value: unknown; layer: string | null }) {
  return (
    <td>
      <div className="config-value">{valueText(value)}</div>
      {layer !== null && <div className="inspector-sub">set by {layerText(layer)}</div>}
    </td>
  )
}

/** Read again with each turn that starts, since it has settings of its own. */
function useSpans(store: ThreadStore): readonly SnapshotSpan[] {
  const { config } = useStores()
  const lastTurn = useSelector(store, (state) => state.turns.at(-1)?.id)
  const turnCount = useSelector(store, (state) => state.turns.length)
  const [spans, setSpans] = useState<readonly SnapshotSpan[]>([])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the turns are what makes the reading old.
  useEffect(() => {
    let isWanted = true
    config.snapshotSpans(store.threadId).then(
      (read) => isWanted && setSpans(read),
      () => isWanted && setSpans([]),
    )
    return () => {
      isWanted = false
    }
  }, [config, store, lastTurn, turnCount])
  return spans
}
