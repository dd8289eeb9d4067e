// kill -9 at random points under load: nothing that a client heard may be missing afterwards, and nothing may run
// by itself.
import { expect, test } from 'vitest'
import type { NotificationMethod } from '../../src/protocol/index.ts'
import { type AppServer, startAppServer } from '../app-server-client.ts'
import { expectKept, type Heard, heardOf, type Lag } from '../heard.ts'
import { customCall, functionCall, message, messageStart, response } from '../responses-events.ts'
import {
  pause,
  type RecordedRequest,
  type Reply,
  type ResponsesServer,
  steps,
  stream,
  write,
} from '../responses-server.ts'
import {
  makeProfile,
  openModelServer,
  type Profile,
  shakeHands,
  startThread,
  words,
} from '../scripted-app.ts'

const LANES = 2
const ROUNDS = 28
const THREADS = 3
/** A thread is used for this many rounds, so that its history stays short. */
const ROUNDS_PER_THREAD = 6
/** Streamed text may be behind by 250 ms or 8 KiB, and by what a busy machine needs to write that down. */
const LAG_MS_MAX = 250 + 1_000
const LAG_CHARS_MAX = 8 * 1024 + 12 * 1024

/** Moments to die at: behind the n-th notice of one kind, or after some time. */
const kinds: readonly NotificationMethod[] = [
  'turn/started',
  'item/started',
  'item/completed',
  'item/agentMessage/delta',
  'item/commandExecution/outputDelta',
  'thread/tokenUsage/updated',
  'thread/status/changed',
  'turn/completed',
]

test('nothing heard is lost when the process is killed at random points', async () => {
  const seed = Date.now()
  process.stdout.write(`kill -9: seed ${seed}\n`)
  const startedAt = performance.now()
  const model = await openModelServer()
  model.otherwise(replyTo)
  const lanes = Array.from({ length: LANES }, (_, index) =>
    runLane(model, randomFrom(seed + index)),
  )
  const results = await Promise.all(lanes)
  const lags = results.flatMap((result) => result.lags)
  const sum = (count: (result: LaneResult) => number) =>
    results.reduce((total, result) => total + count(result), 0)
  const figures = {
    kills: sum(({ kills }) => kills),
    ofThemWhileStarting: sum(({ startKills }) => startKills),
    completedItems: sum(({ items }) => items),
    interruptedTurns: sum(({ interrupted }) => interrupted),
    cutMessages: lags.length,
    largestLagChars: Math.max(0, ...lags.map(({ chars }) => chars)),
    largestLagMs: Math.max(0, ...lags.map(({ ms }) => ms)),
    seconds: Math.round((performance.now() - startedAt) / 1000),
  }
  process.stdout.write(`kill -9: ${JSON.stringify(figures)}\n`)
  expect(figures.kills).toBeGreaterThanOrEqual(50)
  expect(figures.interruptedTurns).toBeGreaterThan(0)
  expect(figures.cutMessages).toBeGreaterThan(0)
}, 180_000)

interface LaneResult {
  kills: number
  startKills: number
  items: number
  interrupted: number
  lags: Lag[]
}

interface Left {
  readonly heard: Heard
  /** Client ids of the inputs that were acknowledged. */
  readonly acknowledged: readonly string[]
}

/** Rounds of: open, look whether all is there, give it work, kill it. One profile for all of them. */
async function runLane(model: ResponsesServer, random: () => number): Promise<LaneResult> {
  const profile = await makeProfile(model.url)
  const result: LaneResult = { kills: 0, startKills: 0, items: 0, interrupted: 0, lags: [] }
  let left = new Map<string, Left>()
  for (let round = 0; round < ROUNDS; round += 1) {
    if (random() < 0.2) {
      await killWhileStarting(profile, random)
      result.startKills += 1
      result.kills += 1
    }
    const app = await open(profile)
    const before = requestsOf(model, profile).length
    for (const [threadId, one] of left) await checkThread(app, threadId, one, result)
    expect(requestsOf(model, profile)).toHaveLength(before)
    const threadIds = round % ROUNDS_PER_THREAD === 0 ? [] : [...left.keys()]
    while (threadIds.length < THREADS)
      threadIds.push(await startThread({ app, work: profile.work }, unconfined))
    left = await workAndDie(app, threadIds, random)
    result.kills += 1
  }
  const app = await open(profile)
  for (const [threadId, one] of left) await checkThread(app, threadId, one, result)
  expect(await app.request('skein/store/health', {})).toMatchObject({ state: 'healthy' })
  expect(await app.end()).toEqual({ code: 0, signal: null })
  return result
}

const unconfined = { sandbox: 'danger-full-access', approvalPolicy: 'never' } as const

async function open({ home }: Profile): Promise<AppServer> {
  const app = startAppServer({ home, env: { HOME: home } })
  await shakeHands(app)
  return app
}

/** Dies while it opens the store and repairs what the last one left. */
async function killWhileStarting({ home }: Profile, random: () => number): Promise<void> {
  const app = startAppServer({ home, env: { HOME: home } })
  const opening = shakeHands(app).then(() => app.request('thread/list', {}))
  const settled = Promise.allSettled([opening])
  await passed(random() * 400)
  await app.kill9()
  await settled
}

async function checkThread(
  app: AppServer,
  threadId: string,
  { heard, acknowledged }: Left,
  result: LaneResult,
): Promise<void> {
  if (acknowledged.length === 0 && heard.lastSeq === 0) return // it may never have been stored
  const resumed = await app.request('thread/resume', { threadId })
  expect(resumed.thread.status).toEqual(
    resumed.thread.turns.at(-1)?.status === 'failed' ? { type: 'systemError' } : { type: 'idle' },
  )
  for (const { status } of resumed.thread.turns) expect(status).not.toBe('inProgress')
  const inputs = resumed.thread.turns.flatMap(({ items }) =>
    items.flatMap((item) => (item.type === 'userMessage' ? [item.clientId] : [])),
  )
  expect(inputs).toEqual(expect.arrayContaining([...acknowledged]))
  expect(new Set(inputs).size).toBe(inputs.length)
  const lags = await expectKept(app, threadId, heard)
  for (const { chars, ms } of lags) {
    expect(chars).toBeLessThanOrEqual(LAG_CHARS_MAX)
    expect(ms).toBeLessThanOrEqual(LAG_MS_MAX)
  }
  result.lags.push(...lags)
  result.items += heard.completed.size
  if (resumed.thread.turns.at(-1)?.status === 'interrupted') result.interrupted += 1
}

/** A turn on each thread, text on some and tools on others; dies in the middle of it. */
async function workAndDie(
  app: AppServer,
  threadIds: readonly string[],
  random: () => number,
): Promise<Map<string, Left>> {
  const from = app.notifications.length
  const acknowledged = new Map<string, string[]>()
  const work = threadIds.map(async (threadId, index) => {
    const noted: string[] = []
    acknowledged.set(threadId, noted)
    const kind = index % 2 === 0 ? 'text' : 'tools'
    const clientUserMessageId = `${threadId}-${random()}`
    const start = { threadId, clientUserMessageId, input: words(kind) }
    const { turn } = await app.request('turn/start', start)
    noted.push(clientUserMessageId)
    const steer = { threadId, clientUserMessageId: `${clientUserMessageId}-steer` }
    await app.request('turn/steer', { ...steer, expectedTurnId: turn.id, input: words(kind) })
    noted.push(steer.clientUserMessageId)
  })
  const settled = Promise.allSettled(work) // requests under way fail with the process
  await aMoment(app, from, random)
  await app.kill9()
  await settled
  return new Map(
    threadIds.map((threadId) => [
      threadId,
      {
        heard: heardOf(app.notifications, threadId),
        acknowledged: acknowledged.get(threadId) ?? [],
      },
    ]),
  )
}

async function aMoment(app: AppServer, from: number, random: () => number): Promise<void> {
  const longest = passed(random() * 1_200)
  const kind = kinds[Math.floor(random() * kinds.length)] ?? 'turn/started'
  const count = 1 + Math.floor(random() * (kind.endsWith('elta') ? 150 : 6))
  let seen = 0
  const reached = app.waitFor(kind, () => ++seen >= count, from).catch(() => undefined)
  await Promise.race([longest, reached])
}

function passed(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Many small deltas at about 100 kB/s, or a command, a patch and words. */
function replyTo({ body }: RecordedRequest): Reply {
  const spoken = body.input.findLastIndex(({ role }) => role === 'user')
  const outputs = body.input.slice(spoken).filter(({ type }) => String(type).endsWith('_output'))
  const id = `${body.prompt_cache_key}-${body.input.length}-${outputs.length}`
  if (!JSON.stringify(body.input[spoken]).includes('tools')) return textReply(id)
  const cmd = 'for i in 1 2 3 4 5 6 7 8 9; do echo "line $i"; sleep 0.01; done'
  const patch = `*** Begin Patch\n*** Add File: made-${outputs.length}.txt\n+${id}\n*** End Patch`
  const replies = [
    () => [
      message('I run it.', { id: `m-${id}` }),
      functionCall('exec_command', { cmd }, { callId: `c-${id}` }),
    ],
    () => [customCall('apply_patch', patch, { callId: `p-${id}` })],
    () => [functionCall('exec_command', { cmd }, { callId: `d-${id}` })],
  ]
  const outs = replies[outputs.length]?.() ?? [message(['All ', 'done.'], { id: `m-${id}` })]
  return stream(response(outs, { id: `r-${id}` }))
}

function textReply(id: string): Reply {
  const deltas = Array.from({ length: 600 }, (_, index) => `${index} `.padStart(100, '.'))
  const itemId = `m-${id}`
  const [added, ...rest] = messageStart(deltas, { id: itemId })
  const done = response([message(deltas, { id: itemId })], { id: `r-${id}` }).slice(-2)
  return steps(
    write(added ? [added] : []),
    ...rest.flatMap((delta) => [write([delta]), pause(1)]),
    write(done),
  )
}

function requestsOf(model: ResponsesServer, { work }: Profile): readonly RecordedRequest[] {
  return model.requests.filter(({ body }) => JSON.stringify(body.input).includes(work))
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
