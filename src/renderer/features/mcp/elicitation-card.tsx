// A question of an MCP server, or about a call of one of its tools: what it wants, from whom, and the answers.
import { MessageCircleQuestion } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import {
  type ElicitationAnswer,
  type ElicitationParams,
  formFields,
  formProblems,
} from '../../../protocol/index.ts'
import type { ElicitationQuestion } from '../../state/approval-store.ts'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import { Button } from '../../ui/button.tsx'
import { KeyHint, RelativeTime, Spinner } from '../../ui/small.tsx'
import { showCommand, showProse } from '../approvals/untrusted-text.ts'
import { Group } from '../timeline/group.tsx'
import { ScrollBox } from '../timeline/scroll-box.tsx'
import '../approvals/approval-card.css'
import { initialValues, SchemaForm } from './schema-form.tsx'
import { type ToolQuestion, toolQuestionOf } from './tool-question.ts'

export interface ElicitationCardProps {
  question: ElicitationQuestion
  /** Title of its thread, where cards of several threads stand together. */
  threadTitle?: string
}

/** Keys pressed sooner were meant for something else. */
const KEYS_AFTER_MS = 300
const MESSAGE_CHARS_MAX = 2000

export function ElicitationCard({ question, threadTitle }: ElicitationCardProps) {
  const { approvals } = useStores()
  const { approvalId, params } = question
  const isDeciding = useSelector(approvals, (state) => state.deciding.has(approvalId))
  const answer = (result: ElicitationAnswer): void => void approvals.answer(approvalId, result)
  const tool = toolQuestionOf(params)
  const what = tool ? `${params.serverName} › ${tool.name}` : `question of ${params.serverName}`
  return (
    <div className="approval" data-approval tabIndex={-1}>
      <Group label={`Approval: ${what}`} testId={`approval:${approvalId}`}>
        <div className="approval-head">
          <MessageCircleQuestion size={16} aria-hidden />
          <span className="approval-title">
            {tool ? 'Call this tool?' : `The MCP server ${params.serverName} asks`}
          </span>
          {threadTitle !== undefined && <span className="approval-thread">{threadTitle}</span>}
          <span className="approval-age">
            <RelativeTime atMs={question.createdAtMs} />
          </span>
        </div>
        {tool ? (
          <ToolApproval server={params.serverName} tool={tool} onAnswer={answer} />
        ) : params.mode === 'url' ? (
          <PageQuestion params={params} onAnswer={answer} />
        ) : (
          <FormQuestion params={params} onAnswer={answer} />
        )}
        {isDeciding && <Spinner />}
      </Group>
    </div>
  )
}

interface Answering {
  onAnswer(answer: ElicitationAnswer): void
}

const answers = [
  { id: 'accept', label: 'Allow once', key: 'a', answer: { action: 'accept' } },
  {
    id: 'acceptForSession',
    label: 'Allow for this session',
    key: 's',
    answer: { action: 'accept', _meta: { persist: 'session' } },
  },
  {
    id: 'always',
    label: 'Always allow',
    key: 'r',
    answer: { action: 'accept', _meta: { persist: 'always' } },
  },
  { id: 'decline', label: 'Decline', key: 'd', answer: { action: 'decline' } },
] as const satisfies readonly {
  id: string
  label: string
  key: string
  answer: ElicitationAnswer
}[]

function ToolApproval({
  server,
  tool,
  onAnswer,
}: { server: string; tool: ToolQuestion } & Answering) {
  const offered = answers.filter(
    ({ id }) => tool.mayPersist || (id !== 'always' && id !== 'acceptForSession'),
  )
  return (
    <WithKeys answers={offered} onAnswer={onAnswer}>
      <p className="approval-place">
        <code>
          {showCommand(server).text} › {showCommand(tool.name).text}
        </code>
      </p>
      {tool.description && <Prose text={tool.description} />}
      <ScrollBox label="Arguments" className="approval-command">
        <pre>{showCommand(JSON.stringify(tool.args, null, 2)).text}</pre>
      </ScrollBox>
      {tool.claims.length > 0 && (
        <p className="approval-place">The server says: {tool.claims.join(', ')}</p>
      )}
      <div className="approval-answers">
        {offered.map(({ id, label, key, answer }) => (
          <Button
            key={id}
            variant={id === 'accept' ? 'primary' : 'secondary'}
            aria-label={label}
            aria-keyshortcuts={key.toUpperCase()}
            data-testid={`decide:${id}`}
            onClick={() => onAnswer(answer)}
          >
            {label}
            <KeyHint>{key.toUpperCase()}</KeyHint>
          </Button>
        ))}
      </div>
    </WithKeys>
  )
}

interface WithKeysProps extends Answering {
  answers: readonly { key: string; answer: ElicitationAnswer }[]
  children: ReactNode
}

function WithKeys({ answers: offered, onAnswer, children }: WithKeysProps) {
  const place = useRef<HTMLDivElement>(null)
  const shownAtMs = useRef(Number.POSITIVE_INFINITY)
  useEffect(() => {
    shownAtMs.current = performance.now()
    const card = place.current?.closest<HTMLElement>('[data-approval]')
    const press = (event: globalThis.KeyboardEvent | KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return
      if (performance.now() - shownAtMs.current < KEYS_AFTER_MS) return
      const found = offered.find(({ key }) => key === event.key.toLowerCase())
      if (!found) return
      event.preventDefault()
      onAnswer(found.answer)
    }
    card?.addEventListener('keydown', press)
    return () => card?.removeEventListener('keydown', press)
  })
  return (
    <div ref={place} className="elicitation-body">
      {children}
    </div>
  )
}

type FormParams = Extract<ElicitationParams, { mode: 'form' }>
type PageParams = Extract<ElicitationParams, { mode: 'url' }>

function FormQuestion({ params, onAnswer }: { params: FormParams } & Answering) {
  const fields = formFields(params.requestedSchema)
  const [values, setValues] = useState(() => initialValues(fields))
  const [isTried, setIsTried] = useState(false)
  function accept(): void {
    setIsTried(true)
    if (Object.keys(formProblems(fields, values)).length > 0) return
    onAnswer({ action: 'accept', content: values })
  }
  return (
    <form
      className="elicitation-body"
      aria-label={`Question of ${params.serverName}`}
      onSubmit={(event) => {
        event.preventDefault()
        accept()
      }}
    >
      <Prose text={params.message} />
      <SchemaForm fields={fields} values={values} showsProblems={isTried} onChange={setValues} />
      <div className="approval-answers">
        <Button type="submit" variant="primary" data-testid="elicitation:accept">
          Accept
        </Button>
        <Refusals onAnswer={onAnswer} />
      </div>
    </form>
  )
}

function PageQuestion({ params, onAnswer }: { params: PageParams } & Answering) {
  const { ui } = useStores()
  const { origin, protocol } = new URL(params.url)
  return (
    <>
      <Prose text={params.message} />
      <p className="approval-place">
        It wants you to open a page of <strong>{origin}</strong>
        {protocol === 'http:' && <strong className="approval-odd">without encryption</strong>}
      </p>
      <span className="elicitation-url">{params.url}</span>
      <div className="approval-answers">
        <Button
          variant="primary"
          data-testid="elicitation:accept"
          onClick={() => {
            ui.actions.openDialog({ kind: 'openLink', url: params.url })
            onAnswer({ action: 'accept' })
          }}
        >
          Open the page
        </Button>
        <Refusals onAnswer={onAnswer} />
      </div>
    </>
  )
}

function Refusals({ onAnswer }: Answering) {
  return (
    <>
      <Button data-testid="elicitation:decline" onClick={() => onAnswer({ action: 'decline' })}>
        Decline
      </Button>
      <Button
        variant="quiet"
        data-testid="elicitation:cancel"
        onClick={() => onAnswer({ action: 'cancel' })}
      >
        Cancel
      </Button>
    </>
  )
}

/** The server's own words: quoted and made harmless. */
function Prose({ text }: { text: string }) {
  const shown = showProse(text, MESSAGE_CHARS_MAX)
  return (
    <figure className="approval-reason">
      <figcaption>The server says</figcaption>
      <blockquote>
        {shown.text}
        {shown.omitted > 0 && (
          <span className="approval-omitted">… {shown.omitted} more characters</span>
        )}
      </blockquote>
    </figure>
  )
}
