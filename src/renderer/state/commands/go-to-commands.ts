// Commands that lead somewhere: to a thread, a dialog, a part of the window.
import { groupThreads, needsPerson } from '../thread-groups.ts'
import { type Command, type CommandContext, command, onThread } from './command.ts'

export const goToCommands: readonly Command[] = [
  command('go.palette', 'Command palette', 'Go to', ['Mod+K', 'Mod+Shift+P'], ({ stores }) =>
    stores.ui.actions.openDialog({ kind: 'palette', prefix: '' }),
  ),
  command('go.thread', 'Go to thread…', 'Go to', ['Mod+P'], ({ stores }) =>
    stores.ui.actions.openDialog({ kind: 'palette', prefix: '@' }),
  ),
  onThread('go.model', 'Choose model', 'Go to', ['Mod+Shift+M'], ({ focus }) => focus('model')),
  onThread('go.effort', 'Choose effort', 'Go to', ['Mod+Shift+E'], ({ focus }) => focus('effort')),
  onThread('go.permissions', 'Choose permissions', 'Go to', [], ({ focus }) =>
    focus('permissions'),
  ),
  onThread('go.policy', 'Choose when to be asked', 'Go to', [], ({ focus }) => focus('approvals')),
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
  onThread('go.find', 'Find in thread', 'Go to', ['Mod+F'], ({ stores }) =>
    stores.ui.actions.setFinding(true),
  ),
  command('go.search', 'Search threads', 'Go to', [], ({ focus }) => focus('search')),
  onThread('go.composer', 'Focus message field', 'Go to', ['Mod+L'], ({ focus }) =>
    focus('composer'),
  ),
  onThread('go.transcript', 'Focus transcript', 'Go to', ['Mod+Shift+T'], ({ focus }) =>
    focus('transcript'),
  ),
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

function goToNeeding({ stores }: CommandContext, step: 1 | -1): void {
  const waiting = stores.threadList.getState().threads.filter(needsPerson)
  if (waiting.length === 0) return
  const at = waiting.findIndex((thread) => thread.id === stores.ui.getState().openThreadId)
  const from = at === -1 && step === -1 ? 0 : at
  const next = waiting.at((from + step) % waiting.length)
  if (next) stores.ui.actions.showThread(next.id)
}
