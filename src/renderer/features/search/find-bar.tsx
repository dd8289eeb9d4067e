// Find in thread: over all turns, loaded or not; goes from place to place and opens what is folded.
import { ChevronDown, ChevronUp, X } from 'lucide-react'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { reportFailure } from '../../state/report-failure.ts'
import { OCCURRENCES_MAX, type Occurrence } from '../../state/search.ts'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import type { ThreadStore } from '../../state/thread-store.ts'
import { IconButton } from '../../ui/button.tsx'
import './find-bar.css'

const DELAY_MS = 150

export function FindBar({ thread }: { thread: ThreadStore }) {
  const { ui } = useStores()
  const isFinding = useSelector(ui, (state) => state.isFinding)
  return isFinding && <OpenFindBar thread={thread} onClose={() => ui.actions.setFinding(false)} />
}

interface Found {
  readonly places: readonly Occurrence[]
  readonly at: number
}

function OpenFindBar({ thread, onClose }: { thread: ThreadStore; onClose: () => void }) {
  const stores = useStores()
  const { ui, search } = stores
  const { threadId } = thread
  const field = useRef<HTMLInputElement>(null)
  const [term, setTerm] = useState('')
  const [found, setFound] = useState<Found | null>(null)

  useEffect(() => {
    const before = document.activeElement
    field.current?.focus()
    return () => {
      if (before instanceof HTMLElement) before.focus()
    }
  }, [])

  useEffect(() => {
    setFound(null)
    if (term.trim() === '') return
    let isCurrent = true
    const ask = async (): Promise<void> => {
      const places = await search.occurrences(threadId, term.trim())
      if (!isCurrent) return
      setFound({ places, at: 0 })
      show(places[0])
    }
    const show = (place: Occurrence | undefined): void => {
      if (place) ui.actions.showItem(threadId, place.turnId, place.itemId)
    }
    const timer = setTimeout(() => void reportFailure(stores, ask()), DELAY_MS)
    return () => {
      isCurrent = false
      clearTimeout(timer)
    }
  }, [stores, search, ui, threadId, term])

  function step(by: 1 | -1): void {
    const count = found?.places.length ?? 0
    if (!found || count === 0) return
    const at = (found.at + by + count) % count
    setFound({ ...found, at })
    const place = found.places[at]
    if (place) ui.actions.showItem(threadId, place.turnId, place.itemId)
  }

  function pressKey(event: KeyboardEvent): void {
    if (event.key === 'Escape') onClose()
    else if (event.key === 'Enter' && !event.nativeEvent.isComposing) step(event.shiftKey ? -1 : 1)
    else return
    event.preventDefault()
  }

  const isEmpty = (found?.places.length ?? 0) === 0
  return (
    <search className="find-bar" aria-label="Find in thread">
      <input
        ref={field}
        type="search"
        className="field"
        aria-label="Find in thread"
        data-testid="find"
        placeholder="Find in thread"
        value={term}
        onChange={(event) => setTerm(event.target.value)}
        onKeyDown={pressKey}
      />
      <output className="find-count" aria-live="polite">
        {countOf(found)}
      </output>
      <IconButton
        size="small"
        label="Previous match"
        disabled={isEmpty}
        icon={<ChevronUp size={15} aria-hidden />}
        onClick={() => step(-1)}
      />
      <IconButton
        size="small"
        label="Next match"
        disabled={isEmpty}
        icon={<ChevronDown size={15} aria-hidden />}
        onClick={() => step(1)}
      />
      <IconButton
        size="small"
        label="Close find"
        icon={<X size={15} aria-hidden />}
        onClick={onClose}
      />
    </search>
  )
}

function countOf(found: Found | null): string {
  if (!found) return ''
  const count = found.places.length
  if (count === 0) return 'no match'
  return `${found.at + 1} of ${count}${count >= OCCURRENCES_MAX ? ' or more' : ''}`
}
