// The frame of everything that waits for the person: what it is, whose, since when, and the keys that answer it.
import { type KeyboardEvent, type ReactNode, useEffect, useRef } from 'react'
import type { PendingApproval } from '../../state/approval-store.ts'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import { Button } from '../../ui/button.tsx'
import { KeyHint, RelativeTime, Spinner } from '../../ui/small.tsx'
import { Group } from '../timeline/group.tsx'
import './approval-card.css'

/** Keys pressed sooner were meant for something else. */
const KEYS_AFTER_MS = 300

/** Where a card stands. */
export interface CardPlace {
  /** Title of its thread, where cards of several threads stand together. */
  readonly threadTitle?: string
  /** It takes the focus when the dialog around it opens. */
  readonly isFirst?: boolean
}

/** An answer that is one press away. */
export interface CardAnswer {
  readonly id: string
  readonly label: string
  /** Pressed while the card has the focus. */
  readonly key: string
  give(): void
}

export interface CardFrameProps extends CardPlace {
  approval: PendingApproval
  /** For those who do not see the card. */
  label: string
  title: string
  icon: ReactNode
  /** Answered by their keys too; none while something else must be decided first. */
  answers?: readonly CardAnswer[]
  children: ReactNode
}

/** J and K go to the next and the former card; the keys of answers count once the card has been there for a moment. */
export function CardFrame(props: CardFrameProps) {
  const { approval, label, title, icon, answers = [], threadTitle, isFirst, children } = props
  const { approvals } = useStores()
  const { approvalId, createdAtMs } = approval
  const isDeciding = useSelector(approvals, (state) => state.deciding.has(approvalId))
  const takesKeys = useIsSettledIn()

  function press(event: KeyboardEvent<HTMLElement>): void {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
    const key = event.key.toLowerCase()
    if (key === 'j' || key === 'k') {
      event.preventDefault()
      step(event.currentTarget, key === 'j' ? 1 : -1)
      return
    }
    const answer = answers.find((one) => one.key === key)
    if (!answer || !takesKeys() || isDeciding || event.repeat) return
    event.preventDefault()
    answer.give()
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the group inside has the role; keys bubble to here.
    <div
      className="approval"
      data-approval
      data-first={isFirst || undefined}
      tabIndex={-1}
      onKeyDown={press}
    >
      <Group label={label} testId={`approval:${approvalId}`}>
        <div className="approval-head">
          {icon}
          <span className="approval-title">{title}</span>
          {threadTitle !== undefined && <span className="approval-thread">{threadTitle}</span>}
          <span className="approval-age">
            <RelativeTime atMs={createdAtMs} />
          </span>
        </div>
        {children}
        {isDeciding && <Spinner />}
      </Group>
    </div>
  )
}

/** The answers as buttons, in their order, the first one in front. */
export function AnswerButtons({ answers }: { answers: readonly CardAnswer[] }) {
  return (
    <div className="approval-answers">
      {answers.map(({ id, label, key, give }, index) => (
        <Button
          key={id}
          variant={index === 0 ? 'primary' : id === 'cancel' ? 'quiet' : 'secondary'}
          aria-label={label}
          aria-keyshortcuts={key.toUpperCase()}
          data-testid={`decide:${id}`}
          onClick={give}
        >
          {label}
          <KeyHint>{key.toUpperCase()}</KeyHint>
        </Button>
      ))}
    </div>
  )
}

/** Says whether the card has been there long enough for its keys. */
function useIsSettledIn(): () => boolean {
  const shownAtMs = useRef(Number.POSITIVE_INFINITY)
  useEffect(() => {
    shownAtMs.current = performance.now()
  }, [])
  return () => performance.now() - shownAtMs.current >= KEYS_AFTER_MS
}

function isTyping(target: EventTarget): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select')
}

/** To the next or former card that stands with this one. */
function step(card: HTMLElement, by: 1 | -1): void {
  const list = card.closest('[data-approvals]')
  const cards = [...(list?.querySelectorAll<HTMLElement>('[data-approval]') ?? [])]
  cards[cards.indexOf(card) + by]?.focus()
}
