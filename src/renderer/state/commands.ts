// Everything a person can do by name or by key: the one list behind the palette, the shortcuts and their help.
import type { Thread } from '../../protocol/index.ts'
import { pinThreads } from './arrange-threads.ts'
import type { Command, CommandContext } from './command.ts'
import { reportFailure } from './report-failure.ts'
import { type KeyPress, matchesKeys } from './shortcut-keys.ts'
import type { Stores } from './stores.ts'
import { groupThreads, needsPerson } from './thread-groups.ts'
import { activeTurn } from './thread-state.ts'
import { turnCommands } from './turn-commands.ts'
import type { Theme } from './ui-store.ts'

type Run = (context: CommandContext) => void

const always = () => null
const needsThread = ({ stores }: CommandContext) =>
  stores.ui.getState().openThreadId === null ? 'No thread is open' : null

const threadCommands: readonly Command[] = [
  {
    ...command('thread.new', 'New thread', 'Thread', ['Mod+N'], ({ stores }) =>
      stores.ui.actions.showThread(null),
    ),
  },
  {
    ...command('thread.stop', 'Stop turn', 'Thread', ['Mod+.'], (context) => {
      reporting(context, openThread(context)?.actions.stop())
    }),
    blockedBy(context) {
      const thread = openThread(context)
      return thread && activeTurn(thread.getState()) ? null : 'No turn is running'
    },
  },
  {
    ...command('thread.goal', 'Set goal…', 'Thread', [], ({ stores }) => {
      const threadId = stores.ui.getState().openThreadId
      if (threadId) stores.ui.actions.openDialog({ kind: 'goal', threadId })
    }),
    blockedBy: needsThread,
  },
  command('goals.pauseAll', 'Pause all goals', 'Thread', ['Mod+Alt+G'], (context) =>
    reporting(context, context.stores.goals.pauseAll()),
  ),
  command('goals.resumeAll', 'Resume all goals', 'Thread', [], (context) =>
    reporting(context, context.stores.goals.resumeAll()),
  ),
  {
    ...command('thread.rename', 'Rename thread', 'Thread', ['F2'], ({ stores }) =>
      stores.ui.actions.setRenaming(true),
    ),
    blockedBy: needsThread,
  },
  {
    ...command('thread.archive', 'Archive thread', 'Thread', ['Mod+Backspace'], archiveOpenThread),
    notInText: true,
    blockedBy: needsThread,
  },
  {
    ...command('thread.delete', 'Delete thread…', 'Thread', [], ({ stores }) => {
      const threadId = stores.ui.getState().openThreadId
      if (threadId) stores.ui.actions.openDialog({ kind: 'deleteThread', threadId })
    }),
    blockedBy: needsThread,
  },
  {
    ...command('thread.export', 'Export thread…', 'Thread', [], ({ stores }) => {
      const threadId = stores.ui.getState().openThreadId
      if (threadId) stores.ui.actions.openDialog({ kind: 'exportThread', threadId })
    }),
    blockedBy: needsThread,
  },
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
  onOpenThread('thread.pin', 'Pin or unpin thread', (stores, thread) =>
    pinThreads(stores, [thread.id], !thread.skein?.pinned),
  ),
  onOpenThread('thread.moveToSection', 'Move thread to section…', ({ ui }, { id }) =>
    ui.actions.openDialog({ kind: 'moveThreads', threadIds: [id], to: 'section' }),
  ),
  onOpenThread('thread.moveToProject', 'Move thread to project…', ({ ui }, { id }) =>
    ui.actions.openDialog({ kind: 'moveThreads', threadIds: [id], to: 'project' }),
  ),
  onOpenThread('thread.snooze', 'Snooze thread…', ({ ui }, { id }) =>
    ui.actions.openDialog({ kind: 'snoozeThreads', threadIds: [id] }),
  ),
  onOpenThread('thread.markUnread', 'Mark thread unread', (stores, { id }) =>
    reportFailure(stores, stores.threadList.actions.markUnread(id)),
  ),
  {
    ...command(
      'thread.newWindow',
      'Open thread in new window',
      'Thread',
      ['Mod+Alt+O'],
      ({ stores }) => {
        const threadId = stores.ui.getState().openThreadId
        if (threadId) stores.openWindow(threadId)
      },
    ),
    blockedBy: needsThread,
  },
  {
    ...command('thread.copyId', 'Copy thread id', 'Thread', [], ({ stores }) => {
      const threadId = stores.ui.getState().openThreadId
      if (threadId) copyText(stores, threadId, 'Thread id copied')
    }),
    blockedBy: needsThread,
  },
]

const listCommands: readonly Command[] = [
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

const goToCommands: readonly Command[] = [
  command('go.palette', 'Command palette', 'Go to', ['Mod+K', 'Mod+Shift+P'], ({ stores }) =>
    stores.ui.actions.openDialog({ kind: 'palette', prefix: '' }),
  ),
  command('go.thread', 'Go to thread…', 'Go to', ['Mod+P'], ({ stores }) =>
    stores.ui.actions.openDialog({ kind: 'palette', prefix: '@' }),
  ),
  {
    ...command('go.model', 'Choose model', 'Go to', ['Mod+Shift+M'], ({ focus }) => focus('model')),
    blockedBy: needsThread,
  },
  {
    ...command('go.effort', 'Choose effort', 'Go to', ['Mod+Shift+E'], ({ focus }) =>
      focus('effort'),
    ),
    blockedBy: needsThread,
  },
  {
    ...command('go.permissions', 'Choose permissions', 'Go to', [], ({ focus }) =>
      focus('permissions'),
    ),
    blockedBy: needsThread,
  },
  {
    ...command('go.policy', 'Choose when to be asked', 'Go to', [], ({ focus }) =>
      focus('approvals'),
    ),
    blockedBy: needsThread,
  },
  command('go.approvals', 'Approvals', 'Go to', ['Mod+Shift+A'], ({ stores }) =>
    stores.ui.actions.openDialog({ kind: 'approvals' }),
  ),
  command('go.goals', 'Goals', 'Go to', ['Mod+Shift+G'], ({ stores }) =>
    stores.ui.actions.openDialog({ kind: 'goals' }),
  ),
  command(
    'go.nextNeeding',
    'Next thread that needs you',
    'Go to',
    ['Mod+Alt+PageDown', 'Control+Mod+ArrowDown'],
    (context) => goToNeeding(context, 1),
  ),
  command(
    'go.previousNeeding',
    'Previous thread that needs you',
    'Go to',
    ['Mod+Alt+PageUp', 'Control+Mod+ArrowUp'],
    (context) => goToNeeding(context, -1),
  ),
  command('go.settings', 'Settings', 'Go to', ['Mod+,'], ({ stores }) =>
    stores.ui.actions.openSettings(),
  ),
  command('go.searchAll', 'Search everything…', 'Go to', ['Mod+Shift+F'], ({ stores }) =>
    stores.ui.actions.openDialog({ kind: 'search' }),
  ),
  {
    ...command('go.find', 'Find in thread', 'Go to', ['Mod+F'], ({ stores }) =>
      stores.ui.actions.setFinding(true),
    ),
    blockedBy: needsThread,
  },
  command('go.search', 'Search threads', 'Go to', [], ({ focus }) => focus('search')),
  {
    ...command('go.composer', 'Focus message field', 'Go to', ['Mod+L'], ({ focus }) =>
      focus('composer'),
    ),
    blockedBy: needsThread,
  },
  {
    ...command('go.transcript', 'Focus transcript', 'Go to', ['Mod+Shift+T'], ({ focus }) =>
      focus('transcript'),
    ),
    blockedBy: needsThread,
  },
  command('go.list', 'Focus thread list', 'Go to', ['Mod+Shift+L'], ({ focus }) =>
    focus('threadList'),
  ),
  command('go.nextRegion', 'Next region', 'Go to', ['F6'], ({ cycleRegions }) => cycleRegions(1)),
  command('go.previousRegion', 'Previous region', 'Go to', ['Shift+F6'], ({ cycleRegions }) =>
    cycleRegions(-1),
  ),
  historyCommand('go.back', 'Back', 'Alt+ArrowLeft', -1),
  historyCommand('go.forward', 'Forward', 'Alt+ArrowRight', 1),
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((place) =>
    command(`go.place${place}`, `Thread ${place} in list`, 'Go to', [`Mod+${place}`], (context) => {
      const { ui, threadList } = context.stores
      const { threads, grouping } = threadList.getState()
      const options = { grouping, ...context.stores.arrangement.getState() }
      const groups = groupThreads(threads, Date.now(), options)
      const thread = groups.flatMap((group) => group.threads)[place - 1]
      if (thread) ui.actions.showThread(thread.id)
    }),
  ),
]

const viewCommands: readonly Command[] = [
  command('view.sidebar', 'Toggle sidebar', 'View', ['Mod+B'], ({ stores }) =>
    stores.ui.actions.togglePanel('sidebar'),
  ),
  command('view.inspector', 'Toggle inspector', 'View', ['Mod+Alt+B'], ({ stores }) =>
    stores.ui.actions.togglePanel('inspector'),
  ),
  {
    ...command('view.changes', 'Show changes', 'View', ['Mod+Shift+D'], ({ stores }) =>
      stores.ui.actions.inspect('changes'),
    ),
    blockedBy: needsThread,
  },
  {
    ...command('view.config', 'Show configuration', 'View', ['Mod+Shift+Y'], ({ stores }) =>
      stores.ui.actions.inspect('config'),
    ),
    blockedBy: needsThread,
  },
  {
    ...command('view.preview', 'What would change', 'View', ['Mod+Alt+Y'], ({ stores }) =>
      stores.ui.actions.openDialog({ kind: 'preview' }),
    ),
    blockedBy: needsThread,
  },
  {
    ...command('view.goal', 'Show goal', 'View', [], ({ stores }) =>
      stores.ui.actions.inspect('goal'),
    ),
    blockedBy: needsThread,
  },
  {
    ...command('view.plan', 'Show plan', 'View', [], ({ stores }) =>
      stores.ui.actions.inspect('plan'),
    ),
    blockedBy: needsThread,
  },
  {
    ...command('view.usage', 'Show usage', 'View', [], ({ stores }) =>
      stores.ui.actions.inspect('usage'),
    ),
    blockedBy: needsThread,
  },
  {
    ...command('view.mcp', 'Show MCP servers', 'View', [], ({ stores }) =>
      stores.ui.actions.inspect('mcp'),
    ),
    blockedBy: needsThread,
  },
  {
    ...command('view.terminal', 'Show terminals', 'View', [], ({ stores }) =>
      stores.ui.actions.inspect('terminal'),
    ),
    blockedBy: needsThread,
  },
  themeCommand('system', 'Theme: same as system'),
  themeCommand('light', 'Theme: light'),
  themeCommand('dark', 'Theme: dark'),
  command('help.shortcuts', 'Keyboard shortcuts', 'Help', ['Mod+/'], ({ stores }) =>
    stores.ui.actions.openDialog({ kind: 'shortcuts' }),
  ),
]

export const commands: readonly Command[] = [
  ...threadCommands,
  ...turnCommands(reporting),
  ...listCommands,
  ...goToCommands,
  ...viewCommands,
]

export function findCommand(id: string): Command | undefined {
  return commands.find((candidate) => candidate.id === id)
}

/** The command these keys stand for, if they mean one here. */
export function commandOf(press: KeyPress, mac: boolean, inText: boolean): Command | undefined {
  return commands.find(
    (candidate) =>
      !(inText && candidate.notInText) &&
      candidate.keys.some((keys) => matchesKeys(keys, press, mac)),
  )
}

function command(
  id: string,
  title: string,
  section: Command['section'],
  keys: readonly string[],
  run: Run,
): Command {
  return { id, title, section, keys, run, blockedBy: always }
}

/** For the open thread as the list has it. */
function onOpenThread(
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

function themeCommand(theme: Theme, title: string): Command {
  return command(`view.theme.${theme}`, title, 'View', [], ({ stores }) =>
    stores.ui.actions.setTheme(theme),
  )
}

function historyCommand(id: string, title: string, keys: string, step: -1 | 1): Command {
  return {
    ...command(id, title, 'Go to', [keys], ({ stores }) => stores.ui.actions.revisit(step)),
    notInText: true,
    blockedBy({ stores }) {
      const { visited, visitedIndex } = stores.ui.getState()
      return visited[visitedIndex + step] === undefined ? 'There is no further thread' : null
    },
  }
}

function openThread({ stores }: CommandContext) {
  const threadId = stores.ui.getState().openThreadId
  return threadId === null ? undefined : stores.threads.find(threadId)
}

/** What was done last can be taken back as long as its message is shown. */
function latestUndo({ ui }: Stores) {
  return ui.getState().toasts.findLast((toast) => toast.action !== null)
}

function archiveOpenThread(context: CommandContext): void {
  const { stores } = context
  const threadId = stores.ui.getState().openThreadId
  if (threadId !== null) archiveThread(stores, threadId)
}

/** Says so once the words are in the clipboard, or why they are not. */
export function copyText(stores: Stores, words: string, done: string): void {
  const copied = navigator.clipboard
    .writeText(words)
    .then(() => stores.ui.actions.toast({ text: done }))
  void reportFailure(stores, copied)
}

/** Archives the thread and offers to take it back. */
export function archiveThread(stores: Stores, threadId: string): void {
  const { threadList, ui } = stores
  const undo = () => void reportFailure(stores, threadList.actions.unarchive(threadId))
  const done = threadList.actions.archive(threadId).then(() => {
    if (ui.getState().openThreadId === threadId) ui.actions.showThread(null)
    ui.actions.toast({ text: 'Thread archived', action: { label: 'Undo', run: undo } })
  })
  void reportFailure(stores, done)
}

function reporting({ stores }: CommandContext, work: Promise<unknown> | undefined): void {
  if (work) void reportFailure(stores, work)
}

function goToNeeding({ stores }: CommandContext, step: 1 | -1): void {
  const waiting = stores.threadList.getState().threads.filter(needsPerson)
  if (waiting.length === 0) return
  const at = waiting.findIndex((thread) => thread.id === stores.ui.getState().openThreadId)
  const from = at === -1 && step === -1 ? 0 : at
  const next = waiting.at((from + step) % waiting.length)
  if (next) stores.ui.actions.showThread(next.id)
}
