// All goals over all threads, by what they spend; with the switch that pauses everything.
import { Pause, Play } from 'lucide-react'
import type { ThreadGoal } from '../../../protocol/index.ts'
import { reportFailure } from '../../state/report-failure.ts'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import { titleOf } from '../../state/thread-state.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { RelativeTime } from '../../ui/small.tsx'
import { NextStart, TopUp } from './goal-bar.tsx'
import { costText, spentShare, statusText, timeText, tokenText } from './goal-words.ts'
import './goals.css'

const HOUR_MS = 3_600_000
/** From so much work on a rate says something. */
const RATE_MS_MIN = 10_000

export function GoalsDashboard({ onClose }: { onClose: () => void }) {
  const stores = useStores()
  const { goals } = stores
  const byThread = useSelector(goals, (state) => state.goals)
  const pausedAll = useSelector(goals, (state) => state.pausedAll)
  const problem = useSelector(goals, (state) => state.problem)
  const all = [...byThread.values()].sort((a, b) => b.tokensUsed - a.tokensUsed)
  const held = all.filter(({ skein }) => skein.hold === 'startHold')
  const act = (work: Promise<unknown>) => void reportFailure(stores, work)
  const footer = pausedAll ? (
    <Button
      variant="primary"
      icon={<Play size={14} aria-hidden />}
      onClick={() => act(goals.resumeAll())}
    >
      Resume all goals
    </Button>
  ) : (
    <Button icon={<Pause size={14} aria-hidden />} onClick={() => act(goals.pauseAll())}>
      Pause all goals
    </Button>
  )
  return (
    <Dialog title="All goals" size="widest" onClose={onClose} footer={footer}>
      {problem !== null && <p role="alert">{problem}</p>}
      {pausedAll && <p role="status">All goals are paused. Nothing runs by itself.</p>}
      {held.length > 0 && !pausedAll && <Held held={held} />}
      {all.length === 0 ? (
        <p>No thread has a goal. Set one in a thread with “Set goal…”.</p>
      ) : (
        <div className="goals-scroll">
          <table className="goals-table" aria-label="Goals" data-testid="goals-table">
            <thead>
              <tr>
                <th scope="col">Thread</th>
                <th scope="col">Objective</th>
                <th scope="col">Status</th>
                <th scope="col">Spent</th>
                <th scope="col">Per hour</th>
                <th scope="col">Budget lasts</th>
                <th scope="col">Last progress</th>
              </tr>
            </thead>
            <tbody>
              {all.map((goal) => (
                <Row key={goal.threadId} goal={goal} onOpen={onClose} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Dialog>
  )
}

function Held({ held }: { held: readonly ThreadGoal[] }) {
  const stores = useStores()
  const { goals } = stores
  const act = (work: Promise<unknown>) => void reportFailure(stores, work)
  return (
    <section className="goals-held" aria-label="Goals waiting to continue">
      <p>
        {held.length === 1 ? '1 goal was' : `${held.length} goals were`} active when Skein ended.
      </p>
      <Button size="small" variant="primary" onClick={() => act(goals.resumeAll(ids(held)))}>
        Continue all
      </Button>
      <Button
        size="small"
        onClick={() =>
          act(Promise.all(ids(held).map((threadId) => goals.set({ threadId, status: 'paused' }))))
        }
      >
        Pause them
      </Button>
    </section>
  )
}

function ids(goals: readonly ThreadGoal[]): readonly string[] {
  return goals.map(({ threadId }) => threadId)
}

function Row({ goal, onOpen }: { goal: ThreadGoal; onOpen: () => void }) {
  const { threadList, ui } = useStores()
  const thread = useSelector(threadList, (state) =>
    state.threads.find(({ id }) => id === goal.threadId),
  )
  const share = spentShare(goal)
  const { timeUsedMs, lastProgressAtMs, costUsedMicros } = goal.skein
  const rate =
    timeUsedMs < RATE_MS_MIN ? null : Math.round((goal.tokensUsed / timeUsedMs) * HOUR_MS)
  const left = goal.status === 'active' ? workLeftMs(goal) : null
  const open = () => {
    onOpen()
    ui.actions.showThread(goal.threadId)
  }
  return (
    <tr>
      <th scope="row" className="goals-thread">
        <button type="button" className="goals-open" onClick={open}>
          {thread ? titleOf(thread) : goal.objective.slice(0, 60)}
        </button>
      </th>
      <td className="goals-objective" title={goal.objective}>
        {goal.objective}
      </td>
      <td>
        {statusText(goal)}
        <span className="inspector-sub">
          <NextStart goal={goal} />
        </span>
        {goal.status === 'budgetLimited' && <TopUp goal={goal} />}
      </td>
      <td>
        {tokenText(goal.tokensUsed)}
        {goal.tokenBudget !== null && ` / ${tokenText(goal.tokenBudget)}`}
        {share !== null && (
          <meter
            className="goals-meter"
            aria-label={`Spent, ${Math.round(share * 100)} percent`}
            value={share}
            high={0.8}
            optimum={0}
          />
        )}
        <span className="inspector-sub">
          {timeText(timeUsedMs)}
          {costUsedMicros !== null && `, about ${costText(costUsedMicros)}`}
        </span>
      </td>
      <td className="goals-short">{rate === null ? '–' : tokenText(rate)}</td>
      <td className="goals-short">{left === null ? '–' : `${timeText(left)} of work`}</td>
      <td className="goals-short">
        {lastProgressAtMs === null ? '–' : <RelativeTime atMs={lastProgressAtMs} />}
      </td>
    </tr>
  )
}

/** Working time until the token budget ends at the rate so far; null without either. */
function workLeftMs({ tokenBudget, tokensUsed, skein }: ThreadGoal): number | null {
  if (tokenBudget === null || tokensUsed === 0 || skein.timeUsedMs < RATE_MS_MIN) return null
  return Math.round((Math.max(0, tokenBudget - tokensUsed) / tokensUsed) * skein.timeUsedMs)
}
