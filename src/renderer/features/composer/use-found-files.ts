// Files below a folder that fit what is being typed; a search of its own as long as somebody types.
import { useEffect, useRef, useState } from 'react'
import type { FoundFile } from '../../../protocol/index.ts'
import type { FileSearch } from '../../state/file-search.ts'
import { useStores } from '../../state/stores-context.tsx'

const none: readonly FoundFile[] = []
const SHOWN_MAX = 12

/** Null asks for nothing. What was found last stays until the next answer, so that the list does not flicker. */
export function useFoundFiles(root: string | undefined, query: string | null) {
  const { fileSearches } = useStores()
  const [found, setFound] = useState(none)
  const search = useRef<FileSearch | null>(null)
  const isWanted = query !== null && root !== undefined

  useEffect(() => {
    if (!isWanted) return
    const opened = fileSearches.open(root, (files) => setFound(files.slice(0, SHOWN_MAX)))
    search.current = opened
    return () => {
      opened.stop()
      search.current = null
      setFound(none)
    }
  }, [fileSearches, isWanted, root])

  useEffect(() => {
    if (query !== null) search.current?.ask(query)
  }, [query])

  return isWanted ? found : none
}
