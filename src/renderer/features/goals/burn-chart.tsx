// How a goal spends its tokens, turn by turn: a line that climbs towards the budget. Also readable as a sentence.
import { tokenText } from './goal-words.ts'

const WIDTH = 280
const HEIGHT = 96
const PAD = 6

export function BurnChart({ spent, budget }: { spent: readonly number[]; budget: number | null }) {
  if (spent.length === 0) return null
  const sums = spent.map((_, index) => spent.slice(0, index + 1).reduce((sum, n) => sum + n, 0))
  const total = sums.at(-1) ?? 0
  const top = Math.max(budget ?? 0, total, 1)
  const x = (index: number) => PAD + (index / Math.max(1, sums.length)) * (WIDTH - 2 * PAD)
  const y = (tokens: number) => HEIGHT - PAD - (tokens / top) * (HEIGHT - 2 * PAD)
  const line = [0, ...sums].map((tokens, index) => `${x(index)},${y(tokens)}`).join(' ')
  const words = `${tokenText(total)} tokens over ${sums.length} ${sums.length === 1 ? 'turn' : 'turns'}${
    budget === null ? '' : `, of a budget of ${tokenText(budget)}`
  }`
  return (
    <figure className="goal-chart">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={words}>
        {budget !== null && (
          <line
            className="goal-chart-budget"
            x1={PAD}
            x2={WIDTH - PAD}
            y1={y(budget)}
            y2={y(budget)}
          />
        )}
        <polyline className="goal-chart-line" points={line} />
      </svg>
      <figcaption>{words}</figcaption>
    </figure>
  )
}
