// Commands of the palette about kinds of turns.
import { forkAndShow } from '../fork-thread.ts'
import { firstWordsOf } from '../message-text.ts'
import type { ThreadStore } from '../thread-store.ts'
import { type Command, type CommandContext, onThread, openThread, reporting } from './command.ts'

export const turnCommands: readonly Command[] = [
  ofThread('thread.planMode', 'Plan mode: on or off', (context, thread) => {
    const isPlan = thread.getState().settings?.mode === 'plan'
    reporting(context, thread.actions.setMode(isPlan ? 'default' : 'plan'))
  }),
  ofThread('thread.review', 'Review changes…', ({ stores }, { threadId }) =>
    stores.ui.actions.openDialog({ kind: 'review', threadId }),
  ),
  ofThread('thread.compact', 'Compact context', (context, thread) =>
    reporting(context, thread.actions.compact()),
  ),
  ofThread('thread.fork', 'Fork thread', (context, { threadId }) =>
    reporting(context, forkAndShow(context.stores, threadId)),
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

function ofThread(
  id: string,
  title: string,
  run: (context: CommandContext, thread: ThreadStore) => void,
): Command {
  return onThread(id, title, 'Thread', [], (context) => {
    const thread = openThread(context)
    if (thread) run(context, thread)
  })
}
