// Plan mode on and off: the agent works out what to do and changes nothing. Counts for the thread at once.
import { ListChecks } from 'lucide-react'
import { reportFailure } from '../../state/report-failure.ts'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import type { ThreadStore } from '../../state/thread-store.ts'
import { Tooltip } from '../../ui/tooltip.tsx'

export function ModeChip({ store }: { store: ThreadStore }) {
  const stores = useStores()
  const isPlan = useSelector(store, (state) => state.settings?.mode === 'plan')
  const next = isPlan ? 'default' : 'plan'
  return (
    <Tooltip text="In plan mode the agent looks around and proposes a plan; it changes nothing">
      <button
        type="button"
        className={isPlan ? 'chip chip-changed' : 'chip'}
        aria-pressed={isPlan}
        aria-label={`mode: ${isPlan ? 'plan' : 'default'}`}
        data-testid="chip:mode"
        onClick={() => void reportFailure(stores, store.actions.setMode(next))}
      >
        <ListChecks size={13} aria-hidden />
        <span className="chip-value">{isPlan ? 'plan mode' : 'plan'}</span>
      </button>
    </Tooltip>
  )
}
