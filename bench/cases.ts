// The cases: each starts a process, gives it work and returns samples by row.
import { goalCases } from './goal-cases.ts'
import { sampleMemory } from './memory.ts'
import type { ModelServer } from './model-server.ts'
import { ownCases } from './own-cases.ts'
import { makeProfile, type Profile } from './profile.ts'
import { type App, type Side, startSide } from './side.ts'
import { storeCases } from './store-cases.ts'

export interface Row {
  readonly key: string
  readonly label: string
  readonly unit: 'ms' | 'MiB' | 'x'
  /** What the ratio to the peer must not exceed. */
  readonly bar?: number
}

export interface Case {
  readonly about: string
  readonly rows: readonly Row[]
  run(side: Side, model: ModelServer): Promise<Readonly<Record<string, readonly number[]>>>
}

const THREADS = 50

function inMs(key: string, label: string, bar?: number): Row {
  return { key, label, unit: 'ms', ...(bar !== undefined && { bar }) }
}

export const cases: Readonly<Record<string, Case>> = {
  'cold-start': {
    about: 'spawn to the answers of initialize and thread/list, in a profile that was used before',
    rows: [
      inMs('cold-start', 'cold start to initialize', 1),
      inMs('cold-list', 'cold start to thread/list'),
    ],
    run: (side, model) => startIn(usedProfile(side, model), side),
  },
  'first-start': {
    about: 'the same in an empty profile',
    rows: [inMs('first-start', 'first start, empty profile')],
    async run(side, model) {
      const { 'cold-start': started } = await startIn(makeProfile(model.url), side)
      return { 'first-start': started }
    },
  },
  'thread-start': {
    about: 'thread/start to its answer',
    rows: [inMs('thread-start', 'thread/start', 0.5)],
    run: (side, model) =>
      withApp(side, model, async (app, profile) => {
        const starts = () => timed(() => startThread(app, profile))
        await repeat(5, starts)
        return { 'thread-start': await repeat(20, starts) }
      }),
  },
  'turn-20': {
    about: 'a turn of 20 deltas, without the time of the model server',
    rows: [inMs('turn-20', 'turn overhead, 20 deltas', 0.2)],
    run: async (side, model) => ({ 'turn-20': await turns(side, model, 'deltas 20', 10) }),
  },
  'turn-2000': {
    about: 'a turn of 2,000 deltas, without the time of the model server',
    rows: [inMs('turn-2000', 'turn overhead, 2,000 deltas', 0.5)],
    run: async (side, model) => ({ 'turn-2000': await turns(side, model, 'deltas 2000', 5) }),
  },
  threads: {
    about: `one turn of 20 deltas on each of ${THREADS} threads at the same time, wall time`,
    rows: [inMs('threads', `${THREADS} threads, one turn each`, 0.3)],
    run: (side, model) =>
      withThreads(side, model, async (work) => ({ threads: [await timed(work)] })),
  },
  memory: {
    about: `peak memory of the process tree during the same ${THREADS} turns`,
    rows: [
      { key: 'pss', label: `peak memory (PSS), ${THREADS} threads`, unit: 'MiB', bar: 0.8 },
      { key: 'rss', label: `peak memory (RSS), ${THREADS} threads`, unit: 'MiB', bar: 0.8 },
    ],
    run: (side, model) =>
      withThreads(side, model, async (work, app) => {
        const sampler = sampleMemory(app.pid)
        await work()
        const { pss, rss } = sampler.stop()
        return { pss: [pss], rss: [rss] }
      }),
  },
  ...storeCases,
  ...ownCases,
  ...goalCases,
  commands: {
    about:
      'ten sequential `true` commands in one turn, unconfined and sandboxed, and what the sandbox adds to each',
    rows: [
      inMs('unconfined', 'ten commands, full access', 0.4),
      inMs('sandboxed', 'ten commands, workspace-write', 0.4),
      inMs('sandbox', 'sandbox, added to each command'),
    ],
    async run(side, model) {
      const commands = (sandbox: string) =>
        turns(side, model, 'commands 10 true', 3, { sandbox, approvalPolicy: 'never' })
      const unconfined = await commands('danger-full-access')
      const sandboxed = await commands('workspace-write')
      const sandbox = sandboxed.map((ms, index) => (ms - (unconfined[index] ?? ms)) / 10)
      return { unconfined, sandboxed, sandbox }
    },
  },
}

const usedProfiles = new Map<Side, Profile>()

function usedProfile(side: Side, model: ModelServer): Profile {
  const profile = usedProfiles.get(side) ?? makeProfile(model.url)
  usedProfiles.set(side, profile)
  return profile
}

async function startIn(profile: Profile, side: Side) {
  const app = await startSide(side, profile)
  await app.request('thread/list', { limit: 1 })
  const listedMs = app.sinceSpawnMs()
  await app.stop()
  return { 'cold-start': [app.coldStartMs], 'cold-list': [listedMs] }
}

type Samples = Readonly<Record<string, readonly number[]>>

async function withApp(
  side: Side,
  model: ModelServer,
  work: (app: App, profile: Profile) => Promise<Samples>,
): Promise<Samples> {
  const profile = makeProfile(model.url)
  const app = await startSide(side, profile)
  try {
    return await work(app, profile)
  } finally {
    await app.stop()
  }
}

/** `count` turns on one thread after one that is not counted; what the model server spent is taken off. */
async function turns(
  side: Side,
  model: ModelServer,
  words: string,
  count: number,
  settings: object = {},
): Promise<readonly number[]> {
  const taken = await withApp(side, model, async (app, profile) => {
    const threadId = await startThread(app, profile, settings)
    const overhead = async () => {
      const wallMs = await timed(() => turn(app, threadId, words))
      return wallMs - (await model.takeSpentMs())
    }
    await overhead()
    return { turns: await repeat(count, overhead) }
  })
  return taken.turns ?? []
}

/** Hands over the work of one turn on each of the started threads at once. */
function withThreads(
  side: Side,
  model: ModelServer,
  run: (work: () => Promise<unknown>, app: App) => Promise<Samples>,
): Promise<Samples> {
  return withApp(side, model, async (app, profile) => {
    const ids: string[] = []
    while (ids.length < THREADS) ids.push(await startThread(app, profile))
    const samples = await run(() => Promise.all(ids.map((id) => turn(app, id, 'deltas 20'))), app)
    await model.takeSpentMs()
    return samples
  })
}

async function startThread(app: App, { work }: Profile, settings: object = {}): Promise<string> {
  const params = { cwd: work, ...settings }
  const { thread } = await app.request<{ thread: { id: string } }>('thread/start', params)
  return thread.id
}

function turn(app: App, threadId: string, words: string): Promise<unknown> {
  const input = [{ type: 'text', text: words }]
  return Promise.all([app.turnEnd(threadId), app.request('turn/start', { threadId, input })])
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}

async function repeat(count: number, sample: () => Promise<number>): Promise<readonly number[]> {
  const samples: number[] = []
  while (samples.length < count) samples.push(await sample())
  return samples
}
