// What every model client must do, whatever stands behind it; run against the fake and the real adapters.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type ModelClient,
  ModelError,
  type ModelEvent,
  type ModelRequest,
} from '../../src/main/model/model-client.ts'
import { modelRequest, readToEnd } from '../model-request.ts'

/** A situation the suite asks for. */
export type Situation =
  /** One message, nothing else need come. */
  | 'message'
  /** A reasoning element with at least one summary part, then anything. */
  | 'reasoning'
  /** At least one call of a tool. */
  | 'call'
  /** Breaks after a message has started, in a way that a second attempt may mend. */
  | 'broken'
  /** A message starts, then nothing more comes for a long time. */
  | 'stuck'

export interface ModelClientHarness {
  readonly client: ModelClient
  /** Sets the situation up for the next request and returns what that request must say. */
  prepare(situation: Situation): Partial<ModelRequest>
  close(): Promise<void>
}

export function modelClientSuite(name: string, open: () => Promise<ModelClientHarness>): void {
  describe(`model client port: ${name}`, () => {
    let harness: ModelClientHarness

    beforeEach(async () => {
      harness = await open()
    })
    afterEach(() => harness.close())

    const ask = (situation: Situation, signal = new AbortController().signal) =>
      harness.client.stream(modelRequest(harness.prepare(situation)), signal)

    it('streams a message from its start to its end and completes last', async () => {
      const events = await readToEnd(ask('message'))
      const started = events.find((event) => event.type === 'messageStarted')
      const done = events.find((event) => event.type === 'itemDone')
      const text = events.map((event) => (event.type === 'textDelta' ? event.delta : '')).join('')
      expect(started).toEqual({ type: 'messageStarted', itemId: done?.item.id })
      expect(done?.item).toMatchObject({
        type: 'message',
        role: 'assistant',
        content: [{ type: 'output_text', text }],
      })
      expect(text).not.toBe('')
      expect(events.filter((event) => event.type === 'completed')).toEqual([events.at(-1)])
    })

    it('streams reasoning part by part before it hands it over', async () => {
      const events = await readToEnd(ask('reasoning'))
      const started = events.find((event) => event.type === 'reasoningStarted')
      const done = events.findIndex(
        (event) => event.type === 'itemDone' && event.item.type === 'reasoning',
      )
      const streamed = events.slice(0, done).filter(({ type }) => type.startsWith('reasoning'))
      expect(new Set(streamed.map((event) => 'itemId' in event && event.itemId))).toEqual(
        new Set([started?.itemId]),
      )
      expect(events[done]).toMatchObject({ item: { id: started?.itemId } })
      expect(summariesOf(streamed)).toEqual(summaryTextsOf(events[done]))
    })

    it('hands a tool call over whole, with an id and a name', async () => {
      const events = await readToEnd(ask('call'))
      const call = events.find(
        (event) => event.type === 'itemDone' && event.item.type === 'function_call',
      )
      expect(call).toMatchObject({
        item: {
          call_id: expect.any(String),
          name: expect.any(String),
          arguments: expect.any(String),
        },
      })
    })

    it('counts tokens', async () => {
      const completed = (await readToEnd(ask('message'))).at(-1)
      if (completed?.type !== 'completed' || completed.usage === null) throw new Error('no usage')
      const { totalTokens, inputTokens, outputTokens } = completed.usage
      expect(totalTokens).toBe(inputTokens + outputTokens)
      expect(outputTokens).toBeGreaterThan(0)
    })

    it('throws a retryable error when the stream breaks', async () => {
      const broken = readToEnd(ask('broken'))
      await expect(broken).rejects.toBeInstanceOf(ModelError)
      await expect(broken).rejects.toMatchObject({
        retryable: true,
        info: 'other',
      })
    })

    it('throws the reason of the signal as soon as it aborts', async () => {
      const controller = new AbortController()
      const reason = new Error('enough')
      const seen: ModelEvent[] = []
      const reading = (async () => {
        for await (const event of ask('stuck', controller.signal)) {
          seen.push(event)
          if (event.type === 'textDelta') controller.abort(reason)
        }
      })()
      await expect(reading).rejects.toBe(reason)
      expect(seen.filter(({ type }) => type === 'textDelta')).toHaveLength(1)
    })

    it('throws the reason of a signal that is aborted already', async () => {
      const reason = new Error('too late')
      await expect(readToEnd(ask('message', AbortSignal.abort(reason)))).rejects.toBe(reason)
    })
  })
}

function summariesOf(events: readonly ModelEvent[]): readonly string[] {
  const parts: string[] = []
  for (const event of events) {
    if (event.type === 'reasoningPartAdded') parts[event.summaryIndex] = ''
    if (event.type === 'reasoningSummaryDelta') parts[event.summaryIndex] += event.delta
  }
  return parts
}

function summaryTextsOf(event: ModelEvent | undefined): readonly unknown[] {
  const summary = event?.type === 'itemDone' ? event.item.summary : []
  return (summary as { text: string }[]).map(({ text }) => text)
}
