// The Goal tab of the inspector: status, figures, why it does not run, its spending, and the log.
import { useEffect, useState } from 'react'
import type { GoalCondition, GoalLogEntry, ThreadGoal } from '../../../protocol/index.ts'
import { messageOf } from '../../state/failures.ts'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import { latestPlan } from '../../state/thread-state.ts'
import type { ThreadStore } from '../../state/thread-store.ts'
import { Button } from '../../ui/button.tsx'
import { RelativeTime } from '../../ui/small.tsx'
import { BurnChart } from './burn-chart.tsx'
import { estimate, type GoalEstimate } from './goal-estimate.ts'
import { GoalLog } from './goal-log.tsx'
import { clockText, costText, statusText, timeText, tokenText } from './goal-words.ts'
import './goals.css'

export function GoalTab({ store }: { store: ThreadStore }) {
  const { goals, ui } = useStores()
  const threadId = useSelector(store, (state) => state.threadId)
  const goal = useSelector(goals, (state) => state.goals.get(threadId))
  const { log, conditions, problem } = useDetails(threadId, goal)
  const edit = () => ui.actions.openDialog({ kind: 'goal', threadId })
  return (
    <div className="inspector-section">
      {goal ? (
        <>
          <Summary goal={goal} />
          <Button size="small" onClick={edit}>
            Edit goal…
          </Button>
        </>
      ) : (
        <>
          <p className="inspector-sub">This thread has no goal.</p>
          <Button onClick={edit}>Set goal…</Button>
        </>
      )}
      {problem !== null && <p role="alert">{problem}</p>}
      {goal?.status === 'active' && <Conditions conditions={conditions} />}
      {goal && <Spending goal={goal} log={log} store={store} />}
      <GoalLog log={log} />
    </div>
  )
}

/** Read again whenever the goal changes. */
function useDetails(threadId: string, goal: ThreadGoal | undefined) {
  const { goals } = useStores()
  const [log, setLog] = useState<readonly GoalLogEntry[]>([])
  const [conditions, setConditions] = useState<readonly GoalCondition[]>([])
  const [problem, setProblem] = useState<string | null>(null)
  useEffect(() => {
    let isShown = true
    const show = async () => {
      try {
        const [entries, found] = await Promise.all([
          goals.readLog(threadId),
          goal ? goals.explain(threadId) : [],
        ])
        if (!isShown) return
        setLog(entries)
        setConditions(found)
        setProblem(null)
      } catch (error) {
        if (isShown) setProblem(messageOf(error))
      }
    }
    void show()
    return () => {
      isShown = false
    }
  }, [goals, threadId, goal])
  return { log, conditions, problem }
}

const actors = { user: 'you', model: 'the agent', system: 'the app' } as const

function Summary({ goal }: { goal: ThreadGoal }) {
  const { skein, tokenBudget } = goal
  const left = tokenBudget === null ? null : Math.max(0, tokenBudget - goal.tokensUsed)
  return (
    <>
      <h2 className="inspector-heading">{statusText(goal)}</h2>
      <p className="inspector-sub">
        Set {clockText(goal.createdAt * 1000)}, status by {actors[skein.actor]}
      </p>
      <p className="goal-full">{goal.objective}</p>
      <dl className="goal-figures">
        <dt>Tokens</dt>
        <dd>
          {tokenText(goal.tokensUsed)}
          {tokenBudget !== null && ` of ${tokenText(tokenBudget)}, ${tokenText(left ?? 0)} left`}
        </dd>
        <dt>Working time</dt>
        <dd>
          {timeText(skein.timeUsedMs)}
          {skein.timeBudgetMs !== null && ` of ${timeText(skein.timeBudgetMs)}`}
        </dd>
        <dt>Estimated cost</dt>
        <dd>
          {skein.costUsedMicros === null ? 'unknown' : costText(skein.costUsedMicros)}
          {skein.costBudgetMicros !== null && ` of ${costText(skein.costBudgetMicros)}`}
        </dd>
        <dt>Automatic turns</dt>
        <dd>
          {skein.autoTurns}
          {skein.autoTurnCap !== null && `, at most ${skein.autoTurnCap} without you`}
        </dd>
        <dt>Without progress</dt>
        <dd>{skein.noProgressStreak} in a row</dd>
        {skein.lastProgressAtMs !== null && (
          <>
            <dt>Last progress</dt>
            <dd>
              <RelativeTime atMs={skein.lastProgressAtMs} />
            </dd>
          </>
        )}
      </dl>
      <Checks goal={goal} />
    </>
  )
}

function Checks({ goal }: { goal: ThreadGoal }) {
  const { checks } = goal.skein
  if (checks.length === 0) return null
  return (
    <ul className="goal-list" aria-label="Acceptance checks">
      {checks.map(({ name, command, last }) => (
        <li key={name}>
          <strong>{name}</strong> <code>{command}</code>:{' '}
          {last === null
            ? 'not run yet'
            : last.passed
              ? 'passed'
              : `failed (${last.exitCode ?? 'no end'})`}
          {last && !last.passed && last.output !== '' && (
            <pre className="goal-output">{last.output}</pre>
          )}
        </li>
      ))}
    </ul>
  )
}

function Conditions({ conditions }: { conditions: readonly GoalCondition[] }) {
  const failing = conditions.filter(({ holds }) => !holds)
  return (
    <details className="goal-why">
      <summary>
        {failing.length === 0 ? 'Nothing keeps it from going on' : 'Why is it not running?'}
      </summary>
      <ul className="goal-list" aria-label="Conditions for the next automatic turn">
        {conditions.map(({ name, holds, value }) => (
          <li key={name} className={holds ? undefined : 'goal-near'}>
            {holds ? '✓' : '✗'} {name}: {value}
          </li>
        ))}
      </ul>
    </details>
  )
}

function Spending({ goal, log, store }: SpendingProps) {
  const plan = useSelector(store, (state) => latestPlan(state)?.plan)
  const done = plan?.steps.filter(({ status }) => status === 'completed').length ?? 0
  const found = estimate(goal, log, plan ? { done, steps: plan.steps.length } : null)
  const turns = log
    .filter(({ kind, goalId }) => kind === 'turn' && goalId === goal.skein.goalId)
    .map(({ tokensUsed }) => tokensUsed)
    .reverse()
  return (
    <>
      <BurnChart spent={turns} budget={goal.tokenBudget} />
      {found && goal.status !== 'complete' && <Estimate found={found} />}
    </>
  )
}

interface SpendingProps {
  readonly goal: ThreadGoal
  readonly log: readonly GoalLogEntry[]
  readonly store: ThreadStore
}

function Estimate({ found }: { found: GoalEstimate }) {
  const { tokensPerTurn, turnsLeft, msLeft, tokensToDone, isShort } = found
  return (
    <p className="inspector-sub">
      Lately a turn took {tokenText(tokensPerTurn)} tokens.
      {turnsLeft !== null &&
        ` The budget is enough for about ${turnsLeft} more${msLeft === null ? '' : `, ${timeText(msLeft)} of work`}.`}
      {tokensToDone !== null && ` The rest of the plan may take ${tokenText(tokensToDone)}.`}
      {isShort && <strong className="goal-near"> The budget will probably not suffice.</strong>}
    </p>
  )
}
