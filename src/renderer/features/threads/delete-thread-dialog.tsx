// Asks before a thread is deleted for good, and says what goes with it.
import { useState } from 'react'
import { messageOf } from '../../state/failures.ts'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import { titleOf } from '../../state/thread-state.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { WhatItTakes } from './what-it-takes.tsx'

export function DeleteThreadDialog(props: { threadId: string; onClose: () => void }) {
  const { threadId, onClose } = props
  const { threadList, threads, ui } = useStores()
  const listed = useSelector(threadList, (state) =>
    state.threads.find((thread) => thread.id === threadId),
  )
  const thread = listed ?? threads.find(threadId)?.getState().thread ?? null
  const [problem, setProblem] = useState<string | null>(null)

  async function remove(): Promise<void> {
    try {
      await threadList.actions.remove(threadId)
      if (ui.getState().openThreadId === threadId) ui.actions.showThread(null)
      ui.actions.toast({ text: `Deleted “${titleOf(thread)}”` })
      onClose()
    } catch (error) {
      setProblem(messageOf(error))
    }
  }

  const footer = (
    <>
      <Button data-first onClick={onClose}>
        Cancel
      </Button>
      <Button onClick={() => ui.actions.openDialog({ kind: 'exportThread', threadId })}>
        Export first…
      </Button>
      <Button variant="danger" onClick={() => void remove()}>
        Delete thread
      </Button>
    </>
  )
  return (
    <Dialog
      role="alertdialog"
      title={`Delete “${titleOf(thread)}”?`}
      onClose={onClose}
      footer={footer}
    >
      <p>
        All its messages, command outputs, approvals, queued messages and the record of its settings
        are deleted. Files it changed in <code>{thread?.cwd ?? 'its folder'}</code> stay as they
        are. This cannot be undone.
      </p>
      <WhatItTakes threadIds={[threadId]} />
      {thread?.status.type === 'active' && <p>The turn that is running is stopped first.</p>}
      {problem !== null && <p role="alert">It was not deleted: {problem}</p>}
    </Dialog>
  )
}
