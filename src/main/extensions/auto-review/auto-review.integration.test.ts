import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { silentLogger } from '../../lib/logger.ts'
import type { ModelEvent, ModelProviders } from '../../model/model-client.ts'
import type { OfTurn, ReviewRequest } from '../../threads/extensions/extension.ts'
import { createAutoReview } from './auto-review.ts'

/** A model that says nothing until it is cut. */
async function* silence(_request: unknown, signal: AbortSignal): AsyncGenerator<ModelEvent> {
  await new Promise<never>((_resolve, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason as Error)),
  )
}

test('[T50] a reviewer that says nothing for 90 s is a refusal, told as a time-out', async () => {
  const home = await mkdtemp(join(tmpdir(), 'skein-review-'))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  const late = new AbortController()
  const waited: number[] = []
  const providers = { get: () => ({ client: { stream: silence } }) } as unknown as ModelProviders
  const emitted: { method: string; params: unknown }[] = []
  const injected: unknown[] = []
  const { reviewApproval } = createAutoReview({
    home,
    logger: silentLogger,
    providers: async () => providers,
    after(ms) {
      waited.push(ms)
      queueMicrotask(() => setImmediate(() => late.abort()))
      return late.signal
    },
  })
  const input = {
    control: {
      threadId: 't',
      emit: (one: { method: string; params: unknown }) => emitted.push(one),
      inject: async (items: unknown) => void injected.push(items),
      interrupt: async () => undefined,
    },
    turn: { levelId: 'turn' },
    approval: { itemId: 'i', params: { command: 'rm x' } },
    action: { type: 'command' },
    snapshot: {
      values: { approvalsReviewer: 'auto_review', approvalPolicy: 'on-request', model: 'm' },
    },
    signal: new AbortController().signal,
    transcript: [],
  } as unknown as OfTurn & ReviewRequest
  expect(await reviewApproval?.(input)).toBe('decline')
  expect(waited).toEqual([90_000])
  expect(emitted).toMatchObject([
    { method: 'item/autoApprovalReview/started' },
    { method: 'item/autoApprovalReview/completed', params: { review: { status: 'timedOut' } } },
  ])
  expect(JSON.stringify(injected)).toContain('no judgement of the action')
  expect(JSON.parse(await readFile(join(home, 'reviews/t.jsonl'), 'utf8'))).toMatchObject({
    review: { status: 'timedOut' },
  })
})
