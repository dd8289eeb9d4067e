// Threads that the reference itself wrote, in both of its forms, are held against what the reference says of them.
// Its program is named by SKEIN_REFERENCE; where there is none, that is said and nothing is claimed.
import { readFileSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { type App, startSide } from '../../bench/side.ts'
import type { Thread, ThreadItem, Turn } from '../../src/protocol/index.ts'
import { fillHome, type HistoryMode, replyTo } from '../reference-home.ts'
import type { RequestBody, ResponsesServer } from '../responses-server.ts'
import { makeProfile, openApp, openModelServer } from '../scripted-app.ts'

const reference = process.env.SKEIN_REFERENCE
if (!reference)
  process.stdout.write('SKEIN_REFERENCE is not set: imports are not held against the reference\n')

async function startReference(profile: { home: string; work: string }): Promise<App> {
  const app = await startSide({ name: 'reference', argv: [reference ?? '', 'app-server'] }, profile)
  onTestFinished(() => app.stop())
  return app
}

/** The program starts another one, which does the work. */
function killAll(pid: number): void {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
  for (const child of children.split(' ').filter(Boolean)) killAll(Number(child))
  process.kill(pid, 'SIGKILL')
}

/** What a person sees of a turn; ids and times may differ. */
function shown({ status, items }: Turn): unknown {
  return [status, ...items.map(shownItem)]
}

function shownItem(item: ThreadItem): unknown {
  switch (item.type) {
    case 'userMessage':
      return [item.type, ...item.content.map((part) => (part.type === 'text' ? part.text : part))]
    case 'agentMessage':
      return [item.type, item.text]
    case 'reasoning':
      return [item.type, ...item.summary, ...item.content]
    case 'commandExecution':
      return [item.type, item.command, item.status, item.exitCode, item.aggregatedOutput]
    case 'fileChange':
      return [item.type, item.status, ...item.changes.map(({ path, kind }) => [path, kind.type])]
    case 'webSearch':
      return [item.type, item.query]
    default:
      return [item.type]
  }
}

/** What a list shows of a thread. */
function known({ preview, cwd, forkedFromId, createdAt, modelProvider, name, gitInfo }: Thread) {
  return { preview, cwd, forkedFromId, createdAt, modelProvider, name, gitInfo }
}

/** In legacy files the reference forgets commands; we make them of their calls. */
function withoutCommands({ items, ...turn }: Turn): Turn {
  return { ...turn, items: items.filter(({ type }) => type !== 'commandExecution') }
}

/** What a model reads, in order, without what differs by its nature: contexts, and who the app says it is. */
function read({ input }: RequestBody): string[] {
  return input.flatMap((item) => {
    if (item.role === 'developer') return []
    const said = JSON.stringify(
      item.content ?? item.summary ?? item.output ?? item.arguments ?? item.input ?? item,
    )
    if (said.includes('<environment_context>')) return []
    return [`${item.type} ${item.role ?? item.call_id ?? ''} ${said}`]
  })
}

async function probe(
  app: Pick<App, 'request'>,
  model: ResponsesServer,
  threadId: string,
): Promise<string[]> {
  await app.request('thread/resume', { threadId })
  const asked = model.waitForRequest(model.requests.length + 1)
  const input = [{ type: 'text', text: 'probe' }]
  await app.request('turn/start', { threadId, input })
  return read((await asked).body)
}

test.runIf(reference).each(['legacy', 'paginated'] as const)(
  'threads of the reference in %s form come with its turns, items and model history',
  async (mode: HistoryMode) => {
    const model = await openModelServer()
    model.otherwise(replyTo)
    const profile = await makeProfile(model.url)
    const first = await startSide(
      { name: 'reference', argv: [reference ?? '', 'app-server'] },
      profile,
    )
    const made = await fillHome({ app: first, work: profile.work, model }, mode)
    killAll(first.pid)

    const ours = await openApp()
    ours.model.otherwise(replyTo)
    const here = ours.app as unknown as Pick<App, 'request'>
    const report = await ours.app.request('skein/rollout/import', { codexHome: profile.home })
    expect(report).toMatchObject({ threads: Object.keys(made).length, skipped: [], failed: [] })

    const theirs = await startReference(profile)
    const kinds = new Set<string>()
    for (const [name, threadId] of Object.entries(made)) {
      const params = { threadId, includeTurns: true }
      const [a, b] = await Promise.all([
        here.request<{ thread: Thread }>('thread/read', params),
        theirs.request<{ thread: Thread }>('thread/read', params),
      ])
      const own = mode === 'legacy' ? a.thread.turns.map(withoutCommands) : a.thread.turns
      for (const { items } of own) for (const { type } of items) kinds.add(type)
      expect(own.map(shown), name).toEqual(b.thread.turns.map(shown))
      expect(
        own.map(({ id }) => id),
        name,
      ).toEqual(b.thread.turns.map(({ id }) => id))
      expect(known(a.thread), name).toEqual(known(b.thread))
      if (name === 'archived') continue
      const seen = await probe(here, ours.model, threadId)
      expect(seen, name).toEqual(await probe(theirs, model, threadId))
    }
    // The threads were what they were meant to be.
    expect([...kinds]).toEqual(
      expect.arrayContaining(['fileChange', 'reasoning', 'contextCompaction', 'webSearch']),
    )
    for (const app of [here, theirs]) {
      const goalOf = async (threadId: string | undefined) =>
        (await app.request<{ goal: object | null }>('thread/goal/get', { threadId })).goal
      expect(await goalOf(made.goal)).toMatchObject({ objective: 'Be done', status: 'paused' })
      expect(await goalOf(made.cleared)).toBeNull()
    }
    const { data } = await ours.app.request('thread/list', { archived: true })
    expect(data.map(({ id }) => id)).toEqual([made.archived])
  },
  300_000,
)
