// Turns that do something else than answer, and what is put into a history without a turn.

import type { Turn, UserInput } from '../../../protocol/index.ts'
import { SkeinError } from '../../lib/errors.ts'
import type { ModelItem } from '../../model/model-item.ts'
import type { ThreadManager } from '../../threads/thread-manager.ts'
import { readInjectedItem } from '../injected-item.ts'
import { refusalOf } from '../params-refusal.ts'
import { runningTurn } from '../present.ts'
import type { Handlers } from '../router.ts'

type KindMethods =
  | 'thread/compact/start'
  | 'thread/shellCommand'
  | 'thread/inject_items'
  | 'review/start'

export function turnKindHandlers(manager: ThreadManager): Pick<Handlers, KindMethods> {
  return {
    async 'thread/compact/start'({ threadId }, { holdUntilReplied }) {
      const { actor } = manager.require(threadId)
      holdUntilReplied()
      await actor.compact()
      return {}
    },

    async 'thread/shellCommand'({ threadId, command, timeoutMs }, { holdUntilReplied }) {
      const { actor } = manager.require(threadId)
      const trimmed = command.trim()
      if (trimmed === '') throw new SkeinError('invalidParams', 'command must not be empty')
      if (timeoutMs !== undefined && timeoutMs < 0)
        throw new SkeinError(
          'contradiction',
          `thread/shellCommand timeoutMs must be non-negative, got ${timeoutMs}`,
          { field: 'timeoutMs' },
        )
      holdUntilReplied()
      await actor.runShell({ type: 'shell', command: trimmed, timeoutMs: timeoutMs ?? null })
      return {}
    },

    async 'thread/inject_items'({ threadId, items }) {
      const { actor } = manager.require(threadId)
      await actor.inject(items.map(modelItem), true)
      return {}
    },

    async 'review/start'({ threadId, target }, { holdUntilReplied }) {
      const { actor } = manager.require(threadId)
      holdUntilReplied()
      const { turn, hint } = await actor.review(target)
      await actor.describe(hint)
      return { turn: reviewTurn(runningTurn(turn), hint), reviewThreadId: threadId }
    },
  }
}

/** As the reference answers it: with what is looked at in place of a message. */
function reviewTurn(turn: Turn, hint: string): Turn {
  const content: UserInput[] = [{ type: 'text', text: hint, text_elements: [] }]
  return {
    ...turn,
    rootTurnId: null,
    startedAt: null,
    items: [
      {
        type: 'userMessage',
        id: turn.id,
        clientId: null,
        content,
        startedAtMs: null,
        completedAtMs: null,
      },
    ],
  }
}

function modelItem(raw: unknown, index: number): ModelItem {
  const read = readInjectedItem(raw)
  if ('item' in read) return read.item
  const { message } = refusalOf(read.issues, raw)
  throw new SkeinError('invalidParams', `items[${index}] is not a valid response item: ${message}`)
}
