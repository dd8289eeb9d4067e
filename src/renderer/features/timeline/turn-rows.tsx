// What frames the items of a turn: its heading, the line above the work, plan, retry, error, foot.
import {
  Check,
  ChevronRight,
  Circle,
  CircleAlert,
  CircleDot,
  ListChecks,
  RefreshCw,
} from 'lucide-react'
import type { PlanStep, TurnStatus } from '../../../protocol/index.ts'
import type { TurnView } from '../../state/thread-state.ts'
import { duration } from '../../ui/relative-time.ts'
import { CopyButton } from './copy-button.tsx'
import { errorWords } from './error-words.ts'
import { formatClock, formatCount } from './format.ts'
import { Group } from './group.tsx'
import { isWorkOpenAtFirst, partsOf, workKey } from './rows.ts'
import { useDisclosure, useTurnValue } from './timeline-context.tsx'
import './turn-rows.css'

export const statusWords: Readonly<Record<TurnStatus, string>> = {
  inProgress: 'running',
  completed: 'completed',
  interrupted: 'interrupted',
  failed: 'failed',
}

/** "Turn 12, completed"; without a number while the start of the thread is not loaded. */
export function turnTitle(turn: Pick<TurnView, 'number' | 'status'>): string {
  const name = turn.number === null ? 'Turn' : `Turn ${turn.number}`
  return `${name}, ${statusWords[turn.status]}`
}

export function TurnHead({ turnId }: { turnId: string }) {
  const title = useTurnValue(turnId, turnTitle)
  const startedAtMs = useTurnValue(turnId, (turn) => turn.startedAtMs)
  const trigger = useTurnValue(turnId, (turn) => turn.trigger)
  return (
    <div className="turn-head">
      <h2 className="turn-title">{title}</h2>
      {trigger === 'goal' && <span>continued automatically</span>}
      {startedAtMs && (
        <time dateTime={new Date(startedAtMs).toISOString()}>{formatClock(startedAtMs)}</time>
      )}
    </div>
  )
}

export function WorkHead({ turnId }: { turnId: string }) {
  const isOpenAtFirst = useTurnValue(turnId, isWorkOpenAtFirst) ?? true
  const [isOpen, toggle] = useDisclosure(workKey(turnId), isOpenAtFirst)
  const label = useTurnValue(turnId, workLabel) ?? ''
  return (
    <button type="button" className="work-head" aria-expanded={isOpen} onClick={toggle}>
      <ChevronRight size={14} aria-hidden />
      {label}
    </button>
  )
}

/** "Worked 38 s · 6 commands · 3 files". */
export function workLabel(turn: TurnView): string {
  const { workFrom, answerFrom } = partsOf(turn)
  const work = turn.items.slice(workFrom, answerFrom)
  const commands = work.filter(({ item }) => item.type === 'commandExecution').length
  const files = new Set(
    work.flatMap(({ item }) =>
      item.type === 'fileChange' ? item.changes.map((change) => change.path) : [],
    ),
  ).size
  const isRunning = turn.status === 'inProgress'
  const time = turn.durationMs === null ? '' : ` ${duration(turn.durationMs)}`
  return [
    isRunning ? 'Working' : `Worked${time}`,
    ...(commands > 0 ? [formatCount(commands, 'command')] : []),
    ...(files > 0 ? [formatCount(files, 'file')] : []),
    ...(turn.plan ? [planProgress(turn.plan.steps)] : []),
  ].join(' · ')
}

function planProgress(steps: readonly PlanStep[]): string {
  const done = steps.filter((step) => step.status === 'completed').length
  return `${done} of ${formatCount(steps.length, 'step')}`
}

const stepLooks = {
  completed: { icon: <Check size={14} aria-hidden />, word: 'done' },
  inProgress: { icon: <CircleDot size={14} aria-hidden />, word: 'in progress' },
  pending: { icon: <Circle size={14} aria-hidden />, word: 'to do' },
} as const

export function TurnPlanCard({ turnId }: { turnId: string }) {
  const plan = useTurnValue(turnId, (turn) => turn.plan)
  if (!plan) return null
  const progress = planProgress(plan.steps)
  return (
    <Group label={`Plan: ${progress}`} testId={`plan:${turnId}`} className="card">
      <div className="card-head">
        <span className="card-icon">
          <ListChecks size={15} aria-hidden />
        </span>
        <div className="card-line">
          <span className="card-words">Plan</span>
        </div>
        <div className="card-meta">{progress}</div>
      </div>
      {plan.explanation && <p className="turn-plan-explanation">{plan.explanation}</p>}
      <ol className="turn-plan-steps">
        {plan.steps.map(({ step, status }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: steps are told apart by their place.
          <li key={index} className={`turn-plan-step turn-plan-step-${status}`}>
            {stepLooks[status].icon}
            <span>
              <span className="visually-hidden">{stepLooks[status].word}: </span>
              {step}
            </span>
          </li>
        ))}
      </ol>
    </Group>
  )
}

export function RetryLine({ turnId }: { turnId: string }) {
  const retry = useTurnValue(turnId, (turn) => turn.retry)
  if (!retry) return null
  const { attempt, attemptsMax } = retry
  const counts = attempt && attemptsMax ? ` ${attempt} of ${attemptsMax}` : ''
  return (
    <p className="retry-line" title={retry.message}>
      <RefreshCw size={13} aria-hidden />
      {`connection lost, retry${counts}`}
    </p>
  )
}

export function ErrorCard({ turnId }: { turnId: string }) {
  const error = useTurnValue(turnId, (turn) => turn.error)
  if (!error) return null
  const { title, advice, code } = errorWords(error)
  const said = [error.message, error.additionalDetails].filter(Boolean).join('\n')
  const report = () => [title, said, code, `turn ${turnId}`].filter(Boolean).join('\n')
  return (
    <Group label={`Error: ${title}`} testId={`error:${turnId}`} className="error-card">
      <CircleAlert size={16} aria-hidden />
      <div className="error-text">
        <p className="error-title">{title}</p>
        {said && <p className="error-said">{said}</p>}
        <p>{advice}</p>
        <p className="error-tools">
          {code && <code>{code}</code>}
          <CopyButton label="Copy report" text={report} showsLabel />
        </p>
      </div>
    </Group>
  )
}
