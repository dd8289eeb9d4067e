// Shown in place of the list: nothing there yet, nothing found, or it could not be read.
import { useEffect, useState } from 'react'
import { countOf } from '../../state/bulk-threads.ts'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import { narrows } from '../../state/thread-filter.ts'
import { Button } from '../../ui/button.tsx'
import { useFilterWords } from './filter-words.ts'

export function ListProblem() {
  const { threadList } = useStores()
  const { phase, problem, searchTerm, filter, view } = useSelector(threadList, (state) => state)
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
  if (searchTerm !== '' || narrows(filter)) return <NothingFound />
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

function NothingFound() {
  const { threadList } = useStores()
  const { searchTerm, filter, view, nextCursor } = useSelector(threadList, (state) => state)
  const words = useFilterWords()
  const hidden = useHidden()
  const what = view === 'archived' ? 'archived thread' : 'thread'
  const isFiltered = narrows(filter)
  // Only a status is looked for here, page by page.
  if (nextCursor !== null) return <p className="thread-list-note">Looking through older threads…</p>
  return (
    <div className="thread-list-problem" role="status">
      <p>
        No {what} {searchTerm === '' ? 'matches' : `has “${searchTerm}” in its title`}
        {isFiltered && searchTerm !== '' && ' and matches the filters'}.
      </p>
      {hidden !== null && words.length > 0 && (
        <p>
          Hidden by {words.map(({ name, value }) => `${name.toLowerCase()} ${value}`).join(', ')}:{' '}
          {hidden}.
        </p>
      )}
      <Button size="small" onClick={() => void threadList.actions.showAll()}>
        {clearWords(searchTerm !== '', isFiltered)}
      </Button>
    </div>
  )
}

function clearWords(isSearch: boolean, isFiltered: boolean): string {
  if (!isFiltered) return 'Clear search'
  return isSearch ? 'Clear search and filters' : 'Clear filters'
}

/** How many threads would be there without filters; null until that is known. */
function useHidden(): string | null {
  const { threadList } = useStores()
  const filter = useSelector(threadList, (state) => state.filter)
  const searchTerm = useSelector(threadList, (state) => state.searchTerm)
  const [hidden, setHidden] = useState<string | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: counted anew when what hides them changes.
  useEffect(() => {
    let isWanted = true
    void threadList.actions.countUnfiltered().then((found) => {
      if (!isWanted) return
      setHidden(
        found && found.count > 0
          ? `${found.isMore ? 'more than ' : ''}${countOf(found.count)}`
          : null,
      )
    })
    return () => {
      isWanted = false
    }
  }, [threadList, filter, searchTerm])
  return hidden
}
