// Questions of the agent to the person: choices and own words for each, and one button that sends all answers.
import { MessageCircleQuestion } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import type { UserQuestion } from '../../../protocol/index.ts'
import type { PendingApproval } from '../../state/approval-store.ts'
import { useStores } from '../../state/stores-context.tsx'
import { Button } from '../../ui/button.tsx'
import { CardFrame, type CardPlace } from './card-frame.tsx'
import './question-card.css'
import { showProse } from './untrusted-text.ts'

const QUESTION_CHARS_MAX = 1000

export interface QuestionCardProps extends CardPlace {
  approval: Extract<PendingApproval, { kind: 'question' }>
}

export function QuestionCard({ approval, ...place }: QuestionCardProps) {
  const { approvals } = useStores()
  const { approvalId, params } = approval
  const [chosen, setChosen] = useState<Readonly<Record<string, string>>>({})
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({})
  const answerOf = ({ id }: UserQuestion): string => typed[id]?.trim() || chosen[id] || ''
  const isComplete = params.questions.every((question) => answerOf(question) !== '')

  function send(event: FormEvent): void {
    event.preventDefault()
    if (!isComplete) return
    const answers = Object.fromEntries(
      params.questions.map((question) => [question.id, { answers: [answerOf(question)] }]),
    )
    void approvals.answer(approvalId, { answers })
  }

  return (
    <CardFrame
      approval={approval}
      label={`Question: ${params.questions[0]?.header ?? 'the agent asks'}`}
      title="The agent asks"
      icon={<MessageCircleQuestion size={16} aria-hidden />}
      {...place}
    >
      <form className="approval-form" onSubmit={send}>
        {params.questions.map((question) => (
          <Question
            key={question.id}
            name={`${approvalId}/${question.id}`}
            question={question}
            chosen={typed[question.id]?.trim() ? undefined : chosen[question.id]}
            typed={typed[question.id] ?? ''}
            onChoose={(label) => {
              setChosen({ ...chosen, [question.id]: label })
              setTyped({ ...typed, [question.id]: '' })
            }}
            onType={(text) => setTyped({ ...typed, [question.id]: text })}
          />
        ))}
        <div className="approval-answers">
          <Button
            variant="primary"
            type="submit"
            data-testid="answer:send"
            disabledReason={isComplete ? undefined : 'Every question needs an answer'}
          >
            Answer
          </Button>
          <Button
            data-testid="answer:dismiss"
            onClick={() => void approvals.answer(approvalId, { answers: {} })}
          >
            Dismiss
          </Button>
        </div>
      </form>
    </CardFrame>
  )
}

interface QuestionProps {
  name: string
  question: UserQuestion
  chosen: string | undefined
  typed: string
  onChoose: (label: string) => void
  onType: (text: string) => void
}

function Question({ name, question, chosen, typed, onChoose, onType }: QuestionProps) {
  const words = (text: string): string => showProse(text, QUESTION_CHARS_MAX).text
  return (
    <fieldset className="question">
      <legend>{words(question.question)}</legend>
      {(question.options ?? []).map(({ label, description }) => (
        <label key={label} className="question-option">
          <input
            type="radio"
            name={name}
            checked={chosen === label}
            onChange={() => onChoose(label)}
          />
          <span>
            {words(label)}
            {description !== '' && <small>{words(description)}</small>}
          </span>
        </label>
      ))}
      {(question.isOther || question.options === null) && (
        <input
          className="field"
          type={question.isSecret ? 'password' : 'text'}
          autoComplete="off"
          aria-label={`Own answer to: ${words(question.question)}`}
          placeholder="Or in your own words"
          value={typed}
          onChange={(event) => onType(event.target.value)}
        />
      )}
    </fieldset>
  )
}
