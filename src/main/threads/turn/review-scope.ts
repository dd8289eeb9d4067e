// The hold a reviewer has on the thread: its steps are shown, its conversation is its own and ends with it.
import type { ModelItem } from '../../model/model-item.ts'
import type { ThreadEvent } from '../../storage/thread-event.ts'
import type { ConfigSnapshot } from '../config-snapshot.ts'
import type { TurnOutcome } from './closing.ts'
import type { TurnScope } from './turn-scope.ts'

export interface ReviewScope extends TurnScope {
  /** How the reviewer came to rest, null while it works. */
  readonly outcome: TurnOutcome | null
  /** Its last message. */
  readonly answer: string
}

export function createReviewScope(scope: TurnScope, first: readonly ModelItem[]): ReviewScope {
  const conversation: ModelItem[] = [...first]
  let outcome: TurnOutcome | null = null
  let answer = ''

  /** What is said is the verdict, which is shown at the end; everything else is shown as it happens. */
  function take(events: readonly ThreadEvent[]): readonly ThreadEvent[] {
    const shown: ThreadEvent[] = []
    for (const event of events) {
      if (event.type === 'modelItemsRecorded') conversation.push(...event.items)
      else if (event.type === 'historyReplaced') replace(event.history)
      else if (event.type === 'itemCompleted' && event.item.type === 'agentMessage')
        answer = event.item.text
      else shown.push(event)
    }
    return shown
  }

  async function record(events: readonly ThreadEvent[]): Promise<void> {
    const shown = take(events)
    if (shown.length > 0) await scope.record(shown)
  }

  function replace(history: Extract<ThreadEvent, { type: 'historyReplaced' }>['history']): void {
    const before = [...conversation]
    const items = history.flatMap((entry) =>
      'item' in entry ? entry.item : (before[entry.kept] ?? []),
    )
    conversation.splice(0, conversation.length, ...items)
  }

  return {
    ...scope,
    get snapshot() {
      return asReviewer(scope.snapshot)
    },
    get outcome() {
      return outcome
    },
    get answer() {
      return answer
    },
    outputSchema: undefined,
    previous: null,
    historyStart: 0,
    inputStart: 0,
    history: () => conversation,
    initialContext: async () => [],
    record,
    recordSoon(events) {
      const shown = take(events)
      if (shown.length > 0) scope.recordSoon(shown)
    },
    openStreamed(item) {
      if (item.type !== 'agentMessage') scope.openStreamed(item)
    },
    delta(type, itemId, delta) {
      if (type !== 'agentMessage') scope.delta(type, itemId, delta)
    },
    takeSteers: async () => false,
    async finish(ended, last) {
      await record(last)
      outcome = ended
      return true
    },
  }
}

/** Nobody is asked during a review: what would need a person's word is refused. */
function asReviewer(snapshot: ConfigSnapshot): ConfigSnapshot {
  return { ...snapshot, values: { ...snapshot.values, approvalPolicy: 'never' } }
}
