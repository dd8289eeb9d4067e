// What the open thread is called, how it stands and where it works; and what can be done with it as a whole.
import { Archive, Ellipsis, FoldVertical, GitFork, PencilLine, SearchCheck } from 'lucide-react'
import { useEffect } from 'react'
import { archiveThread } from '../../state/archive-thread.ts'
import { isDemo } from '../../state/config-store.ts'
import { forkAndShow } from '../../state/fork-thread.ts'
import { reportFailure } from '../../state/report-failure.ts'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import { statusWords } from '../../state/thread-groups.ts'
import { titleOf } from '../../state/thread-state.ts'
import type { ThreadStore } from '../../state/thread-store.ts'
import { IconButton } from '../../ui/button.tsx'
import { Menu, MenuItem, MenuSeparator } from '../../ui/menu.tsx'
import { Tooltip } from '../../ui/tooltip.tsx'
import { shownKeys } from '../shell/use-shortcuts.ts'
import { DemoLabel } from './demo-label.tsx'
import { RenameField } from './rename-field.tsx'
import { ThreadMenuEnd } from './thread-menu-end.tsx'
import { ThreadMenuPlace } from './thread-menu-place.tsx'
import { StatusGlyph } from './thread-status.tsx'

export function ThreadHeader({ store }: { store: ThreadStore }) {
  const { config } = useStores()
  const status = useSelector(store, (state) => state.status)
  const isArchived = useSelector(store, (state) => state.isArchived)
  const cwd = useSelector(store, (state) => state.settings?.cwd ?? state.thread?.cwd ?? '')
  const provider = useSelector(
    store,
    (state) => state.settings?.modelProvider ?? state.thread?.modelProvider,
  )
  useEffect(() => {
    if (provider) void config.loadModelsOf(provider)
  }, [config, provider])
  const demo = useSelector(config, (state) => isDemo(state.models, provider))
  return (
    <header className="thread-header">
      <div className="thread-header-text">
        <Title store={store} />
        <div className="thread-header-details">
          <span className="thread-header-status">
            <StatusGlyph status={status} isArchived={isArchived} />
            {isArchived ? 'archived' : statusWords(status)}
          </span>
          {/* Cut at its start when there is no room: the end of a path says more. */}
          <span className="thread-header-folder" title={cwd}>
            <bdi>{cwd}</bdi>
          </span>
        </div>
      </div>
      <div className="thread-header-actions">
        {demo && <DemoLabel />}
        <SnapshotChip store={store} />
        <ThreadMenu store={store} />
      </div>
    </header>
  )
}

function Title({ store }: { store: ThreadStore }) {
  const stores = useStores()
  const { ui, threadList } = stores
  const isRenaming = useSelector(ui, (state) => state.isRenaming)
  const listed = useSelector(threadList, (state) =>
    state.threads.find((thread) => thread.id === store.threadId),
  )
  const own = useSelector(store, (state) => state.thread)
  // The list hears of the first message, which gives a thread without a name its title.
  const title = titleOf(own?.name ? own : (listed ?? own))
  if (isRenaming) {
    return (
      <RenameField
        title={title}
        onRename={(name) => void reportFailure(stores, store.actions.rename(name))}
        onEnd={() => ui.actions.setRenaming(false)}
      />
    )
  }
  return (
    <h1 className="thread-header-title" onDoubleClick={() => ui.actions.setRenaming(true)}>
      {title}
    </h1>
  )
}

/** The settings in force, by the name of their frozen copy. */
function SnapshotChip({ store }: { store: ThreadStore }) {
  const { ui } = useStores()
  const snapshotId = useSelector(
    store,
    (state) => state.turns.findLast((turn) => turn.snapshotId !== null)?.snapshotId,
  )
  return (
    <Tooltip text="Settings of this thread, and which layer set each of them">
      <button
        type="button"
        className="snapshot-chip"
        data-testid="snapshot-chip"
        onClick={() => ui.actions.inspect('config')}
      >
        Settings {snapshotId && <code>{snapshotId.slice(0, 7)}</code>}
      </button>
    </Tooltip>
  )
}

function ThreadMenu({ store }: { store: ThreadStore }) {
  const stores = useStores()
  const { ui } = stores
  const { threadId } = store
  const isArchived = useSelector(store, (state) => state.isArchived)
  const listed = useSelector(stores.threadList, (state) =>
    state.threads.find((thread) => thread.id === threadId),
  )
  const trigger = <IconButton label="Thread menu" icon={<Ellipsis size={16} aria-hidden />} />
  return (
    <Menu trigger={trigger} placement="bottom-end">
      <MenuItem
        icon={<PencilLine size={14} aria-hidden />}
        shortcut={shownKeys('thread.rename')}
        onSelect={() => ui.actions.setRenaming(true)}
      >
        Rename
      </MenuItem>
      <MenuItem
        icon={<Archive size={14} aria-hidden />}
        shortcut={shownKeys('thread.archive')}
        disabled={isArchived}
        onSelect={() => archiveThread(stores, threadId)}
      >
        Archive
      </MenuItem>
      <MenuSeparator />
      <MenuItem
        icon={<SearchCheck size={14} aria-hidden />}
        disabled={isArchived}
        onSelect={() => ui.actions.openDialog({ kind: 'review', threadId })}
      >
        Review changes…
      </MenuItem>
      <MenuItem
        icon={<FoldVertical size={14} aria-hidden />}
        disabled={isArchived}
        detail="The model goes on from a summary; nothing leaves the transcript"
        onSelect={() => void reportFailure(stores, store.actions.compact())}
      >
        Compact context
      </MenuItem>
      <MenuItem
        icon={<GitFork size={14} aria-hidden />}
        disabled={isArchived}
        onSelect={() => void reportFailure(stores, forkAndShow(stores, threadId))}
      >
        Fork thread
      </MenuItem>
      <MenuSeparator />
      {listed && !isArchived && <ThreadMenuPlace thread={listed} />}
      <ThreadMenuEnd threadId={threadId} />
    </Menu>
  )
}
