// How a goal spends its tokens, turn by turn: a line that climbs towards the budget. Also readable as a sentence.
import { tokenText } from './goal-words.ts'

const WIDTH = 320
const HEIGHT = 120
const PAD = 8
/** Above the highest line there is room for its label. */
const HEAD = 20
/** More would lie on each other. */
const DOTS_MAX = 30

/** `spent`: tokens of each turn, oldest first. */
export function BurnChart({ spent, budget }: { spent: readonly number[]; budget: number | null }) {
  if (spent.length === 0) return null
  const sums = spent.map((_, index) => spent.slice(0, index + 1).reduce((sum, n) => sum + n, 0))
  const total = sums.at(-1) ?? 0
  const top = Math.max(budget ?? 0, total, 1)
  const bottom = HEIGHT - PAD
  const x = (index: number) => PAD + (index / sums.length) * (WIDTH - 2 * PAD)
  const y = (tokens: number) => bottom - (tokens / top) * (bottom - HEAD)
  const points = [0, ...sums].map((tokens, index) => ({ x: x(index), y: y(tokens) }))
  const line = points.map((point) => `${point.x},${point.y}`).join(' ')
  const isOver = budget !== null && total >= budget
  const words = `${tokenText(total)} tokens over ${sums.length} ${sums.length === 1 ? 'turn' : 'turns'}${
    budget === null ? '' : `, of a budget of ${tokenText(budget)}`
  }`
  return (
    <figure className={isOver ? 'goal-chart goal-chart-over' : 'goal-chart'}>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={words}>
        <line className="goal-chart-base" x1={PAD} x2={WIDTH - PAD} y1={bottom} y2={bottom} />
        <polygon className="goal-chart-area" points={`${line} ${x(sums.length)},${bottom}`} />
        {budget !== null && <BudgetLine budget={budget} y={y(budget)} />}
        <polyline className="goal-chart-line" points={line} />
        {points.length <= DOTS_MAX &&
          points
            .slice(1)
            .map((point) => (
              <circle key={point.x} className="goal-chart-dot" cx={point.x} cy={point.y} r={3} />
            ))}
      </svg>
      <figcaption>{words}</figcaption>
    </figure>
  )
}

function BudgetLine({ budget, y }: { budget: number; y: number }) {
  return (
    <>
      <line className="goal-chart-budget" x1={PAD} x2={WIDTH - PAD} y1={y} y2={y} />
      <text className="goal-chart-label" x={PAD} y={y - 5}>
        Budget {tokenText(budget)}
      </text>
    </>
  )
}
