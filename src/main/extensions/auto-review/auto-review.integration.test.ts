import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { silentLogger } from '../../lib/logger.ts'
import type { ModelEvent, ModelProviders } from '../../model/model-client.ts'
import type { OfTurn, ReviewCost, ReviewRequest } from '../../threads/extensions/extension.ts'
import { createAutoReview } from './auto-review.ts'

/** A model that says nothing until it is cut. */
async function* silence(_request: unknown, signal: AbortSignal): AsyncGenerator<ModelEvent> {
  await new Promise<never>((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason as Error)
    signal.addEventListener('abort', () => reject(signal.reason as Error))
  })
}

interface Reviewed {
  readonly emitted: { method: string; params: unknown }[]
  readonly injected: unknown[]
  readonly interrupted: string[]
  readonly home: string
  review(signal?: AbortSignal): Promise<unknown>
}

/** A reviewer behind this model, and what it does to its thread. */
async function reviewerOf(
  stream: (request: unknown, signal: AbortSignal) => AsyncIterable<ModelEvent>,
  after?: (ms: number) => AbortSignal,
): Promise<Reviewed> {
  const home = await mkdtemp(join(tmpdir(), 'skein-review-'))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  const emitted: Reviewed['emitted'] = []
  const injected: unknown[] = []
  const interrupted: string[] = []
  const providers = { get: () => ({ client: { stream } }) } as unknown as ModelProviders
  const { reviewApproval } = createAutoReview({
    home,
    logger: silentLogger,
    providers: async () => providers,
    ...(after && { after }),
  })
  const input = {
    control: {
      threadId: 't',
      emit: (one: { method: string; params: unknown }) => emitted.push(one),
      inject: async (items: unknown) => void injected.push(items),
      interrupt: async (turnId: string) => void interrupted.push(turnId),
    },
    turn: { levelId: 'turn' },
    approval: { itemId: 'i', params: { command: 'rm x' } },
    action: { type: 'command' },
    snapshot: {
      values: { approvalsReviewer: 'auto_review', approvalPolicy: 'on-request', model: 'm' },
    },
    transcript: [],
    used: async () => undefined,
  }
  return {
    emitted,
    injected,
    interrupted,
    home,
    async review(signal = new AbortController().signal) {
      return reviewApproval?.({ ...input, signal } as unknown as OfTurn &
        ReviewRequest &
        ReviewCost)
    },
  }
}

test('[T50] a reviewer that says nothing for 90 s is a refusal, told as a time-out', async () => {
  const late = new AbortController()
  const waited: number[] = []
  const { review, emitted, injected, home } = await reviewerOf(silence, (ms) => {
    waited.push(ms)
    queueMicrotask(() => setImmediate(() => late.abort()))
    return late.signal
  })
  expect(await review()).toBe('decline')
  expect(waited).toEqual([90_000])
  expect(emitted).toMatchObject([
    { method: 'item/autoApprovalReview/started' },
    { method: 'item/autoApprovalReview/completed', params: { review: { status: 'timedOut' } } },
  ])
  expect(JSON.stringify(injected)).toContain('no judgement of the action')
  expect(JSON.parse(await readFile(join(home, 'reviews/t.jsonl'), 'utf8'))).toMatchObject({
    answers: [],
    review: { status: 'timedOut' },
  })
})

test('a review that the person cuts off is no judgement, and tells the model nothing', async () => {
  const { review, injected, emitted } = await reviewerOf(silence)
  const stopped = new AbortController()
  const answer = review(stopped.signal)
  stopped.abort(new Error('stopped'))
  expect(await answer).toBe('decline')
  expect(injected).toEqual([])
  expect(emitted[1]).toMatchObject({ params: { review: { status: 'aborted' } } })
})

test('[T50] ten denials among fifty reviews stop the turn, also when none follows on another twice', async () => {
  let count = 0
  const { review, interrupted, emitted } = await reviewerOf(async function* () {
    count += 1
    const outcome = count % 3 === 0 ? 'allow' : 'deny'
    yield { type: 'textDelta', delta: `{"outcome":"${outcome}"}` } as ModelEvent
  })
  for (let denials = 0; denials < 9; ) if ((await review()) === 'decline') denials += 1
  expect(interrupted).toEqual([])
  while ((await review()) !== 'decline') expect(interrupted).toEqual([])
  expect(interrupted).toEqual(['turn'])
  expect(emitted.at(-1)).toMatchObject({ method: 'guardianWarning' })
})

test('a model that fails is a refusal', async () => {
  const { review, injected } = await reviewerOf(() => {
    throw new Error('no connection')
  })
  expect(await review()).toBe('decline')
  expect(JSON.stringify(injected)).toContain('no judgement of the action')
})
