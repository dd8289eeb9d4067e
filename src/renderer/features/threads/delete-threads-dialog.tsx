// Asks before several threads are deleted for good, and names how many and what goes with them.
import { countOf, deleteThreads } from '../../state/bulk-threads.ts'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import { titleOf } from '../../state/thread-state.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { WhatItTakes } from './what-it-takes.tsx'

const TITLES_SHOWN = 5

export function DeleteThreadsDialog(props: { threadIds: readonly string[]; onClose: () => void }) {
  const { threadIds, onClose } = props
  const stores = useStores()
  const threads = useSelector(stores.threadList, (state) => state.threads)
  const chosen = threads.filter((thread) => threadIds.includes(thread.id))
  const running = chosen.filter((thread) => thread.status.type === 'active').length
  const more = threadIds.length - TITLES_SHOWN
  const remove = () => {
    onClose()
    void deleteThreads(stores, threadIds)
  }
  const footer = (
    <>
      <Button data-first onClick={onClose}>
        Cancel
      </Button>
      <Button onClick={() => stores.ui.actions.openDialog({ kind: 'exportThreads', threadIds })}>
        Export first…
      </Button>
      <Button variant="danger" onClick={remove}>
        Delete {countOf(threadIds.length)}
      </Button>
    </>
  )
  return (
    <Dialog
      role="alertdialog"
      title={`Delete ${countOf(threadIds.length)}?`}
      onClose={onClose}
      footer={footer}
    >
      <ul>
        {chosen.slice(0, TITLES_SHOWN).map((thread) => (
          <li key={thread.id}>{titleOf(thread)}</li>
        ))}
        {more > 0 && <li>and {more} more</li>}
      </ul>
      <p>
        All their messages, command outputs, approvals, queued messages and the records of their
        settings are deleted. Files they changed stay as they are. This cannot be undone.
      </p>
      <WhatItTakes threadIds={threadIds} />
      {running > 0 && (
        <p>
          {running === 1
            ? 'One of them has a running turn: it is stopped first.'
            : `${running} of them have running turns: those are stopped first.`}
        </p>
      )}
    </Dialog>
  )
}
