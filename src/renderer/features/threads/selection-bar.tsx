// What can be done with all selected threads at once.
import { Archive, ArchiveRestore, Trash2, X } from 'lucide-react'
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
