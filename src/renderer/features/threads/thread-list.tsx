// The list of threads as a tree of one level: only the rows in view are drawn, whatever their number.
import { useVirtualizer } from '@tanstack/react-virtual'
import {
  type DragEvent,
  type KeyboardEvent,
  type MouseEvent,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import type { Thread } from '../../../protocol/index.ts'
import { archiveThread } from '../../state/archive-thread.ts'
import { moveToSection, stepThread } from '../../state/arrange-threads.ts'
import { archiveThreads } from '../../state/bulk-threads.ts'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import { hasStatus } from '../../state/thread-filter.ts'
import { groupThreads } from '../../state/thread-groups.ts'
import { useNow } from '../../ui/small.tsx'
import { type ListEntry, listEntries, menuButtonId, movedTo, rowId } from './list-entries.ts'
import './thread-list.css'
import { ListProblem } from './list-problem.tsx'
import { SelectionBar } from './selection-bar.tsx'
import { ThreadRow } from './thread-row.tsx'
import { useCalmOrder } from './use-calm-order.ts'
import { useSelection } from './use-selection.ts'

const HEADING_HEIGHT_PX = 30
const ROW_HEIGHT_PX = 52
const OVERSCAN_ROWS = 10
const MINUTE_MS = 60_000

export function ThreadList() {
  const stores = useStores()
  const { threadList, ui } = stores
  const listed = useSelector(threadList, (state) => state.threads)
  const threads = useShown(listed)
  const nextCursor = useSelector(threadList, (state) => state.nextCursor)
  const phase = useSelector(threadList, (state) => state.phase)
  const view = useSelector(threadList, (state) => state.view)
  const openThreadId = useSelector(ui, (state) => state.openThreadId)
  const nowMs = useNow(MINUTE_MS)
  const [activeId, setActiveId] = useState<string | null>(null)
  const [renamingId, setRenamingId] = useState<string | null>(null)
  const scroller = useRef<HTMLDivElement>(null)

  const [draggedId, setDraggedId] = useState<string | null>(null)
  const grouping = useSelector(threadList, (state) => state.grouping)
  const places = useSelector(stores.arrangement, (state) => state)
  const withEmptySections = draggedId !== null
  const live = useMemo(
    () => listEntries(groupThreads(threads, nowMs, { grouping, ...places, withEmptySections })),
    [threads, nowMs, grouping, places, withEmptySections],
  )
  const byId = useMemo(() => new Map(threads.map((thread) => [thread.id, thread])), [threads])
  const { entries, pointerHandlers } = useCalmOrder(live)
  const currentId = activeId ?? openThreadId
  const currentIndex = entries.findIndex((entry) => entry.key === currentId)
  const selection = useSelection(entries, openThreadId)
  const { chosen, select } = selection

  const virtualizer = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) =>
      entries[index]?.kind === 'heading' ? HEADING_HEIGHT_PX : ROW_HEIGHT_PX,
    getItemKey: (index) => entries[index]?.key ?? index,
    overscan: OVERSCAN_ROWS,
  })
  const rows = virtualizer.getVirtualItems()
  const lastDrawn = rows.at(-1)?.index ?? 0

  useEffect(() => {
    // A page may hold nothing of the status asked for: each new cursor is followed.
    if (nextCursor === null || lastDrawn < entries.length - OVERSCAN_ROWS) return
    void threadList.actions.loadMore()
  }, [threadList, lastDrawn, entries.length, nextCursor])

  const open = useCallback(
    (threadId: string) => {
      setActiveId(null)
      select.none()
      ui.actions.showThread(threadId)
    },
    [ui, select],
  )
  const pick = useCallback(
    (threadId: string, event: MouseEvent) => {
      if (event.shiftKey) select.upTo(threadId)
      else if (event.ctrlKey || event.metaKey) select.toggle(threadId)
      else open(threadId)
      if (event.shiftKey || event.ctrlKey || event.metaKey) setActiveId(threadId)
    },
    [open, select],
  )

  const drag = useCallback((threadId: string | null, event?: DragEvent) => {
    event?.dataTransfer.setData('text/plain', `skein://thread/${threadId}`)
    setDraggedId(threadId)
  }, [])
  const drop = useCallback(
    (sectionId: string | null, before?: string) => {
      if (draggedId !== null && draggedId !== before)
        void moveToSection(stores, [draggedId], sectionId, before)
      setDraggedId(null)
    },
    [stores, draggedId],
  )
  const dropBefore = useCallback(
    (thread: Thread) => drop(thread.section?.id ?? null, thread.id),
    [drop],
  )

  /** Alt with an arrow: the row itself moves, among those it can be put between. */
  function step(event: KeyboardEvent, threadId: string | null): boolean {
    const by = ({ ArrowUp: -1, ArrowDown: 1 } as const)[event.key]
    const thread = event.altKey && threadId !== null ? byId.get(threadId) : undefined
    if (!thread || by === undefined) return false
    const sectionId = thread.section?.id ?? null
    const isOrdered = sectionId !== null || threadList.getState().order === 'manual'
    const together = isOrdered
      ? threads.filter((other) => (other.section?.id ?? null) === sectionId)
      : [thread]
    void stepThread(stores, thread, by, together)
    return true
  }

  function pressKey(event: KeyboardEvent<HTMLDivElement>): void {
    if (event.target !== event.currentTarget) return // a field or menu inside a row
    if (step(event, currentId)) {
      event.preventDefault()
      return
    }
    const index = movedTo(event.key, entries, currentIndex)
    const target = index === undefined ? undefined : entries[index]
    if (target && index !== undefined) {
      if (event.shiftKey) select.upTo(target.key, currentId)
      setActiveId(target.key)
      virtualizer.scrollToIndex(index, { align: 'auto' })
    } else if (!selectBy(event) && !actOn(event, entries[currentIndex])) return
    event.preventDefault()
  }

  /** False when the key does not change what is selected. */
  function selectBy(event: KeyboardEvent): boolean {
    const withMod = event.ctrlKey || event.metaKey
    if (event.key === 'Escape' && chosen.length > 0) select.none()
    else if (event.key.toLowerCase() === 'a' && withMod) select.all()
    else if (event.key === ' ' && withMod && currentId !== null) select.toggle(currentId)
    else return false
    return true
  }

  /** False when the key means nothing to a row. */
  function actOn(event: KeyboardEvent, entry: ListEntry | undefined): boolean {
    if (entry?.kind !== 'thread') return false
    if (event.key === 'Enter' || event.key === ' ') open(entry.key)
    else if (event.key === 'F2') setRenamingId(entry.key)
    else if (event.key === 'Delete' && view === 'active') archive(entry.key)
    else if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) {
      document.getElementById(menuButtonId(entry.key))?.click()
    } else return false
    return true
  }

  function archive(threadId: string): void {
    if (chosen.length > 0) void archiveThreads(stores, chosen)
    else archiveThread(stores, threadId)
    select.none()
  }

  /** The bar goes with the selection: the focus comes back to the list. */
  function clearFromBar(): void {
    select.none()
    scroller.current?.focus()
  }

  if (phase === 'error' || (phase === 'ready' && threads.length === 0)) return <ListProblem />
  return (
    <>
      {chosen.length > 0 && <SelectionBar threadIds={chosen} onClear={clearFromBar} />}
      <div
        ref={scroller}
        role="tree"
        aria-label="Threads"
        aria-multiselectable
        aria-busy={phase === 'loading'}
        aria-activedescendant={currentIndex === -1 ? undefined : rowId(currentId ?? '')}
        tabIndex={0}
        data-testid="thread-list"
        data-region-start
        className="thread-list"
        onKeyDown={pressKey}
        {...pointerHandlers}
      >
        <div
          role="presentation"
          className="thread-list-rows"
          style={{ height: virtualizer.getTotalSize() }}
        >
          {rows.map((row) => {
            const entry = entries[row.index]
            if (!entry) return null
            return (
              <div
                key={row.key}
                role="presentation"
                className="thread-list-place"
                style={{ height: row.size, transform: `translateY(${row.start}px)` }}
              >
                {entry.kind === 'heading' ? (
                  <Heading entry={entry} onDrop={drop} />
                ) : (
                  <ThreadRow
                    // The order may be an older one; what the row says is always of now.
                    thread={byId.get(entry.key) ?? entry.thread}
                    position={entry.position}
                    total={threads.length}
                    isOpen={entry.key === openThreadId}
                    isSelected={
                      chosen.length > 0 ? selection.has(entry.key) : entry.key === openThreadId
                    }
                    isActive={entry.key === currentId}
                    isRenaming={entry.key === renamingId}
                    onPick={pick}
                    onRename={setRenamingId}
                    onDrag={drag}
                    onDropBefore={dropBefore}
                  />
                )}
              </div>
            )
          })}
        </div>
        {phase === 'loading' && threads.length === 0 && (
          <p className="thread-list-note">Loading…</p>
        )}
      </div>
    </>
  )
}

/** What is dropped on the name of a section goes to its end. */
function Heading(props: {
  entry: Extract<ListEntry, { kind: 'heading' }>
  onDrop: (sectionId: string | null) => void
}) {
  const { name, sectionId } = props.entry
  return (
    <div
      className="thread-list-heading"
      aria-hidden
      data-section={sectionId === null ? undefined : name}
      onDragOver={(event) => event.preventDefault()}
      onDrop={() => props.onDrop(sectionId)}
    >
      {name}
    </div>
  )
}

/** Those of the status that is asked for. */
function useShown(listed: readonly Thread[]): readonly Thread[] {
  const { threadList } = useStores()
  const status = useSelector(threadList, (state) => state.filter.status)
  return useMemo(() => {
    if (status === null) return listed
    return listed.filter((thread) => hasStatus(thread, status))
  }, [listed, status])
}
