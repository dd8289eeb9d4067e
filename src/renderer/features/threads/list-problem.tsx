// Shown in place of the list: nothing there yet, nothing found, or it could not be read.
import { useSelector, useStores } from '../../state/stores-context.tsx'
import { Button } from '../../ui/button.tsx'

export function ListProblem() {
  const { threadList } = useStores()
  const { phase, problem, searchTerm, folder, view } = useSelector(threadList, (state) => state)
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
  if (searchTerm !== '' || folder !== null) {
    const what = view === 'archived' ? 'archived thread' : 'thread'
    const clear = () => {
      void threadList.actions.filterByFolder(null)
      void threadList.actions.search('')
    }
    return (
      <div className="thread-list-problem">
        <p>
          No {what}
          {searchTerm !== '' && <> has “{searchTerm}” in its title</>}
          {folder !== null && <> works in {folder}</>}.
        </p>
        <Button size="small" onClick={clear}>
          {folder === null ? 'Clear search' : 'Clear search and filter'}
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
