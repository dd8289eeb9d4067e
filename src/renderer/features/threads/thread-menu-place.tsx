// The part of every thread's menu that puts it somewhere: pins, sections, projects, snoozes, read marks.
import {
  AlarmClock,
  AppWindow,
  CircleDot,
  Copy,
  FolderInput,
  Link,
  ListTree,
  Pin,
  PinOff,
} from 'lucide-react'
import type { Thread } from '../../../protocol/index.ts'
import { pinThreads, snoozeThreads } from '../../state/arrange-threads.ts'
import { copyText } from '../../state/copy-text.ts'
import { reportFailure } from '../../state/report-failure.ts'
import { useStores } from '../../state/stores-context.tsx'
import { isSnoozed } from '../../state/thread-groups.ts'
import { MenuItem, MenuSeparator } from '../../ui/menu.tsx'

export function ThreadMenuPlace({ thread }: { thread: Thread }) {
  const stores = useStores()
  const { ui, threadList } = stores
  const threadIds = [thread.id]
  const isPinned = thread.skein?.pinned === true
  const isAsleep = isSnoozed(thread, Date.now())
  const duplicate = async () => {
    ui.actions.showThread(await threadList.actions.duplicate(thread.id))
    ui.actions.toast({ text: 'This is the copy; the thread it comes from is unchanged' })
  }
  return (
    <>
      <MenuItem
        icon={isPinned ? <PinOff size={14} aria-hidden /> : <Pin size={14} aria-hidden />}
        onSelect={() => void pinThreads(stores, threadIds, !isPinned)}
      >
        {isPinned ? 'Unpin' : 'Pin'}
      </MenuItem>
      <MenuItem
        icon={<ListTree size={14} aria-hidden />}
        onSelect={() => ui.actions.openDialog({ kind: 'moveThreads', threadIds, to: 'section' })}
      >
        Move to section…
      </MenuItem>
      <MenuItem
        icon={<FolderInput size={14} aria-hidden />}
        onSelect={() => ui.actions.openDialog({ kind: 'moveThreads', threadIds, to: 'project' })}
      >
        Move to project…
      </MenuItem>
      {isAsleep ? (
        <MenuItem
          icon={<AlarmClock size={14} aria-hidden />}
          onSelect={() => void snoozeThreads(stores, threadIds, null)}
        >
          Wake now
        </MenuItem>
      ) : (
        <MenuItem
          icon={<AlarmClock size={14} aria-hidden />}
          onSelect={() => ui.actions.openDialog({ kind: 'snoozeThreads', threadIds })}
        >
          Snooze…
        </MenuItem>
      )}
      <MenuItem
        icon={<CircleDot size={14} aria-hidden />}
        onSelect={() => void reportFailure(stores, threadList.actions.markUnread(thread.id))}
      >
        Mark unread
      </MenuItem>
      <MenuSeparator />
      <MenuItem
        icon={<Copy size={14} aria-hidden />}
        onSelect={() => void reportFailure(stores, duplicate())}
      >
        Duplicate
      </MenuItem>
      <MenuItem
        icon={<AppWindow size={14} aria-hidden />}
        onSelect={() => stores.openWindow(thread.id)}
      >
        Open in new window
      </MenuItem>
      <MenuItem
        icon={<Link size={14} aria-hidden />}
        onSelect={() => copyText(stores, `skein://thread/${thread.id}`, 'Link copied')}
      >
        Copy link
      </MenuItem>
    </>
  )
}
