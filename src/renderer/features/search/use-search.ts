// The results of what is typed: asked for when typing pauses, the latest question alone counts.
import { useEffect, useState } from 'react'
import { messageOf } from '../../state/failures.ts'
import type { FoundThread, SearchResults } from '../../state/search.ts'
import { useStores } from '../../state/stores-context.tsx'

const DELAY_MS = 100
const INDEXING_RETRY_MS = 1_000

export interface SearchView {
  readonly found: readonly FoundThread[]
  readonly more: string | null
  readonly notes: SearchResults['skein'] | null
  readonly problem: string | null
  /** True until the answer to what is typed now is there. */
  readonly isWaiting: boolean
}

const nothing: SearchView = {
  found: [],
  more: null,
  notes: null,
  problem: null,
  isWaiting: false,
}

export function useSearch(
  term: string,
  archived: boolean,
): SearchView & { readonly loadMore: () => void } {
  const { search } = useStores()
  const [view, setView] = useState(nothing)
  useEffect(() => {
    if (term.trim() === '') {
      setView(nothing)
      return
    }
    let isCurrent = true
    let timer: ReturnType<typeof setTimeout>
    setView((before) => ({ ...before, isWaiting: true }))
    const ask = async (): Promise<void> => {
      try {
        const answer = await search.find(term, archived)
        if (!isCurrent) return
        const { data, nextCursor: more, skein: notes = null } = answer
        setView({ found: data, more, notes, problem: null, isWaiting: false })
        if (notes && !notes.index.ready) timer = setTimeout(ask, INDEXING_RETRY_MS)
      } catch (error) {
        if (isCurrent) setView({ ...nothing, problem: messageOf(error) })
      }
    }
    timer = setTimeout(ask, DELAY_MS)
    return () => {
      isCurrent = false
      clearTimeout(timer)
    }
  }, [search, term, archived])

  const loadMore = (): void => {
    const { more, found } = view
    if (more === null) return
    search.find(term, archived, more).then(
      ({ data, nextCursor }) =>
        setView((now) =>
          now.found === found ? { ...now, found: [...found, ...data], more: nextCursor } : now,
        ),
      (error: unknown) => setView((now) => ({ ...now, problem: messageOf(error) })),
    )
  }
  return { ...view, loadMore }
}
