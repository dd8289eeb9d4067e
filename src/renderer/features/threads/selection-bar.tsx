// What can be done with all selected threads at once.
import { AlarmClock, Archive, ArchiveRestore, ListTree, Pin, Trash2, X } from 'lucide-react'
import { pinThreads } from '../../state/arrange-threads.ts'
import { archiveThreads, countOf, unarchiveThreads } from '../../state/bulk-threads.ts'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import { IconButton } from '../../ui/button.tsx'

export interface SelectionBarProps {
  threadIds: readonly string[]
  onClear: () => void
}

export function SelectionBar({ threadIds, onClear }: SelectionBarProps) {
  const stores = useStores()
  const view = useSelector(stores.threadList, (state) => state.view)
  const act = (work: (s: typeof stores, ids: readonly string[]) => Promise<void>) => {
    onClear()
    void work(stores, threadIds)
  }
  return (
    <div role="toolbar" aria-label="Selected threads" className="selection-bar">
      <span role="status" className="selection-bar-text">
        {countOf(threadIds.length)} selected
      </span>
      {view === 'active' && (
        <>
          <IconButton
            size="small"
            label="Pin selected"
            icon={<Pin size={14} aria-hidden />}
            onClick={() => act((s, ids) => pinThreads(s, ids, true))}
          />
          <IconButton
            size="small"
            label="Move selected to section…"
            icon={<ListTree size={14} aria-hidden />}
            onClick={() =>
              stores.ui.actions.openDialog({ kind: 'moveThreads', threadIds, to: 'section' })
            }
          />
          <IconButton
            size="small"
            label="Snooze selected…"
            icon={<AlarmClock size={14} aria-hidden />}
            onClick={() => stores.ui.actions.openDialog({ kind: 'snoozeThreads', threadIds })}
          />
        </>
      )}
      {view === 'active' ? (
        <IconButton
          size="small"
          label="Archive selected"
          icon={<Archive size={14} aria-hidden />}
          onClick={() => act(archiveThreads)}
        />
      ) : (
        <IconButton
          size="small"
          label="Unarchive selected"
          icon={<ArchiveRestore size={14} aria-hidden />}
          onClick={() => act(unarchiveThreads)}
        />
      )}
      <IconButton
        size="small"
        label="Delete selected…"
        icon={<Trash2 size={14} aria-hidden />}
        onClick={() => stores.ui.actions.openDialog({ kind: 'deleteThreads', threadIds })}
      />
      <IconButton
        size="small"
        label="Clear selection"
        shortcut="Esc"
        icon={<X size={14} aria-hidden />}
        onClick={onClear}
      />
    </div>
  )
}
