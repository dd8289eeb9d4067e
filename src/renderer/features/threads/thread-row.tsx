// One thread in the list: what it is called, how it stands, where it works, when something last happened.
import { AlarmClock, Archive, ArchiveRestore, Ellipsis, PencilLine, Pin } from 'lucide-react'
import { type DragEvent, type MouseEvent, memo, useState } from 'react'
import type { Thread } from '../../../protocol/index.ts'
import { archiveThread } from '../../state/archive-thread.ts'
import { isDemo } from '../../state/config-store.ts'
import { reportFailure } from '../../state/report-failure.ts'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import { lastActivityMs, statusWords } from '../../state/thread-groups.ts'
import { titleOf } from '../../state/thread-state.ts'
import { IconButton } from '../../ui/button.tsx'
import { Menu, MenuItem } from '../../ui/menu.tsx'
import { RelativeTime } from '../../ui/small.tsx'
import { DEMO_LABEL } from './demo-label.tsx'
import { folderName } from './folder-name.ts'
import { menuButtonId, rowId } from './list-entries.ts'
import { RenameField } from './rename-field.tsx'
import { shownTime } from './snooze-dialog.tsx'
import { ThreadMenuEnd } from './thread-menu-end.tsx'
import { ThreadMenuPlace } from './thread-menu-place.tsx'
import { StatusGlyph } from './thread-status.tsx'

export interface ThreadRowProps {
  thread: Thread
  position: number
  total: number
  isOpen: boolean
  isSelected: boolean
  isActive: boolean
  isRenaming: boolean
  onPick: (threadId: string, event: MouseEvent) => void
  /** Null ends the dragging. */
  onDrag: (threadId: string | null, event?: DragEvent) => void
  onDropBefore: (thread: Thread) => void
  /** Null ends the renaming. */
  onRename: (threadId: string | null) => void
}

export const ThreadRow = memo(function ThreadRow(props: ThreadRowProps) {
  const { thread, isOpen, isSelected, isActive, onPick, onRename } = props
  const threadId = thread.id
  const stores = useStores()
  const { threadList } = stores
  // What is open is being read.
  const isKept = useSelector(threadList, (state) => state.keptUnread === threadId)
  const unread = isOpen && !isKept ? 0 : (thread.skein?.unread ?? 0)
  const isArchived = useSelector(threadList, (state) => state.view === 'archived')
  // Most rows are only passed by: their menu is made when somebody comes near.
  const [wasNear, setWasNear] = useState(false)
  const title = titleOf(thread)
  const rename = (name: string) =>
    void reportFailure(stores, threadList.actions.rename(threadId, name))
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree owns the keys; rows are not focused themselves.
    <div
      id={rowId(threadId)}
      role="treeitem"
      tabIndex={-1}
      aria-label={nameOf(title, thread, unread, isArchived)}
      aria-selected={isSelected}
      aria-current={isOpen || undefined}
      aria-level={1}
      aria-posinset={props.position}
      aria-setsize={props.total}
      data-testid={`thread-row:${threadId}`}
      data-active={isActive || undefined}
      className={unread > 0 ? 'thread-row thread-row-unread' : 'thread-row'}
      onPointerEnter={() => setWasNear(true)}
      onClick={(event) => onPick(threadId, event)}
      draggable={!props.isRenaming}
      onDragStart={(event) => props.onDrag(threadId, event)}
      onDragEnd={() => props.onDrag(null)}
      onDragOver={(event) => event.preventDefault()}
      onDrop={() => props.onDropBefore(thread)}
    >
      <StatusGlyph status={thread.status} isArchived={isArchived} />
      <div className="thread-row-text">
        {props.isRenaming ? (
          <RenameField title={title} onRename={rename} onEnd={() => onRename(null)} />
        ) : (
          <div className="thread-row-title">
            <span className="thread-row-name">{title}</span>
            {thread.skein?.pinned && <Pin size={12} aria-hidden className="thread-row-pin" />}
          </div>
        )}
        <Details thread={thread} />
      </div>
      {unread > 0 && <span className="thread-row-dot">{unread > 1 ? unread : ''}</span>}
      {(wasNear || isActive) && (
        <RowActions thread={thread} isArchived={isArchived} onRename={onRename} />
      )}
    </div>
  )
})

function nameOf(title: string, thread: Thread, unread: number, isArchived: boolean): string {
  const status = isArchived ? 'archived' : statusWords(thread.status)
  const parts = [title, status, ...(unread > 0 ? ['unread'] : [])]
  return [...parts, ...(thread.skein?.pinned ? ['pinned'] : [])].join(', ')
}

function Details({ thread }: { thread: Thread }) {
  const { config } = useStores()
  const demo = useSelector(config, (state) => isDemo(state.models, thread.modelProvider))
  const branch = thread.gitInfo?.branch
  const files = thread.skein?.files
  const queued = thread.skein?.queued ?? 0
  const untilMs = thread.skein?.snoozedUntilMs ?? 0
  return (
    <div className="thread-row-details">
      <span className="thread-row-folder">{demo ? DEMO_LABEL : folderName(thread.cwd)}</span>
      {branch && <span className="thread-row-folder">{branch}</span>}
      {files && files.added + files.removed > 0 && (
        <span className="thread-row-files">
          +{files.added} −{files.removed}
        </span>
      )}
      {thread.model && !demo && <span className="thread-row-model">{thread.model}</span>}
      {queued > 0 && <span>{queued} queued</span>}
      {untilMs > Date.now() ? (
        <span className="thread-row-snooze" title={`Snoozed until ${shownTime.format(untilMs)}`}>
          <AlarmClock size={11} aria-hidden />
          {shownTime.format(untilMs)}
        </span>
      ) : (
        <span className="thread-row-time">
          <RelativeTime atMs={lastActivityMs(thread)} />
        </span>
      )}
    </div>
  )
}

interface RowActionsProps {
  thread: Thread
  isArchived: boolean
  onRename: (threadId: string) => void
}

function RowActions({ thread, isArchived, onRename }: RowActionsProps) {
  const stores = useStores()
  const { threadList } = stores
  const threadId = thread.id
  const unarchive = () => void reportFailure(stores, threadList.actions.unarchive(threadId))
  const more = (
    <IconButton
      id={menuButtonId(threadId)}
      size="small"
      tabIndex={-1}
      label={`More for ${titleOf(thread)}`}
      icon={<Ellipsis size={14} aria-hidden />}
    />
  )
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keeps clicks on its buttons from opening the row.
    // biome-ignore lint/a11y/useKeyWithClickEvents: the buttons inside have their own keys.
    <div className="thread-row-actions" onClick={(event) => event.stopPropagation()}>
      <Menu trigger={more} placement="bottom-end">
        <MenuItem icon={<PencilLine size={14} aria-hidden />} onSelect={() => onRename(threadId)}>
          Rename
        </MenuItem>
        {isArchived ? (
          <MenuItem icon={<ArchiveRestore size={14} aria-hidden />} onSelect={unarchive}>
            Unarchive
          </MenuItem>
        ) : (
          <MenuItem
            icon={<Archive size={14} aria-hidden />}
            onSelect={() => archiveThread(stores, threadId)}
          >
            Archive
          </MenuItem>
        )}
        {!isArchived && <ThreadMenuPlace thread={thread} />}
        <ThreadMenuEnd threadId={threadId} />
      </Menu>
    </div>
  )
}
