// Asks before turns are taken out of a thread, keeps them in a thread of their own, and says what stays.
import { useState } from 'react'
import { messageOf } from '../../state/failures.ts'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import { activeTurn } from '../../state/thread-state.ts'
import type { ThreadStore } from '../../state/thread-store.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { composerOf } from '../composer/composer-store.ts'

interface RevertProps {
  threadId: string
  turnId: string
  words: string | null
  onClose: () => void
}

export function RevertDialog(props: RevertProps) {
  const thread = useStores().threads.find(props.threadId)
  return thread ? <Question {...props} thread={thread} /> : null
}

function Question({ thread, turnId, words, onClose }: RevertProps & { thread: ThreadStore }) {
  const { ui } = useStores()
  const [problem, setProblem] = useState<string | null>(null)
  const turns = useSelector(thread, (state) => state.turns)
  const isRunning = useSelector(thread, (state) => activeTurn(state) !== undefined)
  const place = turns.findIndex((turn) => turn.id === turnId)
  const number = turns[place]?.number ?? place + 1
  const gone = turns.length - place
  const [keepsCopy, setKeepsCopy] = useState(true)

  async function revert(): Promise<void> {
    try {
      const copyId = keepsCopy ? await thread.actions.fork() : null
      await thread.actions.revert(turnId)
      if (copyId !== null) tellOfCopy(copyId)
      if (words !== null) composerOf(thread, localStorage).type(words)
      onClose()
      if (words !== null) document.getElementById('message')?.focus()
    } catch (error) {
      setProblem(messageOf(error))
    }
  }

  function tellOfCopy(copyId: string): void {
    ui.actions.toast({
      text: 'Everything as it was stands in a thread of its own',
      action: { label: 'Show it', run: () => ui.actions.showThread(copyId) },
    })
  }

  const footer = (
    <>
      <Button data-first onClick={onClose}>
        Cancel
      </Button>
      <Button variant="danger" onClick={() => void revert()}>
        {words === null ? 'Revert' : 'Revert and edit'}
      </Button>
    </>
  )
  return (
    <Dialog
      role="alertdialog"
      title={`Go back to before turn ${number}?`}
      onClose={onClose}
      footer={footer}
    >
      <p>
        {gone === 1 ? 'This turn leaves' : `This turn and the ${gone - 1} after it leave`} the
        thread and what the model knows of it. Files stay as they are.
      </p>
      {words !== null && <p>Your message comes back into the message field.</p>}
      {isRunning && <p>The turn that is running is stopped first.</p>}
      <label className="dialog-choice">
        <input
          type="checkbox"
          checked={keepsCopy}
          onChange={(event) => setKeepsCopy(event.target.checked)}
        />
        Keep everything as it is now in a thread of its own
      </label>
      {problem !== null && <p role="alert">Nothing was changed: {problem}</p>}
    </Dialog>
  )
}
