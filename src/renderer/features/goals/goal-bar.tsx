// The goal of the open thread under its header: what it is after, how it stands, and what one can do about it.
import { Check, Pause, Pencil, Play, Plus, Target, X } from 'lucide-react'
import type { ThreadGoal } from '../../../protocol/index.ts'
import { reportFailure } from '../../state/commands.ts'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import { Button } from '../../ui/button.tsx'
import { useNow } from '../../ui/small.tsx'
import { spentShare, statusText, statusWords, timeText, tokenText } from './goal-words.ts'
import './goals.css'

/** A half more of what was granted. */
const TOP_UP = 1.5

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
      <NextStart goal={goal} />
      <Checks goal={goal} />
    </>
  )
}

function NextStart({ goal }: { goal: ThreadGoal }) {
  const at = goal.skein.nextStartAtMs
  return at === null || goal.skein.hold !== null ? null : <Countdown atMs={at} />
}

function Countdown({ atMs }: { atMs: number }) {
  const left = atMs - useNow(1_000)
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

function Controls({ goal }: { goal: ThreadGoal }) {
  const stores = useStores()
  const { goals, ui } = stores
  const { threadId, status, skein } = goal
  const act = (work: Promise<unknown>) => void reportFailure(stores, work)
  const set = (change: Parameters<typeof goals.set>[0]) => act(goals.set(change))
  const isHeld = status === 'active' && skein.hold === 'startHold'
  const needsGrant = status === 'budgetLimited'
  const canResume = status !== 'active' && status !== 'complete' && !needsGrant
  return (
    <div className="goal-bar-controls">
      {isHeld && (
        <Button
          size="small"
          variant="primary"
          icon={<Play size={13} aria-hidden />}
          onClick={() => act(goals.resumeAll([threadId]))}
        >
          Continue
        </Button>
      )}
      {status === 'active' && (
        <Button
          size="small"
          data-testid="goal:pause"
          icon={<Pause size={13} aria-hidden />}
          onClick={() => set({ threadId, status: 'paused', origin: 'user' })}
        >
          Pause goal
        </Button>
      )}
      {canResume && (
        <Button
          size="small"
          variant="primary"
          data-testid="goal:resume"
          icon={<Play size={13} aria-hidden />}
          onClick={() => set({ threadId, status: 'active', origin: 'user' })}
        >
          Resume goal
        </Button>
      )}
      {needsGrant && <TopUp goal={goal} />}
      <Button
        size="small"
        data-testid="goal:edit"
        icon={<Pencil size={13} aria-hidden />}
        onClick={() => ui.actions.openDialog({ kind: 'goal', threadId })}
      >
        Edit goal
      </Button>
      {status !== 'complete' && (
        <Button
          size="small"
          data-testid="goal:complete"
          icon={<Check size={13} aria-hidden />}
          onClick={() => set({ threadId, status: 'complete', origin: 'user' })}
        >
          Complete goal
        </Button>
      )}
      <Button
        size="small"
        data-testid="goal:clear"
        icon={<X size={13} aria-hidden />}
        onClick={() => act(goals.clear(threadId))}
      >
        Clear goal
      </Button>
    </div>
  )
}

/** One click: half more of every budget that is used up, and on. */
export function TopUp({ goal }: { goal: ThreadGoal }) {
  const stores = useStores()
  return (
    <Button
      size="small"
      variant="primary"
      icon={<Plus size={13} aria-hidden />}
      onClick={() => void reportFailure(stores, stores.goals.set(topUpOf(goal)))}
    >
      Top up 50% and resume
    </Button>
  )
}

function topUpOf(goal: ThreadGoal) {
  const { threadId, tokenBudget, tokensUsed, skein } = goal
  const grown = (budget: number, used: number) => Math.ceil(Math.max(budget, used) * TOP_UP)
  return {
    threadId,
    status: 'active' as const,
    origin: 'user' as const,
    ...(tokenBudget !== null && { tokenBudget: grown(tokenBudget, tokensUsed) }),
    ...(skein.timeBudgetMs !== null && {
      skein: { timeBudgetMs: grown(skein.timeBudgetMs, skein.timeUsedMs) },
    }),
  }
}
