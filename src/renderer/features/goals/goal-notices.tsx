// Tells once when a goal came to its end or cannot go on by itself; turns in between are never worth a message.
import { X } from 'lucide-react'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import { titleOf } from '../../state/thread-state.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { useNow } from '../../ui/small.tsx'
import { TopUp, UndoChange } from './goal-bar.tsx'
import { statusText } from './goal-words.ts'
import './goals.css'

export function GoalNotices() {
  const { goals, ui, threadList } = useStores()
  const stopped = useSelector(goals, (state) => state.stopped)
  const threads = useSelector(threadList, (state) => state.threads)
  const cleared = useSelector(goals, (state) => state.cleared)
  const nowMs = useNow(1_000, Math.max(0, ...cleared.values()))
  const removed = [...cleared].filter(([, untilMs]) => untilMs > nowMs)
  if (stopped.length === 0 && removed.length === 0) return null
  return (
    <section className="goal-notices" aria-label="Goal messages">
      {removed.map(([threadId, untilMs]) => (
        <div key={threadId} className="goal-notice" role="status">
          <span>
            Goal of “{titleOf(threads.find(({ id }) => id === threadId) ?? null)}” cleared
          </span>
          <UndoChange threadId={threadId} untilMs={untilMs} />
        </div>
      ))}
      {stopped.map((goal) => (
        <div key={goal.threadId} className="goal-notice" role="status">
          <span>
            Goal of “{titleOf(threads.find(({ id }) => id === goal.threadId) ?? null)}”:{' '}
            {statusText(goal)}
          </span>
          {goal.status === 'budgetLimited' && <TopUp goal={goal} />}
          <UndoChange threadId={goal.threadId} untilMs={goal.skein.undoableUntilMs} />
          <Button
            size="small"
            onClick={() => {
              ui.actions.showThread(goal.threadId)
              goals.dismiss(goal.threadId)
            }}
          >
            Show
          </Button>
          <IconButton
            size="small"
            label="Dismiss goal message"
            icon={<X size={13} aria-hidden />}
            onClick={() => goals.dismiss(goal.threadId)}
          />
        </div>
      ))}
    </section>
  )
}
