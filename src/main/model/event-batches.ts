// A body of server-sent events as batches: what each piece that arrives means, without work between the pieces.
import { createParser } from 'eventsource-parser'
import type { ModelEvent } from './model-client.ts'
import { streamError } from './model-errors.ts'

export interface Batch {
  readonly events: readonly ModelEvent[]
  /** True when `completed` is the last of `events`. */
  readonly isCompleted: boolean
  /** What breaks the stream, after `events`; undefined while it goes on. */
  readonly failure: unknown
}

export interface EventBatches {
  /** The next piece; one without whole events gives an empty batch. Never rejects. */
  next(): Promise<Batch>
  /** Reads on to the end and throws it away; rejects when the connection breaks. */
  discardRest(): Promise<void>
}

/** Turns the data of one event into model events, appended to `out`; throws what ends the stream. */
export type ReadEvent = (data: string, out: ModelEvent[]) => void

export interface EventReader {
  readonly read: ReadEvent
  /** Nothing more comes: `completed` is appended to `out` when the answer was whole all the same. */
  readonly end: (out: ModelEvent[]) => void
}

/** One event in characters; a stream with a longer one is broken or hostile. */
const EVENT_CHARS_MAX = 64 * 1024 * 1024

export function createEventBatches(
  body: AsyncIterable<Uint8Array>,
  { read, end }: EventReader,
): EventBatches {
  const chunks = body[Symbol.asyncIterator]()
  const decoder = new TextDecoder()
  let events: ModelEvent[] = []
  let isCompleted = false
  let failure: unknown
  const parser = createParser({
    maxBufferSize: EVENT_CHARS_MAX,
    onEvent({ data }) {
      if (isCompleted || failure !== undefined) return
      try {
        if (data === '[DONE]') end(events)
        else read(data, events)
        isCompleted = events.at(-1)?.type === 'completed'
      } catch (thrown) {
        failure = thrown
      }
    },
    onError(error) {
      // Fields that the format does not know are ignored, as its definition asks.
      if (error.type === 'max-buffer-size-exceeded')
        failure ??= streamError('the model server sent an event that is too large', error)
    },
  })

  async function feedNext(): Promise<void> {
    const { done, value } = await chunks.next()
    // A last event may lack the empty line that ends it.
    parser.feed(done ? '\n\n' : decoder.decode(value, { stream: true }))
    if (!done || isCompleted || failure !== undefined) return
    end(events)
    isCompleted = events.at(-1)?.type === 'completed'
    if (!isCompleted) failure = closedEarly()
  }

  return {
    async next() {
      events = []
      try {
        await feedNext()
      } catch (thrown) {
        failure ??= closedEarly(thrown)
      }
      return { events, isCompleted, failure }
    },
    async discardRest() {
      while (!(await chunks.next()).done);
    },
  }
}

function closedEarly(cause?: unknown): Error {
  return streamError('stream closed before response.completed', cause)
}
