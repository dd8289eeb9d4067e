// Commands of the palette about kinds of turns.
import type { Command, CommandContext } from './command.ts'
import { forkAndShow } from './fork-thread.ts'
import { firstWordsOf } from './message-text.ts'
import type { ThreadStore } from './thread-store.ts'

type Report = (context: CommandContext, work: Promise<unknown> | undefined) => void

/** `report` says in a toast why something could not be done. */
export function turnCommands(report: Report): readonly Command[] {
  return [
    ofThread('thread.planMode', 'Plan mode: on or off', (context, thread) => {
      const isPlan = thread.getState().settings?.mode === 'plan'
      report(context, thread.actions.setMode(isPlan ? 'default' : 'plan'))
    }),
    ofThread('thread.review', 'Review changes…', ({ stores }, { threadId }) =>
      stores.ui.actions.openDialog({ kind: 'review', threadId }),
    ),
    ofThread('thread.compact', 'Compact context', (context, thread) =>
      report(context, thread.actions.compact()),
    ),
    ofThread('thread.fork', 'Fork thread', (context, { threadId }) =>
      report(context, forkAndShow(context.stores, threadId)),
    ),
    ofThread('thread.revert', 'Revert the last turn…', ({ stores }, { threadId, getState }) => {
      const last = getState().turns.at(-1)
      if (last) {
        const dialog = {
          kind: 'revert',
          threadId,
          turnId: last.id,
          words: firstWordsOf(last),
        } as const
        stores.ui.actions.openDialog(dialog)
      }
    }),
  ]
}

function ofThread(
  id: string,
  title: string,
  run: (context: CommandContext, thread: ThreadStore) => void,
): Command {
  return {
    id,
    title,
    section: 'Thread',
    keys: [],
    blockedBy: (context) => (openThread(context) ? null : 'No thread is open'),
    run(context) {
      const thread = openThread(context)
      if (thread) run(context, thread)
    },
  }
}

function openThread({ stores }: CommandContext): ThreadStore | undefined {
  const threadId = stores.ui.getState().openThreadId
  return threadId === null ? undefined : stores.threads.find(threadId)
}
