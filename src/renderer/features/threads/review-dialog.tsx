// Asks what a reviewer shall look at, and starts the review.
import { useId, useState } from 'react'
import type { ReviewTarget } from '../../../protocol/index.ts'
import { messageOf } from '../../state/failures.ts'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import { activeTurn } from '../../state/thread-state.ts'
import type { ThreadStore } from '../../state/thread-store.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'

type Kind = ReviewTarget['type']

const kinds: readonly { kind: Kind; name: string; field: string | null }[] = [
  { kind: 'uncommittedChanges', name: 'Changes that are not committed', field: null },
  { kind: 'baseBranch', name: 'This branch against another', field: 'Branch' },
  { kind: 'commit', name: 'One commit', field: 'Commit' },
  { kind: 'custom', name: 'Something else', field: 'What to look at' },
]

export function ReviewDialog(props: { threadId: string; onClose: () => void }) {
  const thread = useStores().threads.find(props.threadId)
  return thread ? <Choice thread={thread} onClose={props.onClose} /> : null
}

function Choice({ thread, onClose }: { thread: ThreadStore; onClose: () => void }) {
  const group = useId()
  const [kind, setKind] = useState<Kind>('uncommittedChanges')
  const [text, setText] = useState('')
  const [problem, setProblem] = useState<string | null>(null)
  const isRunning = useSelector(thread, (state) => activeTurn(state) !== undefined)
  const field = kinds.find((candidate) => candidate.kind === kind)?.field ?? null

  async function start(): Promise<void> {
    try {
      await thread.actions.review(targetOf(kind, text))
      onClose()
    } catch (error) {
      setProblem(messageOf(error))
    }
  }

  const isMissing = field !== null && text.trim() === ''
  const footer = (
    <>
      <Button onClick={onClose}>Cancel</Button>
      <Button
        variant="primary"
        disabledReason={isMissing ? `${field}: write it first` : undefined}
        onClick={() => void start()}
      >
        Start review
      </Button>
    </>
  )
  return (
    <Dialog title="Review changes" onClose={onClose} footer={footer}>
      <p>A reviewer reads the changes and reports what it finds. It changes nothing.</p>
      <fieldset className="review-kinds">
        <legend className="visually-hidden">What to review</legend>
        {kinds.map((candidate) => (
          <label key={candidate.kind} className="review-kind">
            <input
              type="radio"
              name={group}
              checked={candidate.kind === kind}
              onChange={() => setKind(candidate.kind)}
            />
            {candidate.name}
          </label>
        ))}
      </fieldset>
      {field !== null && (
        <label className="review-field">
          <span>{field}</span>
          <input className="field" value={text} onChange={(event) => setText(event.target.value)} />
        </label>
      )}
      {isRunning && <p>The turn that is running is stopped first.</p>}
      {problem !== null && <p role="alert">The review did not start: {problem}</p>}
    </Dialog>
  )
}

function targetOf(kind: Kind, text: string): ReviewTarget {
  switch (kind) {
    case 'uncommittedChanges':
      return { type: kind }
    case 'baseBranch':
      return { type: kind, branch: text }
    case 'commit':
      return { type: kind, sha: text }
    case 'custom':
      return { type: kind, instructions: text }
  }
}
