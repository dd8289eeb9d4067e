// Shown in place of the list: nothing there yet, nothing found, or it could not be read.
import { useSelector, useStores } from '../../state/stores-context.tsx'
import { Button } from '../../ui/button.tsx'

export function ListProblem() {
  const { threadList } = useStores()
  const { phase, problem, searchTerm, view } = useSelector(threadList, (state) => state)
  if (phase === 'error') {
    return (
      <div className="thread-list-problem" role="alert">
        <p>The list could not be read. {problem}</p>
        <Button size="small" onClick={() => void threadList.actions.load()}>
          Try again
        </Button>
      </div>
    )
  }
  if (searchTerm !== '') {
    return (
      <div className="thread-list-problem">
        <p>
          No {view === 'archived' ? 'archived ' : ''}thread has “{searchTerm}” in its title.
        </p>
        <Button size="small" onClick={() => void threadList.actions.search('')}>
          Clear search
        </Button>
      </div>
    )
  }
  return (
    <div className="thread-list-problem">
      <p>
        {view === 'archived'
          ? 'The archive is empty.'
          : 'No threads yet. A thread appears here with its first message.'}
      </p>
    </div>
  )
}
