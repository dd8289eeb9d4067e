// Input for a turn that runs already: the words of a person, and messages for the model that have no card.
import type { UserInput } from '../../../protocol/index.ts'
import { newId } from '../../lib/ids.ts'
import type { ModelItem } from '../../model/model-item.ts'
import type { PendingSteer } from '../../storage/thread-event.ts'
import type { CommitQueue } from '../commit-queue.ts'
import type { ConfigSnapshot } from '../config-snapshot.ts'
import { checkSteer, decideSteer } from '../decisions.ts'
import type { ActiveTurn } from '../thread-state.ts'
import type { RunningTurn } from './running-turn.ts'
import type { TurnInput } from './turn-input.ts'
import { modelMessage } from './user-input.ts'

export function createSteering(
  queue: CommitQueue,
  all: {
    running(): RunningTurn | null
    /** What an idle thread must be told first, now. */
    contextNow(): Promise<readonly ModelItem[]>
    /** The model has been told of these settings. */
    told(settings: ConfigSnapshot): void
  },
) {
  const { running, contextNow, told } = all

  /**
   * Adds input to the running turn. Refuses at once when it cannot be; the acceptance tests and pushes without a
   * pause between, so that it either joins before the turn's end is decided or is refused. Resolves with the
   * turn's id when the input is on disk.
   */
  async function steer(
    content: readonly UserInput[],
    expectedTurnId: string | undefined,
    clientId: string | null,
    { items = [], metadata = {} }: Pick<TurnInput, 'items' | 'metadata'> = {},
  ): Promise<string> {
    checkSteer(steerable(), content, expectedTurnId)
    const model = await modelMessage(content)
    const turn = checkSteer(steerable(), content, expectedTurnId)
    const own = running()
    if (!model || !own) throw new Error('checked input of a running turn has a message')
    const steer: PendingSteer = { id: newId(), turnId: turn.id, clientId, content, model }
    const steers = [...items.map((item) => withoutCard(turn.id, item)), steer]
    own.steers.push(...steers)
    try {
      await queue.step((state) => steers.flatMap((one) => decideSteer(state, one)))
    } catch (refused) {
      own.steers = own.steers.filter((other) => !steers.includes(other)) // what was refused must not be acted on
      throw refused
    }
    own.metadata = { ...own.metadata, ...metadata }
    return turn.id
  }

  /**
   * Adds messages for the model without a card: to the running turn, whose loop then asks once more, or to the
   * history of an idle thread. `withContext`: never before what a thread is told first.
   */
  async function inject(items: readonly ModelItem[], withContext: boolean): Promise<void> {
    const turn = steerable()
    const own = running()
    if (turn && own) {
      const steers = items.map((item) => withoutCard(turn.id, item))
      own.steers.push(...steers)
      await queue.step((state) => steers.flatMap((steer) => decideSteer(state, steer)))
      return
    }
    if (own) {
      await startedOrEnded(own)
      return inject(items, withContext)
    }
    const context = withContext ? await queue.between(contextNow) : []
    const step = await queue.step((state) =>
      state.turn
        ? []
        : [{ type: 'modelItemsRecorded', turnId: null, items: [...context, ...items] }],
    )
    if (!step.happened) return inject(items, withContext) // a turn began meanwhile
    if (withContext) told(step.state.snapshot)
  }

  /** A turn that is about to begin is there soon; one that is about to end is gone soon. */
  async function startedOrEnded(own: RunningTurn): Promise<void> {
    if (own.closing || own.aborting) await Promise.race([own.ended, own.endRefused])
    else await queue.step(() => [])
  }

  function steerable(): ActiveTurn | null {
    const own = running()
    return own && !own.closing && !own.aborting ? queue.state().turn : null
  }

  return { steer, inject, steerable, startedOrEnded }
}

/** What the model reads and the transcript does not show. */
function withoutCard(turnId: string, model: ModelItem): PendingSteer {
  return { id: newId(), turnId, clientId: null, content: [], model }
}
