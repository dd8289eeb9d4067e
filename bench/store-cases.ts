// The cases of the store: the same ten thousand threads on both sides, brought in by the first case that needs them.
import { setTimeout } from 'node:timers/promises'
import { corpus, linkInto } from './corpus.ts'
import type { ModelServer } from './model-server.ts'
import { makeProfile, type Profile } from './profile.ts'
import { type App, type Side, startSide } from './side.ts'

export type Samples = Readonly<Record<string, readonly number[]>>

interface Filled {
  readonly profile: Profile
  /** Until all threads were in the list, and until all of their content was there. */
  readonly firstMs: number
}

const filled = new Map<Side, Filled>()

/** Ours imports; the other side finds the files in its home when it starts for the first time. */
export async function fill(side: Side, model: ModelServer): Promise<Filled> {
  const known = filled.get(side)
  if (known) return known
  const files = corpus(model.url)
  const profile = makeProfile(model.url)
  if (!isOwn(side)) linkInto(profile.home, files)
  const startedAt = performance.now()
  const app = await startSide(side, profile)
  if (isOwn(side)) await app.request('skein/rollout/import', { codexHome: files.home })
  const made = { profile, firstMs: performance.now() - startedAt }
  filled.set(side, made)
  await settle(app, files.rareWord)
  await app.stop()
  return made
}

/** The rest goes on in the background: what is measured next is the state after it. */
export async function settle(app: App, word: string): Promise<void> {
  if (isOwnApp(app)) await untilInRows(app)
  while ((await search(app, word)) === 0) await setTimeout(500)
}

/** Search is ready when everything imported is in rows, and in the index. */
export async function untilInRows(app: App): Promise<void> {
  while (!(await health(app)).search.ready) await setTimeout(500)
}

function isOwnApp(app: App): boolean {
  return app.userAgent.startsWith('skein/')
}

function health(app: App): Promise<{ search: { ready: boolean } }> {
  return app.request('skein/store/health', {})
}

export function isOwn({ name }: Side): boolean {
  return name === 'skein'
}

/** Nobody takes less to choose a thread. */
const CHOOSING_MS = 1_000

async function withFilled(
  side: Side,
  model: ModelServer,
  work: (app: App) => Promise<Samples>,
): Promise<Samples> {
  const { profile } = await fill(side, model)
  const app = await startSide(side, profile)
  try {
    return await work(app)
  } finally {
    await app.stop()
  }
}

interface Page {
  readonly data: readonly unknown[]
  readonly nextCursor: string | null
}

function list(app: App, limit: number, cursor: string | null): Promise<Page> {
  const order = { sortKey: 'recency_at', sortDirection: 'desc' }
  return app.request<Page>('thread/list', { ...order, limit, ...(cursor !== null && { cursor }) })
}

async function listAll(app: App): Promise<void> {
  for (let cursor: string | null = null; ; ) {
    const page: Page = await list(app, 100, cursor)
    if (page.nextCursor === null) return
    cursor = page.nextCursor
  }
}

export async function search(app: App, searchTerm: string): Promise<number> {
  const { data } = await app.request<Page>('thread/search', { searchTerm, limit: 25 })
  return data.length
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}

async function timesOf(count: number, work: () => Promise<unknown>): Promise<number[]> {
  await work() // the first one warms up
  const samples: number[] = []
  while (samples.length < count) samples.push(await timed(work))
  return samples
}

export const storeCases = {
  'store-import': {
    about:
      'ten thousand threads of another home, from the start of the process until all are there',
    rows: [{ key: 'import', label: 'first import of 10,000 threads', unit: 'ms', bar: 0.2 }],
    run: async (side: Side, model: ModelServer): Promise<Samples> => ({
      import: [(await fill(side, model)).firstMs],
    }),
  },
  'store-list': {
    about: 'lists, and a search, of ten thousand threads',
    rows: [
      { key: 'list50', label: 'list of 50', unit: 'ms', bar: 0.02 },
      { key: 'listAll', label: 'paging through all', unit: 'ms', bar: 0.1 },
      { key: 'search', label: 'search of a rare word', unit: 'ms', bar: 0.01 },
    ],
    run: (side: Side, model: ModelServer): Promise<Samples> =>
      withFilled(side, model, async (app) => ({
        list50: await timesOf(10, () => list(app, 50, null)),
        listAll: await timesOf(1, () => listAll(app)),
        search: await timesOf(5, () => search(app, corpus(model.url).rareWord)),
      })),
  },
  'store-resume': {
    about: 'thread/resume of 5,000 turns with its last page of 20, a second after the first list',
    rows: [{ key: 'resume', label: 'resume of 5,000 turns', unit: 'ms', bar: 0.02 }],
    run: (side: Side, model: ModelServer): Promise<Samples> =>
      withFilled(side, model, async (app) => {
        const params = {
          threadId: corpus(model.url).longId,
          excludeTurns: true,
          initialTurnsPage: { limit: 20, sortDirection: 'desc', itemsView: 'full' },
        }
        await list(app, 50, null) // where a thread is chosen; starting up is a case of its own
        await setTimeout(CHOOSING_MS)
        return { resume: [await timed(() => app.request('thread/resume', params))] }
      }),
  },
  'store-start': {
    about: 'cold start with ten thousand threads',
    rows: [{ key: 'start', label: 'cold start, 10,000 threads', unit: 'ms' }],
    run: async (side: Side, model: ModelServer): Promise<Samples> => {
      const { profile } = await fill(side, model)
      const app = await startSide(side, profile)
      await app.stop()
      return { start: [app.coldStartMs] }
    },
  },
} as const
