// The coloured form of a piece of code, as soon as it can be had; until then it is drawn plainly.
import { type ReactNode, useEffect, useState } from 'react'

/** Longer code stays plain: colouring it would hold up the window. Characters. */
const COLOURED_MAX = 20_000

type Highlight = typeof import('./highlight.ts').highlight

let loading: Promise<Highlight> | undefined

/** Null where there is no colouring; `isOpen` code is still being written and waits. */
export function useHighlighted(language: string, code: string, isOpen: boolean): ReactNode | null {
  const [highlight, setHighlight] = useState<Highlight | null>(null)
  const isWanted = language !== '' && !isOpen && code.length <= COLOURED_MAX
  useEffect(() => {
    if (!isWanted) return
    loading ??= import('./highlight.ts').then((module) => module.highlight)
    let isWatching = true
    loading.then(
      (loaded) => {
        if (isWatching) setHighlight(() => loaded)
      },
      () => {
        loading = undefined // plain code reads well too; the next block tries again
      },
    )
    return () => {
      isWatching = false
    }
  }, [isWanted])
  return isWanted && highlight ? highlight(language.toLowerCase(), code) : null
}
