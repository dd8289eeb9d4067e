// The dialog that sets a goal or edits it: objective, budgets, and the checks that must pass.
import { Plus, Trash2 } from 'lucide-react'
import { type ReactNode, useId, useState } from 'react'
import {
  GOAL_OBJECTIVE_CHARS_MAX,
  type GoalCheck,
  type ThreadGoal,
} from '../../../protocol/index.ts'
import { messageOf } from '../../state/failures.ts'
import { useStores } from '../../state/stores-context.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import '../../ui/field.css'
import { lintObjective } from './objective-lint.ts'
import { noWait, type WaitDraft, WaitFields, waitDraftOf, waitOf } from './wait-fields.tsx'
import './goals.css'

const TOKENS_DEFAULT = '200000'
const TURNS_DEFAULT = '50'
const MICROS = 1_000_000

interface Draft {
  readonly objective: string
  /** As typed; empty: no limit. */
  readonly tokens: string
  readonly minutes: string
  readonly turns: string
  readonly dollars: string
  readonly wait: WaitDraft
  readonly checks: readonly (GoalCheck & { readonly key: number })[]
}

export function GoalEditor({ threadId, onClose }: { threadId: string; onClose: () => void }) {
  const { goals } = useStores()
  const [goal] = useState(() => goals.getState().goals.get(threadId) ?? null)
  const [draft, setDraft] = useState(() => draftOf(goal))
  const [problem, setProblem] = useState<string | null>(null)
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }))
  const length = [...draft.objective.trim()].length
  const refusal = refusalOf(draft, length)

  async function save(): Promise<void> {
    try {
      await goals.set(paramsOf(threadId, goal, draft))
      onClose()
    } catch (error) {
      setProblem(messageOf(error))
    }
  }

  const footer = (
    <>
      <Button onClick={onClose}>Cancel</Button>
      <Button variant="primary" disabledReason={refusal ?? undefined} onClick={() => void save()}>
        {goal ? 'Save goal' : 'Set goal'}
      </Button>
    </>
  )
  return (
    <Dialog title={goal ? 'Edit goal' : 'Set a goal'} size="wide" onClose={onClose} footer={footer}>
      <div className="goal-form">
        <Labelled label="Objective">
          {(id) => (
            <textarea
              id={id}
              data-first
              className="field goal-objective"
              rows={5}
              value={draft.objective}
              placeholder="What should be true in the end, and how can one tell?"
              onChange={(event) => change({ objective: event.target.value })}
            />
          )}
        </Labelled>
        <p className={length > GOAL_OBJECTIVE_CHARS_MAX ? 'goal-hint goal-near' : 'goal-hint'}>
          {length} of {GOAL_OBJECTIVE_CHARS_MAX} characters
        </p>
        <Hints draft={draft} />
        <Budgets draft={draft} change={change} />
        <ChecksList draft={draft} change={change} />
        <WaitFields draft={draft.wait} onChange={(wait) => change({ wait })} />
        {(problem ?? refusal) !== null && draft.objective !== '' && (
          <p role="alert" className="goal-near">
            {problem ?? refusal}
          </p>
        )}
      </div>
    </Dialog>
  )
}

function Labelled(props: { label: string; children: (id: string) => ReactNode }) {
  const id = useId()
  return (
    <div className="goal-field">
      <label htmlFor={id}>{props.label}</label>
      {props.children(id)}
    </div>
  )
}

function Hints({ draft }: { draft: Draft }) {
  const hints = lintObjective(draft.objective, draft.checks.length > 0)
  if (hints.length === 0) return null
  return (
    <ul className="goal-hints" aria-label="Hints">
      {hints.map((hint) => (
        <li key={hint}>{hint}</li>
      ))}
    </ul>
  )
}

interface PartProps {
  draft: Draft
  change: (part: Partial<Draft>) => void
}

function Budgets({ draft, change }: PartProps) {
  const number = (label: string, name: 'tokens' | 'minutes' | 'turns' | 'dollars') => (
    <Labelled label={label}>
      {(id) => (
        <input
          id={id}
          className="field"
          inputMode="numeric"
          placeholder="No limit"
          value={draft[name]}
          onChange={(event) => change({ [name]: event.target.value })}
        />
      )}
    </Labelled>
  )
  return (
    <>
      <div className="goal-budgets">
        {number('Token budget', 'tokens')}
        {number('Time limit in minutes', 'minutes')}
        {number('Cost limit in US dollars', 'dollars')}
        {number('Automatic turns without you', 'turns')}
      </div>
      {draft.tokens.trim() === '' && (
        <p className="goal-hint goal-near">Without a token budget only you or a check end it.</p>
      )}
    </>
  )
}

function ChecksList({ draft, change }: PartProps) {
  const { checks } = draft
  const edit = (key: number, part: Partial<GoalCheck>) =>
    change({ checks: checks.map((check) => (check.key === key ? { ...check, ...part } : check)) })
  const add = () => {
    const key = Math.max(0, ...checks.map((check) => check.key)) + 1
    change({ checks: [...checks, { key, name: '', command: '', expectedExitCode: 0 }] })
  }
  return (
    <fieldset className="goal-checks">
      <legend>Acceptance checks</legend>
      <p className="goal-hint">
        Commands that must succeed, in the thread’s sandbox, before the goal counts as complete. The
        agent cannot change them.
      </p>
      {checks.map((check, index) => (
        <div key={check.key} className="goal-check">
          <input
            className="field"
            aria-label={`Name of check ${index + 1}`}
            placeholder="Name"
            value={check.name}
            onChange={(event) => edit(check.key, { name: event.target.value })}
          />
          <input
            className="field field-mono"
            aria-label={`Command of check ${index + 1}`}
            placeholder="npm test"
            value={check.command}
            onChange={(event) => edit(check.key, { command: event.target.value })}
          />
          <IconButton
            label={`Remove check ${index + 1}`}
            icon={<Trash2 size={14} aria-hidden />}
            onClick={() => change({ checks: checks.filter(({ key }) => key !== check.key) })}
          />
        </div>
      ))}
      <Button size="small" icon={<Plus size={13} aria-hidden />} onClick={add}>
        Add check
      </Button>
    </fieldset>
  )
}

function draftOf(goal: ThreadGoal | null): Draft {
  if (!goal)
    return {
      objective: '',
      tokens: TOKENS_DEFAULT,
      minutes: '',
      turns: TURNS_DEFAULT,
      dollars: '',
      checks: [],
      wait: noWait,
    }
  const { skein } = goal
  const text = (value: number | null) => (value === null ? '' : `${value}`)
  return {
    objective: goal.objective,
    tokens: text(goal.tokenBudget),
    minutes: text(skein.timeBudgetMs && Math.round(skein.timeBudgetMs / 60_000)),
    turns: text(skein.autoTurnCap),
    dollars: text(skein.costBudgetMicros && skein.costBudgetMicros / MICROS),
    wait: waitDraftOf(skein.wait, Date.now()),
    checks: skein.checks.map(({ last: _, ...check }, key) => ({ ...check, key })),
  }
}

/** Undefined: not a positive whole number. */
function numberOf(text: string): number | null | undefined {
  const digits = text.replace(/[\s,._]/g, '')
  if (digits === '') return null
  const value = Number(digits)
  return Number.isSafeInteger(value) && value > 0 ? value : undefined
}

/** Undefined: no amount above zero. */
function microsOf(dollars: string): number | null | undefined {
  if (dollars.trim() === '') return null
  const value = Math.round(Number(dollars) * MICROS)
  return Number.isSafeInteger(value) && value > 0 ? value : undefined
}

function refusalOf(draft: Draft, length: number): string | null {
  if (length === 0) return 'Write an objective first'
  if (length > GOAL_OBJECTIVE_CHARS_MAX)
    return `The objective has ${length - GOAL_OBJECTIVE_CHARS_MAX} characters too many. Save the details in a file of the project and point at it.`
  if ([draft.tokens, draft.minutes, draft.turns].some((text) => numberOf(text) === undefined))
    return 'Limits are whole numbers above zero, or empty for none'
  if (microsOf(draft.dollars) === undefined)
    return 'The cost limit is an amount above zero, or empty'
  if (waitOf(draft.wait, Date.now()) === undefined)
    return 'Say what to wait for: a number, a path or a command'
  if (draft.checks.some(({ name, command }) => name.trim() === '' || command.trim() === ''))
    return 'Each check needs a name and a command'
  return null
}

/** A goal that was over is set going again by its edit; a stopped one stays as it is. */
function paramsOf(threadId: string, goal: ThreadGoal | null, draft: Draft) {
  const minutes = numberOf(draft.minutes) ?? null
  const checks = draft.checks.map(({ key: _, ...check }) => check)
  const before = goal?.skein.checks.map(({ last: _, ...check }) => check) ?? []
  const now = Date.now()
  const known = waitDraftOf(goal?.skein.wait ?? null, now)
  const isSameWait = JSON.stringify(draft.wait) === JSON.stringify(known)
  const wait = isSameWait ? undefined : waitOf(draft.wait, now)
  const isOver = goal?.status === 'complete' || goal?.status === 'budgetLimited'
  return {
    threadId,
    objective: draft.objective,
    tokenBudget: numberOf(draft.tokens) ?? null,
    origin: 'user' as const,
    ...(isOver && { status: 'active' as const }),
    skein: {
      ...(goal && { expectedGoalId: goal.skein.goalId }),
      timeBudgetMs: minutes === null ? null : minutes * 60_000,
      autoTurnCap: numberOf(draft.turns) ?? null,
      costBudgetMicros: microsOf(draft.dollars) ?? null,
      ...(wait !== undefined && { wait }),
      ...(JSON.stringify(checks) !== JSON.stringify(before) && { checks }),
    },
  }
}
