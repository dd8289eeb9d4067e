// The goal of the open thread under its header: what it is after, how it stands, and what one can do about it.
import {
  Check,
  Clock,
  type LucideIcon,
  Pause,
  Pencil,
  Play,
  Plus,
  Target,
  Undo2,
  X,
} from 'lucide-react'
import { goalTopUp, type ThreadGoal } from '../../../protocol/index.ts'
import { reportFailure } from '../../state/report-failure.ts'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import { Button } from '../../ui/button.tsx'
import { useNow } from '../../ui/small.tsx'
import {
  clockText,
  costText,
  spentShare,
  statusText,
  statusWords,
  timeText,
  tokenText,
} from './goal-words.ts'
import './goals.css'

export function GoalBar({ threadId }: { threadId: string }) {
  const { goals } = useStores()
  const goal = useSelector(goals, (state) => state.goals.get(threadId))
  if (!goal) return null
  return (
    <section
      className={`goal-bar goal-${goal.status}`}
      aria-label={`Goal: ${statusWords[goal.status]}`}
      data-testid="goal-bar"
    >
      <Target size={15} aria-hidden />
      <div className="goal-bar-text">
        <p className="goal-bar-objective" title={goal.objective}>
          {goal.objective}
        </p>
        <p className="goal-bar-figures">
          <span className="goal-bar-status">{statusText(goal)}</span>
          <Figures goal={goal} />
        </p>
        {goal.skein.detail !== null && goal.status !== 'active' && (
          <p className="goal-bar-detail">{goal.skein.detail}</p>
        )}
      </div>
      <Controls goal={goal} />
    </section>
  )
}

function Figures({ goal }: { goal: ThreadGoal }) {
  const { skein, tokenBudget } = goal
  const share = spentShare(goal)
  const budget = tokenBudget === null ? '' : ` / ${tokenText(tokenBudget)}`
  const limit = skein.timeBudgetMs === null ? '' : ` / ${timeText(skein.timeBudgetMs)}`
  return (
    <>
      <span className={share !== null && share >= 0.8 ? 'goal-near' : undefined}>
        {tokenText(goal.tokensUsed)}
        {budget} tokens
      </span>
      <span>
        {timeText(skein.timeUsedMs)}
        {limit}
      </span>
      <span>
        {skein.autoTurns} automatic {skein.autoTurns === 1 ? 'turn' : 'turns'}
      </span>
      {skein.costUsedMicros !== null && (
        <span>
          about {costText(skein.costUsedMicros)}
          {skein.costBudgetMicros !== null && ` / ${costText(skein.costBudgetMicros)}`}
        </span>
      )}
      <NextStart goal={goal} />
      <Checks goal={goal} />
    </>
  )
}

/** When the next automatic turn starts, where it waits for its time. */
export function NextStart({ goal }: { goal: ThreadGoal }) {
  const at = goal.skein.nextStartAtMs
  return at === null || goal.skein.hold !== null ? null : <Countdown atMs={at} />
}

function Countdown({ atMs }: { atMs: number }) {
  const left = atMs - useNow(1_000, atMs)
  return left > 1_000 ? <span>next turn in {timeText(left)}</span> : null
}

function Checks({ goal }: { goal: ThreadGoal }) {
  const { checks } = goal.skein
  if (checks.length === 0) return null
  const passed = checks.filter(({ last }) => last?.passed).length
  const ran = checks.some(({ last }) => last !== null)
  return (
    <span>
      {ran ? `${passed} of ${checks.length} checks passed` : `${checks.length} checks to pass`}
    </span>
  )
}

interface Control {
  readonly id: string
  readonly label: string
  readonly Icon: LucideIcon
  readonly isPrimary?: true
  run(): void
}

function Controls({ goal }: { goal: ThreadGoal }) {
  const controls = useControls(goal)
  return (
    <div className="goal-bar-controls">
      {goal.status === 'budgetLimited' && <TopUp goal={goal} />}
      <UndoChange threadId={goal.threadId} untilMs={goal.skein.undoableUntilMs} />
      {controls.map(({ id, label, Icon, isPrimary, run }) => (
        <Button
          key={id}
          size="small"
          variant={isPrimary ? 'primary' : 'secondary'}
          data-testid={`goal:${id}`}
          icon={<Icon size={13} aria-hidden />}
          onClick={run}
        >
          {label}
        </Button>
      ))}
    </div>
  )
}

/** What can be done about a goal as it stands, the likeliest first. */
function useControls({ threadId, status, skein }: ThreadGoal): readonly Control[] {
  const stores = useStores()
  const { goals, ui } = stores
  const act = (work: Promise<unknown>) => void reportFailure(stores, work)
  const turn = (to: 'active' | 'paused' | 'complete') => () =>
    act(goals.set({ threadId, status: to, origin: 'user' }))
  const edit = () => ui.actions.openDialog({ kind: 'goal', threadId })
  const isHeld = status === 'active' && skein.hold === 'startHold'
  const canResume = status !== 'active' && status !== 'complete' && status !== 'budgetLimited'
  const goOn = () => act(goals.resumeAll([threadId]))
  return [
    ...when(isHeld, { id: 'continue', label: 'Continue', Icon: Play, isPrimary: true, run: goOn }),
    ...when(status === 'active', {
      id: 'pause',
      label: 'Pause goal',
      Icon: Pause,
      run: turn('paused'),
    }),
    ...when(status === 'usageLimited' && skein.limitEndsAtMs !== null, {
      id: 'resumeAtReset',
      label: `Resume at ${clockText(skein.limitEndsAtMs ?? 0)}`,
      Icon: Clock,
      run: () => act(goals.set(parkedUntil(threadId, skein.limitEndsAtMs ?? 0))),
    }),
    ...when(canResume, {
      id: 'resume',
      label: 'Resume goal',
      Icon: Play,
      isPrimary: true,
      run: turn('active'),
    }),
    { id: 'edit', label: 'Edit goal', Icon: Pencil, run: edit },
    ...when(status !== 'complete', {
      id: 'complete',
      label: 'Complete goal',
      Icon: Check,
      run: turn('complete'),
    }),
    { id: 'clear', label: 'Clear goal', Icon: X, run: () => act(goals.clear(threadId)) },
  ]
}

function when(holds: boolean, control: Control): readonly Control[] {
  return holds ? [control] : []
}

/** One click: half more of every budget that is used up, and on. */
export function TopUp({ goal }: { goal: ThreadGoal }) {
  const stores = useStores()
  return (
    <Button
      size="small"
      variant="primary"
      icon={<Plus size={13} aria-hidden />}
      onClick={() => void reportFailure(stores, stores.goals.set(goalTopUp(goal)))}
    >
      Top up 50% and resume
    </Button>
  )
}

/** Active, and parked until the provider's limit ends. */
function parkedUntil(threadId: string, untilMs: number) {
  return {
    threadId,
    status: 'active' as const,
    origin: 'user' as const,
    skein: { wait: { type: 'timer' as const, untilMs } },
  }
}

/** For a few seconds after the status changed, whoever changed it. */
export function UndoChange(props: { threadId: string; untilMs: number | null | undefined }) {
  const { threadId, untilMs } = props
  return untilMs === null || untilMs === undefined ? null : (
    <UndoUntil threadId={threadId} untilMs={untilMs} />
  )
}

function UndoUntil({ threadId, untilMs }: { threadId: string; untilMs: number }) {
  const stores = useStores()
  if (useNow(1_000, untilMs) >= untilMs) return null
  return (
    <Button
      size="small"
      data-testid="goal:undo"
      icon={<Undo2 size={13} aria-hidden />}
      onClick={() => void reportFailure(stores, stores.goals.undo(threadId))}
    >
      Undo
    </Button>
  )
}
