// What goals cost that nobody works on: the app rests, and a thousand of them lie in its store.
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import type { ModelServer } from './model-server.ts'
import { makeProfile, type Profile } from './profile.ts'
import { type App, type Side, startSide } from './side.ts'
import { isOwn, type Samples } from './store-cases.ts'

const GOALS = 1_000
const IDLE_MS = 10_000
/** What a start leaves to be done is over when so long a time takes no more than this. */
const QUIET_MS = 5_000
const QUIET_CPU_MS = 10
const QUIET_TRIES = 20

export const goalCases = {
  'goals-idle': {
    about: `CPU time of the process in ${IDLE_MS / 1000} idle seconds, with ${GOALS} active goals stored and with none`,
    rows: [
      { key: 'stored', label: `idle 10 s, ${GOALS} goals (≤ 50)`, unit: 'ms' },
      { key: 'none', label: 'idle 10 s, no goals', unit: 'ms' },
    ],
    async run(side: Side, model: ModelServer): Promise<Samples> {
      if (!isOwn(side)) return {}
      const stored = await idleCpuMs(side, await withGoals(side, model), GOALS)
      const none = await idleCpuMs(side, empty(model), 0)
      return { stored: [stored], none: [none] }
    },
  },
} as const

let filled: Profile | undefined
/** Made once. Set active while its thread is not loaded, a goal waits for that; a start holds it. */
async function withGoals(side: Side, model: ModelServer): Promise<Profile> {
  if (filled) return filled
  const profile = makeProfile(model.url)
  const threadIds: string[] = []
  await inApp(side, profile, async (app) => {
    for (let n = 0; n < GOALS; n += 1) {
      const params = { cwd: profile.work }
      const { thread } = await app.request<{ thread: { id: string } }>('thread/start', params)
      const goal = { threadId: thread.id, objective: `goal ${n}`, status: 'paused' }
      await app.request('thread/goal/set', goal)
      threadIds.push(thread.id)
    }
  })
  await inApp(side, profile, async (app) => {
    for (const threadId of threadIds)
      await app.request('thread/goal/set', { threadId, status: 'active' })
  })
  filled = profile
  return profile
}

let emptied: Profile | undefined
function empty(model: ModelServer): Profile {
  emptied ??= makeProfile(model.url)
  return emptied
}

async function inApp<R>(side: Side, profile: Profile, work: (app: App) => Promise<R>): Promise<R> {
  const app = await startSide(side, profile)
  try {
    return await work(app)
  } finally {
    await app.stop()
  }
}

function idleCpuMs(side: Side, profile: Profile, goals: number): Promise<number> {
  return inApp(side, profile, async (app) => {
    if ((await countActive(app)) !== goals) throw new Error(`there are not ${goals} active goals`)
    for (let tries = 0; (await cpuMsWithin(app.pid, QUIET_MS)) > QUIET_CPU_MS; tries += 1)
      if (tries === QUIET_TRIES) throw new Error('the app does not come to rest')
    return cpuMsWithin(app.pid, IDLE_MS)
  })
}

async function countActive(app: App): Promise<number> {
  let count = 0
  let cursor: string | null = null
  do {
    const page: { data: readonly unknown[]; nextCursor: string | null } = await app.request(
      'skein/goal/list',
      { status: ['active'], limit: 100, ...(cursor !== null && { cursor }) },
    )
    count += page.data.length
    cursor = page.nextCursor
  } while (cursor !== null)
  return count
}

async function cpuMsWithin(pid: number, ms: number): Promise<number> {
  const before = cpuMs(pid)
  await pause(ms)
  return cpuMs(pid) - before
}

/** Of all threads of the process, to the nanosecond (Linux). */
function cpuMs(pid: number): number {
  const folder = `/proc/${pid}/task`
  return readdirSync(folder)
    .map((task) => Number(readFileSync(`${folder}/${task}/schedstat`, 'utf8').split(' ')[0]) / 1e6)
    .reduce((sum, spent) => sum + spent, 0)
}
