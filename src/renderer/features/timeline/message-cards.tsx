// What was said: by the person, and by the model.
import { CornerDownRight } from 'lucide-react'
import { memo } from 'react'
import type { AgentMessageItem, UserInput, UserMessageItem } from '../../../protocol/index.ts'
import { textOf } from '../../state/message-text.ts'
import type { ItemView } from '../../state/thread-state.ts'
import { Group } from './group.tsx'
import { firstLine } from './item-words.ts'
import { Markdown } from './markdown.tsx'
import './message-cards.css'
import { ItemState } from './item-card.tsx'
import type { ItemRole } from './rows.ts'
import { useDisclosure } from './timeline-context.tsx'

/** A longer message of the person shows so many lines first. */
const LINES_SHOWN = 12
const CHARS_PER_LINE = 90

export interface UserMessageProps {
  view: ItemView
  item: UserMessageItem
  role: ItemRole
  isFromQueue: boolean
}

export function UserMessage({ view, item, role, isFromQueue }: UserMessageProps) {
  const text = textOf(item.content)
  const isLong = estimatedLines(text) > LINES_SHOWN
  const [isOpen, toggle] = useDisclosure(`${view.key}/whole`)
  const origin = role === 'steer' ? 'steered into this turn' : isFromQueue ? 'from the queue' : null
  return (
    <Group label={`User message: ${firstLine(text)}`} testId={`item:${item.id}`} className="asked">
      {origin && (
        <p className="asked-origin">
          <CornerDownRight size={12} aria-hidden /> {origin}
        </p>
      )}
      <div className="asked-bubble">
        <p className={isLong && !isOpen ? 'asked-text asked-short' : 'asked-text'}>{text}</p>
        <Attachments content={item.content} />
        {isLong && (
          <button
            type="button"
            className="asked-more"
            aria-label="Details of user message"
            aria-expanded={isOpen}
            data-testid={`item-toggle:${item.id}`}
            onClick={toggle}
          >
            {isOpen ? 'Show less' : 'Show more'}
          </button>
        )}
      </div>
    </Group>
  )
}

function Attachments({ content }: { content: readonly UserInput[] }) {
  const attached = content.filter(({ type }) => type !== 'text')
  if (attached.length === 0) return null
  return (
    <ul className="asked-attachments" aria-label="Attachments">
      {attached.map((input, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same file may be attached twice.
        <li key={index}>
          {input.type === 'image' && OWN_PICTURE.test(input.url) ? (
            <img className="asked-picture" src={input.url} alt="As attached" />
          ) : (
            <span className="asked-attachment">{nameOf(input)}</span>
          )}
        </li>
      ))}
    </ul>
  )
}

/** Nothing is fetched to show a message. */
const OWN_PICTURE = /^data:image\/(png|jpeg|gif|webp);base64,/

function nameOf(input: UserInput): string {
  switch (input.type) {
    case 'text':
      return ''
    case 'image':
      return 'picture'
    case 'localImage':
      return input.path.slice(input.path.lastIndexOf('/') + 1)
    default:
      return `@${input.name}`
  }
}

function estimatedLines(text: string): number {
  return text
    .split('\n')
    .reduce((lines, line) => lines + Math.max(1, Math.ceil(line.length / CHARS_PER_LINE)), 0)
}

export interface AgentMessageProps {
  view: ItemView
  item: AgentMessageItem
  role: ItemRole
}

export const AgentMessage = memo(({ view, item, role }: AgentMessageProps) => {
  const classes = ['said', role === 'answer' ? '' : 'said-aside']
  if (view.isSuperseded) classes.push('said-superseded')
  return (
    <Group
      label={`Agent message: ${firstLine(item.text)}`}
      testId={`item:${item.id}`}
      className={classes.join(' ')}
    >
      {role === 'answer' && !view.isSuperseded && <h3 className="visually-hidden">Answer</h3>}
      <Markdown text={item.text} isStreaming={view.isOpen} />
      {(view.isSuperseded || view.isInterrupted) && (
        <p className="said-state">
          <ItemState view={view} />
        </p>
      )}
    </Group>
  )
})
