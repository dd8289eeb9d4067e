// The dialog that sets a goal or edits it: objective, budgets, and the checks that must pass.
import { Plus, Trash2 } from 'lucide-react'
import { type ReactNode, useEffect, useId, useState } from 'react'
import { GOAL_OBJECTIVE_CHARS_MAX, type GoalCheck, GoalNotify } from '../../../protocol/index.ts'
import { messageOf } from '../../state/failures.ts'
import { useStores } from '../../state/stores-context.tsx'
import type { Usage } from '../../state/usage-store.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import '../../ui/field.css'
import { draftOf, type GoalDraft, goalParams, lengthOf, limitsOf, refusalOf } from './goal-draft.ts'
import { outlook } from './goal-outlook.ts'
import { GoalPermissions } from './goal-permissions.tsx'
import { lintObjective } from './objective-lint.ts'
import { WaitFields } from './wait-fields.tsx'
import './goals.css'

export function GoalEditor({ threadId, onClose }: { threadId: string; onClose: () => void }) {
  const { goals, threads } = useStores()
  const store = threads.find(threadId)
  const [permissions, setPermissions] = useState<string | null>(null)
  const [goal] = useState(() => goals.getState().goals.get(threadId) ?? null)
  const [draft, setDraft] = useState(() => draftOf(goal, Date.now()))
  const [problem, setProblem] = useState<string | null>(null)
  const change = (part: Partial<GoalDraft>) => setDraft((before) => ({ ...before, ...part }))
  const length = lengthOf(draft)
  const refusal = refusalOf(draft, Date.now())

  async function save(): Promise<void> {
    try {
      // First: the goal may begin to work as soon as it is set.
      if (permissions !== null) await store?.actions.setPermissions(permissions)
      await goals.set(goalParams(threadId, goal, draft, Date.now()))
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
        <Outlook threadId={threadId} draft={draft} />
        {store && (
          <Labelled label="Permissions">
            {(id) => (
              <GoalPermissions
                id={id}
                store={store}
                value={permissions}
                onChange={setPermissions}
              />
            )}
          </Labelled>
        )}
        <ChecksList draft={draft} change={change} />
        <Habits draft={draft} change={change} />
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

function Hints({ draft }: { draft: GoalDraft }) {
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
  draft: GoalDraft
  change: (part: Partial<GoalDraft>) => void
}

type NumberName = 'tokens' | 'minutes' | 'dollars' | 'turns' | 'gapSeconds' | 'patience'

/** `none`: what an empty field means. */
function NumberField(props: PartProps & { label: string; name: NumberName; none: string }) {
  const { draft, change, label, name, none } = props
  return (
    <Labelled label={label}>
      {(id) => (
        <input
          id={id}
          className="field"
          inputMode="decimal"
          placeholder={none}
          value={draft[name]}
          onChange={(event) => change({ [name]: event.target.value })}
        />
      )}
    </Labelled>
  )
}

function Budgets(props: PartProps) {
  const none = 'No limit'
  return (
    <fieldset className="goal-part">
      <legend>Limits</legend>
      <div className="goal-budgets">
        <NumberField {...props} label="Token budget" name="tokens" none={none} />
        <NumberField {...props} label="Time limit in minutes" name="minutes" none={none} />
        <NumberField {...props} label="Cost limit in US dollars" name="dollars" none={none} />
        <NumberField {...props} label="Automatic turns without you" name="turns" none={none} />
      </div>
      {props.draft.tokens.trim() === '' && (
        <p className="goal-hint goal-near">Without a token budget only you or a check end it.</p>
      )}
    </fieldset>
  )
}

/** What it will probably take, as soon as the thread's use was read; without that the dialog does its work too. */
function Outlook({ threadId, draft }: { threadId: string; draft: GoalDraft }) {
  const { usage } = useStores()
  const [used, setUsed] = useState<Usage | null>(null)
  useEffect(() => {
    let isOpen = true
    const show = (read: Usage) => isOpen && setUsed(read)
    usage.read(threadId).then(show, () => undefined)
    return () => {
      isOpen = false
    }
  }, [usage, threadId])
  const words = used && outlook(used, limitsOf(draft))
  return words && <p className="goal-hint">{words}</p>
}

const notifyWords: Readonly<Record<GoalNotify, string>> = {
  ends: 'When it ends or needs you',
  turns: 'Each automatic turn too',
  none: 'Never',
}

function Habits(props: PartProps) {
  const { draft, change } = props
  return (
    <fieldset className="goal-part">
      <legend>How it goes on</legend>
      <div className="goal-budgets">
        <NumberField {...props} label="Least pause in seconds" name="gapSeconds" none="1" />
        <NumberField {...props} label="Turns without progress" name="patience" none="3" />
        <Labelled label="Messages">
          {(id) => (
            <select
              id={id}
              className="field"
              value={draft.notify}
              onChange={(event) => change({ notify: GoalNotify.parse(event.target.value) })}
            >
              {Object.entries(notifyWords).map(([level, words]) => (
                <option key={level} value={level}>
                  {words}
                </option>
              ))}
            </select>
          )}
        </Labelled>
      </div>
    </fieldset>
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
    <fieldset className="goal-part">
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
