// Cases of what only our side can be asked: its bounds are its own, and are named with the figures.
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { corpus, writeLongThread } from './corpus.ts'
import { median } from './median.ts'
import { sampleMemory } from './memory.ts'
import type { ModelServer } from './model-server.ts'
import { makeProfile, type Profile } from './profile.ts'
import { type App, type Side, startSide } from './side.ts'
import { fill, isOwn, type Samples, search, settle, untilInRows } from './store-cases.ts'

const none: Samples = {}

/** Words of a person that make the scripted model answer with this many deltas of twelve characters. */
const ANSWER_DELTAS = 4_000
const ANSWER_CHARS = ANSWER_DELTAS * 12
const TURNS = 12
const LONG_ITEMS = 100_000
/** Of each store. */
const STARTS = 7

export const ownCases = {
  'store-bytes': {
    about: 'bytes written to disk for each byte a turn brings, over turns with long answers',
    rows: [{ key: 'bytes', label: 'written per byte of content (≤ 3)', unit: 'x' }],
    async run(side: Side, model: ModelServer): Promise<Samples> {
      if (!isOwn(side)) return none
      const profile = makeProfile(model.url)
      const app = await startSide(side, profile)
      const { thread } = await app.request<{ thread: { id: string } }>('thread/start', {
        cwd: profile.work,
      })
      const say = async (): Promise<void> => {
        const input = [{ type: 'text', text: `deltas ${ANSWER_DELTAS}` }]
        await Promise.all([
          app.turnEnd(thread.id),
          app.request('turn/start', { threadId: thread.id, input }),
        ])
      }
      await say()
      const before = writtenBy(app.pid)
      for (let turn = 0; turn < TURNS; turn += 1) await say()
      const written = writtenBy(app.pid) - before
      await app.stop()
      await model.takeSpentMs()
      return { bytes: [written / (TURNS * ANSWER_CHARS)] }
    },
  },
  'store-loop': {
    about:
      'longest piece of work of the main thread during an import, a search, an export and a backup, in CPU time',
    rows: [
      { key: 'import', label: 'main thread busy, import (≤ 8)', unit: 'ms' },
      { key: 'search', label: 'main thread busy, search (≤ 8)', unit: 'ms' },
      { key: 'export', label: 'main thread busy, export (≤ 8)', unit: 'ms' },
      { key: 'backup', label: 'main thread busy, backup (≤ 8)', unit: 'ms' },
      { key: 'memory', label: 'memory (RSS) during import', unit: 'MiB' },
    ],
    async run(side: Side, model: ModelServer): Promise<Samples> {
      if (!isOwn(side)) return none
      const files = corpus(model.url)
      const profile = makeProfile(model.url)
      const loop = await startWatched(side, profile)
      const { app } = loop
      await loop.longest() // the start is a case of its own
      const sampler = sampleMemory(app.pid)
      await app.request('skein/rollout/import', { codexHome: files.home })
      const samples: Record<string, number[]> = { import: [await loop.longest()] }
      await settle(app, files.rareWord)
      samples.memory = [sampler.stop().rss]
      await loop.longest()
      await search(app, files.rareWord)
      samples.search = [await loop.longest()]
      const path = join(profile.work, 'exported.jsonl')
      await app.request('skein/rollout/export', { threadId: files.longId, path, format: 'codex' })
      samples.export = [await loop.longest()]
      await app.request('skein/store/backup', {})
      samples.backup = [await loop.longest()]
      await app.stop()
      return samples
    },
  },
  'store-long': {
    about:
      'one thread of 100,000 items: its import, and resuming it with its last page once it is in rows',
    rows: [
      { key: 'import', label: 'import of 100,000 items', unit: 'ms' },
      { key: 'resume', label: 'resume of 100,000 items', unit: 'ms' },
      { key: 'memory', label: 'memory (RSS) meanwhile', unit: 'MiB' },
    ],
    async run(side: Side, model: ModelServer): Promise<Samples> {
      if (!isOwn(side)) return none
      const from = makeProfile(model.url)
      const threadId = writeLongThread(from.home, LONG_ITEMS / 2)
      const app = await startSide(side, makeProfile(model.url))
      const sampler = sampleMemory(app.pid)
      const timed = async (method: string, params: unknown): Promise<number> => {
        const startedAt = performance.now()
        await app.request(method, params)
        return performance.now() - startedAt
      }
      const imported = await timed('skein/rollout/import', { codexHome: from.home })
      await untilInRows(app)
      const initialTurnsPage = { limit: 20, sortDirection: 'desc', itemsView: 'full' }
      const resumed = await timed('thread/resume', {
        threadId,
        excludeTurns: true,
        initialTurnsPage,
      })
      const memory = sampler.stop().rss
      await app.stop()
      return { import: [imported], resume: [resumed], memory: [memory] }
    },
  },
  'store-empty': {
    about: 'cold start with ten thousand threads, as a part of that of an empty store',
    rows: [{ key: 'start', label: 'start, 10,000 threads/none (≤ 1.15)', unit: 'x' }],
    async run(side: Side, model: ModelServer): Promise<Samples> {
      if (!isOwn(side)) return none
      const { profile } = await fill(side, model)
      const full: number[] = []
      const empty: number[] = []
      // In turn, so that what else the machine does meets both.
      for (let start = 0; start < STARTS; start += 1) {
        full.push(await firstListIn(side, profile))
        empty.push(await firstListIn(side, emptyProfile(model)))
      }
      return { start: [median(full) / median(empty)] }
    },
  },
} as const

let emptied: Profile | undefined
/** Used before, as the full one. */
function emptyProfile(model: ModelServer): Profile {
  emptied ??= makeProfile(model.url)
  return emptied
}

/** From the start of the process to the first list of threads. */
async function firstListIn(side: Side, profile: Profile): Promise<number> {
  const startedAt = performance.now()
  const app = await startSide(side, profile)
  await app.request('thread/list', { limit: 50, sortKey: 'recency_at', sortDirection: 'desc' })
  const tookMs = performance.now() - startedAt
  await app.stop()
  return tookMs
}

/** What the process handed to the disk so far. */
function writtenBy(pid: number): number {
  return Number(/^write_bytes: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1])
}

interface Watched {
  readonly app: App
  /** Since the last call, in ms. */
  longest(): Promise<number>
}

async function startWatched(side: Side, profile: Profile): Promise<Watched> {
  const file = join(profile.work, 'longest')
  const hook = pathToFileURL(join(import.meta.dirname, 'loop-delay.mjs')).href
  const [node = '', ...args] = side.argv
  const env = { SKEIN_BENCH_LOOP: file }
  const app = await startSide({ ...side, argv: [node, '--import', hook, ...args] }, profile, env)
  return {
    app,
    async longest() {
      rmSync(file, { force: true })
      process.kill(app.pid, 'SIGUSR2')
      while (!existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 5))
      return Number(readFileSync(file, 'utf8'))
    },
  }
}
