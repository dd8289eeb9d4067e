// The latest plan of the thread, step by step.
import { Circle, CircleCheck, CircleDot } from 'lucide-react'
import type { PlanStep } from '../../../protocol/index.ts'
import { useSelector } from '../../state/stores-context.tsx'
import { latestPlan } from '../../state/thread-state.ts'
import type { ThreadStore } from '../../state/thread-store.ts'

const words: Readonly<Record<PlanStep['status'], string>> = {
  pending: 'to do',
  inProgress: 'in progress',
  completed: 'done',
}

export function PlanTab({ store }: { store: ThreadStore }) {
  const plan = useSelector(store, (state) => latestPlan(state)?.plan)
  if (!plan) return <p className="inspector-empty">The agent has made no plan in this thread.</p>
  const done = plan.steps.filter((step) => step.status === 'completed').length
  return (
    <div className="inspector-section">
      <h2 className="inspector-heading">
        {done} of {plan.steps.length} done
      </h2>
      {plan.explanation !== null && <p className="inspector-sub">{plan.explanation}</p>}
      <ol className="plan-list">
        {plan.steps.map(({ step, status }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: steps are told apart by their place.
          <li key={index} className={`plan-step plan-step-${status}`}>
            <StepMark status={status} />
            <span>
              {step}
              <span className="visually-hidden">, {words[status]}</span>
            </span>
          </li>
        ))}
      </ol>
    </div>
  )
}

function StepMark({ status }: { status: PlanStep['status'] }) {
  if (status === 'completed') return <CircleCheck size={15} aria-hidden />
  return status === 'inProgress' ? (
    <CircleDot size={15} aria-hidden />
  ) : (
    <Circle size={15} aria-hidden />
  )
}
