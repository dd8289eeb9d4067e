// A question of an MCP server, or about a call of one of its tools: what it wants, from whom, and the answers.
import { MessageCircleQuestion } from 'lucide-react'
import { useState } from 'react'
import {
  type ElicitationAnswer,
  type ElicitationParams,
  formFields,
  formProblems,
} from '../../../protocol/index.ts'
import type { ElicitationQuestion } from '../../state/approval-store.ts'
import { useStores } from '../../state/stores-context.tsx'
import { Button } from '../../ui/button.tsx'
import {
  AnswerButtons,
  type CardAnswer,
  CardFrame,
  type CardPlace,
} from '../approvals/card-frame.tsx'
import { showCommand, showProse } from '../approvals/untrusted-text.ts'
import { ScrollBox } from '../timeline/scroll-box.tsx'
import './mcp.css'
import { initialValues, SchemaForm } from './schema-form.tsx'
import { type ToolQuestion, toolQuestionOf } from './tool-question.ts'

export interface ElicitationCardProps extends CardPlace {
  question: ElicitationQuestion
}

const MESSAGE_CHARS_MAX = 2000

export function ElicitationCard({ question, ...place }: ElicitationCardProps) {
  const { approvals } = useStores()
  const { approvalId, params } = question
  const answer = (result: ElicitationAnswer): void => void approvals.answer(approvalId, result)
  const tool = toolQuestionOf(params)
  const offered = tool ? toolAnswers(tool, answer) : []
  const what = tool ? `${params.serverName} › ${tool.name}` : `question of ${params.serverName}`
  return (
    <CardFrame
      approval={question}
      label={`Approval: ${what}`}
      title={tool ? 'Call this tool?' : `The MCP server ${params.serverName} asks`}
      icon={<MessageCircleQuestion size={16} aria-hidden />}
      answers={offered}
      {...place}
    >
      {tool ? (
        <>
          <ToolSubject server={params.serverName} tool={tool} />
          <AnswerButtons answers={offered} />
        </>
      ) : params.mode === 'url' ? (
        <PageQuestion params={params} onAnswer={answer} />
      ) : (
        <FormQuestion params={params} onAnswer={answer} />
      )}
    </CardFrame>
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

function toolAnswers({ mayPersist }: ToolQuestion, onAnswer: Answering['onAnswer']): CardAnswer[] {
  return answers
    .filter(({ id }) => mayPersist || (id !== 'always' && id !== 'acceptForSession'))
    .map(({ answer, ...offered }) => ({ ...offered, give: () => onAnswer(answer) }))
}

function ToolSubject({ server, tool }: { server: string; tool: ToolQuestion }) {
  return (
    <>
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
    </>
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
