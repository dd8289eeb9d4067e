// Facts of a turn that are being recorded while its work goes on: who needs them all learns whether one was lost.
import type { ThreadEvent } from '../../storage/thread-event.ts'

export interface Recordings {
  /** `events`: what is recorded word for word, as far as somebody may ask for it before it is. */
  add(recorded: Promise<unknown>, events?: readonly ThreadEvent[]): void
  /** Resolves when all that was added is recorded; rejects as soon as one could not be. */
  done(): Promise<void>
  /**
   * Throws why one could not be recorded. Known for certain inside of a step: the ones before it are settled then,
   * or share its commit.
   */
  check(): void
  /** The text of the last message of the model among them; undefined when there was none. */
  readonly lastMessage: string | undefined
}

export function createRecordings(): Recordings {
  let all: Promise<unknown> = Promise.resolve()
  let failure: { readonly reason: unknown } | undefined
  let lastMessage: string | undefined
  return {
    add(recorded, events = []) {
      const earlier = all
      all = Promise.all([earlier, recorded])
      all.catch(() => undefined)
      recorded.catch((reason: unknown) => {
        failure ??= { reason }
      })
      for (const event of events)
        if (event.type === 'itemCompleted' && event.item.type === 'agentMessage')
          lastMessage = event.item.text
    },
    async done() {
      await all
    },
    check() {
      if (failure) throw failure.reason
    },
    get lastMessage() {
      return lastMessage
    },
  }
}
