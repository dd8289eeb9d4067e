// How full the model's context is, as a ring and in words.
import { useSelector } from '../../state/stores-context.tsx'
import { contextUsage } from '../../state/thread-state.ts'
import type { ThreadStore } from '../../state/thread-store.ts'
import { count } from '../../ui/relative-time.ts'
import { Tooltip } from '../../ui/tooltip.tsx'

const RADIUS = 7
const LENGTH = 2 * Math.PI * RADIUS
const TIGHT_PERCENT = 80
const FULL_PERCENT = 95

export function ContextRing({ store }: { store: ThreadStore }) {
  const usage = useSelector(store, (state) => state.tokenUsage)
  const context = contextUsage(usage)
  if (!context) return null
  const { tokens, window, percent } = context
  const tone =
    percent >= FULL_PERCENT ? ' ring-full' : percent >= TIGHT_PERCENT ? ' ring-tight' : ''
  const advice =
    percent >= TIGHT_PERCENT ? ' Older parts will be summarised, or go on in a new thread.' : ''
  const words = `The last request used ${count(tokens)} of ${count(window)} tokens.${advice}`
  return (
    <Tooltip text={words} placement="top">
      {/* biome-ignore lint/a11y/useSemanticElements: a <meter> cannot be drawn as a ring. */}
      <span
        role="meter"
        className={`ring${tone}`}
        aria-label={`Context used, ${percent} percent`}
        aria-valuenow={percent}
        aria-valuemin={0}
        aria-valuemax={100}
        data-testid="context-meter"
      >
        <svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">
          <circle className="ring-track" cx="9" cy="9" r={RADIUS} />
          <circle
            className="ring-value"
            cx="9"
            cy="9"
            r={RADIUS}
            strokeDasharray={`${(LENGTH * percent) / 100} ${LENGTH}`}
            transform="rotate(-90 9 9)"
          />
        </svg>
        <span aria-hidden>{percent} %</span>
      </span>
    </Tooltip>
  )
}
