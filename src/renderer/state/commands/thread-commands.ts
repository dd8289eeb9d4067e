// Commands about threads, goals and what is kept of them.
import type { Thread } from '../../../protocol/index.ts'
import { archiveThread } from '../archive-thread.ts'
import { pinThreads } from '../arrange-threads.ts'
import { copyText } from '../copy-text.ts'
import { reportFailure } from '../report-failure.ts'
import type { Stores } from '../stores.ts'
import { activeTurn } from '../thread-state.ts'
import {
  type Command,
  type CommandContext,
  command,
  onThread,
  openThread,
  reporting,
} from './command.ts'

export const threadCommands: readonly Command[] = [
  command('thread.new', 'New thread', 'Thread', ['Mod+N'], ({ stores }) =>
    stores.ui.actions.showThread(null),
  ),
  {
    ...command('thread.stop', 'Stop turn', 'Thread', ['Mod+.'], (context) => {
      reporting(context, openThread(context)?.actions.stop())
    }),
    blockedBy(context) {
      const thread = openThread(context)
      return thread && activeTurn(thread.getState()) ? null : 'No turn is running'
    },
  },
  onThread('thread.goal', 'Set goal…', 'Thread', [], ({ stores }, threadId) =>
    stores.ui.actions.openDialog({ kind: 'goal', threadId }),
  ),
  command('goals.pauseAll', 'Pause all goals', 'Thread', ['Mod+Alt+G'], (context) =>
    reporting(context, context.stores.goals.pauseAll()),
  ),
  command('goals.resumeAll', 'Resume all goals', 'Thread', [], (context) =>
    reporting(context, context.stores.goals.resumeAll()),
  ),
  onThread('thread.rename', 'Rename thread', 'Thread', ['F2'], ({ stores }) =>
    stores.ui.actions.setRenaming(true),
  ),
  {
    ...onThread(
      'thread.archive',
      'Archive thread',
      'Thread',
      ['Mod+Backspace'],
      ({ stores }, threadId) => archiveThread(stores, threadId),
    ),
    notInText: true,
  },
  onThread('thread.delete', 'Delete thread…', 'Thread', [], ({ stores }, threadId) =>
    stores.ui.actions.openDialog({ kind: 'deleteThread', threadId }),
  ),
  onThread('thread.export', 'Export thread…', 'Thread', [], ({ stores }, threadId) =>
    stores.ui.actions.openDialog({ kind: 'exportThread', threadId }),
  ),
  command('store.import', 'Import threads…', 'Thread', [], ({ stores }) =>
    stores.ui.actions.openDialog({ kind: 'importThreads' }),
  ),
  command('store.backup', 'Back up everything', 'Thread', [], (context) => {
    const { tasks, ui } = context.stores
    const done = tasks
      .backUp()
      .then(({ path }) => ui.actions.toast({ text: `Backed up to ${path}` }))
    reporting(context, done)
  }),
  command('list.sections', 'Sections and projects…', 'Thread', [], ({ stores }) =>
    stores.ui.actions.openDialog({ kind: 'sections' }),
  ),
  onListed('thread.pin', 'Pin or unpin thread', (stores, thread) =>
    pinThreads(stores, [thread.id], !thread.skein?.pinned),
  ),
  onListed('thread.moveToSection', 'Move thread to section…', ({ ui }, { id }) =>
    ui.actions.openDialog({ kind: 'moveThreads', threadIds: [id], to: 'section' }),
  ),
  onListed('thread.moveToProject', 'Move thread to project…', ({ ui }, { id }) =>
    ui.actions.openDialog({ kind: 'moveThreads', threadIds: [id], to: 'project' }),
  ),
  onListed('thread.snooze', 'Snooze thread…', ({ ui }, { id }) =>
    ui.actions.openDialog({ kind: 'snoozeThreads', threadIds: [id] }),
  ),
  onListed('thread.markUnread', 'Mark thread unread', (stores, { id }) =>
    reportFailure(stores, stores.threadList.actions.markUnread(id)),
  ),
  onThread(
    'thread.newWindow',
    'Open thread in new window',
    'Thread',
    ['Mod+Alt+O'],
    ({ stores }, threadId) => stores.openWindow(threadId),
  ),
  onThread('thread.copyId', 'Copy thread id', 'Thread', [], ({ stores }, threadId) =>
    copyText(stores, threadId, 'Thread id copied'),
  ),
  {
    ...command('list.undo', 'Undo', 'Thread', ['Mod+Z'], ({ stores }) => {
      const toast = latestUndo(stores)
      toast?.action?.run()
      if (toast) stores.ui.actions.dismissToast(toast.id)
    }),
    notInText: true,
    blockedBy: ({ stores }) => (latestUndo(stores) ? null : 'There is nothing to undo'),
  },
]

/** For the open thread as the list has it. */
function onListed(
  id: string,
  title: string,
  run: (stores: Stores, thread: Thread) => unknown,
): Command {
  const listed = ({ stores }: CommandContext) => {
    const { openThreadId } = stores.ui.getState()
    return stores.threadList.getState().threads.find((thread) => thread.id === openThreadId)
  }
  return {
    ...command(id, title, 'Thread', [], (context) => {
      const thread = listed(context)
      if (thread) void run(context.stores, thread)
    }),
    blockedBy: (context) => (listed(context) ? null : 'No thread of the list is open'),
  }
}

/** What was done last can be taken back as long as its message is shown. */
function latestUndo({ ui }: Stores) {
  return ui.getState().toasts.findLast((toast) => toast.action !== null)
}
