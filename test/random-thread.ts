// Random lives of threads: sequences of operations on the real manager and store, with a model of what was
// acknowledged. Every sequence is told by its seed alone.
import { expect } from 'vitest'
import type { ConfigService } from '../src/main/config/config-service.ts'
import { systemClock } from '../src/main/lib/clock.ts'
import { SkeinError } from '../src/main/lib/errors.ts'
import { silentLogger } from '../src/main/lib/logger.ts'
import type { ModelItem } from '../src/main/model/model-item.ts'
import { userMessage } from '../src/main/model/model-item.ts'
import type { Store } from '../src/main/storage/store.ts'
import { snapshotOf } from '../src/main/threads/config-snapshot.ts'
import { recoveryEvents } from '../src/main/threads/recovery.ts'
import { applyOverrides } from '../src/main/threads/settings.ts'
import type { ThreadActor } from '../src/main/threads/thread-actor.ts'
import { createThreadManager, type ThreadManager } from '../src/main/threads/thread-manager.ts'
import type { ThreadSignal } from '../src/main/threads/thread-signal.ts'
import type { ThreadState } from '../src/main/threads/thread-state.ts'
import type { TurnScope } from '../src/main/threads/turn/turn-scope.ts'
import type { Seq, ThreadId } from '../src/protocol/index.ts'
import { agentMessage, text } from './builders.ts'
import { createFakeModel, fakeProviders } from './fake-model.ts'
import { checkOrder } from './order-of-signals.ts'
import { randomOf } from './random.ts'
import { emptyConfig, noConfig, noGoals, noServers } from './thread-harness.ts'

const config = noConfig as ConfigService
const nothing = async (): Promise<void> => undefined
const client = { name: 'random', source: 'vscode' }
const message = (words: string): ModelItem => userMessage([{ type: 'input_text', text: words }])

/** Words that were acknowledged, in the turn (by its number) they belong to. */
interface Said {
  readonly words: string
  readonly number: number
  readonly shown: boolean
  /** The turn whose summary stands for them in the history: later reverts bring them back. */
  readonly summedUpBy?: number
}

/** What a running turn is told to do. */
interface Work {
  speak(words: string): Promise<void>
  /** Sums the history up in these words. */
  compact(words: string): Promise<void>
  end(): Promise<void>
  /** As the turn would send it. */
  history(): readonly ModelItem[]
}

export interface RandomThread {
  run(steps: number): Promise<void>
}

/** `log` tells what was done, for a sequence that fails. */
export function createRandomThread(store: Store, seed: number, log: string[]): RandomThread {
  const random = randomOf(seed)
  const model = createFakeModel()
  const works = new Map<string, Work>()
  let manager = newManager()
  let actor: ThreadActor
  let said: Said[] = []
  /** Words that were queued and not taken back. */
  let queued: string[] = []
  let signals: ThreadSignal[] = []
  /** What was told before it was on disk; must stay empty. */
  const publishedTooEarly: string[] = []
  let count = 0

  function newManager(): ThreadManager {
    const own: Life = { alive: true, committed: new Map() }
    const made = createThreadManager({
      home: '/nowhere',
      version: '0.0.0',
      store: ofLife(store, own),
      config,
      context: { instructionsFor: async () => [], contextFor: async () => [] },
      background: { clean: nothing },
      end: nothing,
      endAll: nothing,
      extensions: [],
      clock: systemClock,
      logger: silentLogger,
      providersOf: () => fakeProviders(model),
      begin: async () => undefined,
      runTurn,
      runBeside: nothing,
      warningsOf: () => [],
      goalsOf: () => noGoals,
      serversOf: () => noServers,
      publish(threadId, signal) {
        if (!own.alive) return
        if (signal.type === 'recorded' && signal.seq > (own.committed.get(threadId) ?? 0))
          publishedTooEarly.push(`${signal.event.type} ${signal.seq}`)
        signals.push(signal)
      },
    })
    lives.set(made, own)
    return made
  }

  /** Speaks and ends as it is told; steered words are taken before the end, as a real turn does. */
  function runTurn(scope: TurnScope): Promise<void> {
    return new Promise((resolve, reject) => {
      scope.signal.addEventListener('abort', () => reject(scope.signal.reason), { once: true })
      works.set(scope.turnId, {
        async speak(words) {
          const item = agentMessage(`msg-${words}`, words)
          const turnId = scope.turnId
          await scope.record([
            { type: 'itemCompleted', turnId, item },
            {
              type: 'modelItemsRecorded',
              turnId,
              items: [{ type: 'message', role: 'assistant', content: words }],
            },
          ])
          await scope.takeSteers()
        },
        async compact(words) {
          const { turnId } = scope
          const item = { type: 'contextCompaction', id: `compaction-${words}` } as const
          const last = scope.history().length - 1
          const kept = last >= 0 ? [{ kept: last }] : []
          await scope.record([
            { type: 'itemStarted', turnId, item },
            { type: 'historyReplaced', turnId, history: [...kept, { item: message(words) }] },
            { type: 'itemCompleted', turnId, item },
          ])
        },
        history: scope.history,
        async end() {
          const outcome =
            random(5) === 0
              ? ({
                  status: 'failed',
                  error: { message: 'no', codexErrorInfo: 'other', additionalDetails: null },
                } as const)
              : ({ status: 'completed' } as const)
          while (!(await scope.finish(outcome, []))) await scope.takeSteers()
          resolve()
        },
      })
    })
  }

  const newWords = (): string => `w${seed}-${++count}`
  const turn = () => actor.state().turn
  const number = (): number => actor.state().turnCount

  function remember(words: string, shown: boolean): void {
    said.push({ words, number: number(), shown })
  }

  /** Refusals are part of life; bugs are not. */
  async function attempt(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work()
      return true
    } catch (error) {
      if (error instanceof SkeinError) return false
      throw error
    }
  }

  const operations: Record<string, () => Promise<void>> = {
    async start() {
      const words = newWords()
      const started = await actor.startTurn({
        input: [text(words)],
        clientId: null,
        settings: (current) => current,
      })
      said.push({ words, number: started.number, shown: true })
    },
    async 'start twice'() {
      await Promise.all([operations.start?.(), operations.start?.()])
    },
    async steer() {
      const words = newWords()
      if (await attempt(() => actor.steer([text(words)], turn()?.id, null))) remember(words, true)
    },
    async interrupt() {
      await attempt(() => actor.interrupt(turn()?.id ?? 'none'))
    },
    async speak() {
      const words = newWords()
      const work = works.get(turn()?.id ?? '')
      if (!work) return
      await work.speak(words)
      remember(words, true)
    },
    async compact() {
      const id = turn()?.id ?? ''
      const work = works.get(id)
      if (!work) return
      await actor.idle()
      const words = newWords()
      const last = JSON.stringify(work.history().at(-1) ?? null)
      await work.compact(words)
      const by = number()
      said = said.map((one) =>
        last.includes(`"${one.words}"`) ? one : { ...one, summedUpBy: one.summedUpBy ?? by },
      )
      said.push({ words, number: by, shown: false })
      await historyIsTheSame(work)
    },
    async end() {
      const id = turn()?.id ?? ''
      const work = works.get(id)
      works.delete(id)
      await work?.end()
      await actor.idle()
    },
    async settings() {
      const overrides = { model: `model-${random(3)}`, effort: ['low', 'high'][random(2)] ?? 'low' }
      await actor.changeSettings((current) =>
        snapshotOf(applyOverrides(current, overrides, 'thread', emptyConfig)),
      )
    },
    async inject() {
      const words = newWords()
      await actor.inject([message(words)], false)
      remember(words, false)
    },
    async queue() {
      const words = newWords()
      const id = `q-${words}`
      const input = [text(words)]
      const entry = { id, input, clientUserMessageId: null, metadata: null }
      await actor.changeQueue({ type: 'add', entry })
      queued = [...queued, words]
    },
    async 'queue change'() {
      const { queue } = actor.state()
      const entry = queue[random(queue.length || 1)]
      if (!entry) return
      if (random(2) === 0) {
        const left = await actor.changeQueue({ type: 'delete', id: entry.id })
        if (left.length < queue.length) queued = queued.filter((words) => `q-${words}` !== entry.id)
      } else
        await attempt(() =>
          actor.changeQueue({ type: 'reorder', ids: queue.map(({ id }) => id).reverse() }),
        )
    },
    async rename() {
      await actor.rename(newWords())
    },
    async metadata() {
      await actor.changeMetadata({ gitInfo: { sha: newWords() } })
    },
    async revert() {
      const turns = await storedTurns()
      const chosen = turns[random(turns.length || 1)]
      if (!chosen) return
      const from = chosen.skein?.number ?? 0
      await actor.revert(chosen.id)
      said = said
        .filter((words) => words.number < from)
        .map(({ summedUpBy, ...words }) =>
          summedUpBy !== undefined && summedUpBy < from ? { ...words, summedUpBy } : words,
        )
      const waiting = new Set(actor.state().queue.map(({ id }) => id))
      queued = queued.filter((words) => waiting.has(`q-${words}`))
    },
    async fork() {
      if (!actor.state().stored) return
      await reopenedEqualsLive()
      const forked = await manager.fork({ threadId: actor.id }, client)
      expect(forked.actor.state().turnCount).toBe(actor.state().turnCount)
      await manager.unload(actor.id)
      actor = forked.actor
      queued = queued.filter((words) => said.some((known) => known.words === words))
      signals = []
    },
    async resume() {
      if (!actor.state().stored) return
      await manager.unload(actor.id)
      await reopen()
    },
    /** The process dies with work under way: what was not acknowledged may be there or not. */
    async crash() {
      if (!actor.state().stored) return
      if (random(2) === 0) await settled()
      const id = turn()?.id
      const underWay = [
        () => actor.rename(newWords()),
        () => actor.inject([message(newWords())], false),
        () => actor.steer([text(newWords())], id, null),
        () => works.get(id ?? '')?.speak(newWords()),
        () => actor.interrupt(id ?? 'none'),
      ]
      for (let count = random(3); count > 0; count--)
        void Promise.resolve(underWay[random(underWay.length)]?.()).catch(() => undefined)
      for (let ticks = random(4); ticks > 0; ticks--) await Promise.resolve()
      const own = lives.get(manager)
      if (own) own.alive = false
      await store.journal.flush() // what the store had taken is on disk or not, as in life; then nothing more comes
      manager = newManager()
      await recoverAlone()
      await reopen()
    },
  }
  const names = Object.keys(operations)

  /** A queued input that starts by itself has started. */
  async function settled(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    await actor.idle()
  }

  async function stopTurn(): Promise<void> {
    await settled()
    const running = turn()
    if (running) await actor.interrupt(running.id)
    await actor.idle()
  }

  async function reopen(): Promise<void> {
    const { id } = actor
    works.clear()
    actor = (await manager.load(id)).actor
    signals = []
  }

  async function recoverAlone(): Promise<void> {
    const open = (await store.openTurns()).filter(({ threadId }) => threadId === actor.id)
    expect(open.length).toBeLessThanOrEqual(1)
    for (const left of open)
      await store.journal.commit(left.threadId, left.lastSeq, Date.now(), recoveryEvents(left))
  }

  async function storedTurns() {
    if (!actor.state().stored) return []
    const page = await store.turnsPage({
      threadId: actor.id,
      cursor: undefined,
      limit: 100,
      sortDirection: 'asc',
      itemsView: 'full',
    })
    return page.data
  }

  /** What is only in memory, or of no account: times of changes, and what a fork was made from. */
  function comparable({ updatedAtMs: _u, recencyAtMs: _r, base: _b, ...state }: ThreadState) {
    return state
  }

  /** What a turn would send and what the store would give the next process. */
  async function historyIsTheSame(work: Work): Promise<void> {
    await actor.idle()
    await store.journal.flush()
    expect(await store.modelHistory(actor.id)).toEqual(work.history())
  }

  async function reopenedEqualsLive(): Promise<void> {
    if (!actor.state().stored) return
    const work = works.get(turn()?.id ?? '')
    if (work) await historyIsTheSame(work)
    await stopTurn()
    const live = comparable(actor.state())
    await manager.unload(actor.id)
    await reopen()
    expect(comparable(actor.state())).toEqual({ ...live, turn: null })
  }

  async function nothingIsMissing(): Promise<void> {
    const turns = await storedTurns()
    expect(turns.filter(({ status }) => status === 'inProgress')).toEqual([])
    const transcript = JSON.stringify(turns)
    const history = JSON.stringify(actor.state().stored ? await store.modelHistory(actor.id) : [])
    const waiting = JSON.stringify(actor.state().queue)
    for (const words of queued) expect(transcript + waiting).toContain(`"${words}"`)
    for (const { words, shown, summedUpBy } of said) {
      if (summedUpBy === undefined) expect(history).toContain(`"${words}"`)
      if (shown) expect(transcript).toContain(`"${words}"`)
    }
  }

  return {
    async run(steps) {
      actor = (await manager.start({ cwd: '/srv', model: 'model', modelProvider: 'fake' }, client))
        .actor
      for (let step = 0; step < steps; step++) {
        const name = names[random(names.length)] ?? 'start'
        log.push(name)
        await operations[name]?.()
        checkOrder(signals)
        expect(publishedTooEarly).toEqual([])
      }
      await stopTurn()
      await reopenedEqualsLive()
      await nothingIsMissing()
      await manager.unload(actor.id)
    },
  }
}

interface Life {
  alive: boolean
  /** The last number on disk, by thread. */
  readonly committed: Map<ThreadId, Seq>
}

/** A manager whose process "died" is heard no more. */
const lives = new WeakMap<ThreadManager, Life>()

/** A dead process writes nothing and hears no answer. */
function ofLife(store: Store, life: Life): Store {
  const never = new Promise<never>(() => undefined)
  const whileAlive = async <T>(work: Promise<T>): Promise<T> => {
    const done = await work
    return life.alive ? done : never
  }
  return {
    ...store,
    journal: {
      ...store.journal,
      // A moment passes before the store has it: who answers without waiting is found out by a crash in between.
      async commit(...args) {
        await new Promise((resolve) => setImmediate(resolve))
        if (!life.alive) return never
        const lastSeq = await whileAlive(store.journal.commit(...args))
        life.committed.set(args[0], lastSeq)
        return lastSeq
      },
      checkpoint: (...args) => (life.alive ? store.journal.checkpoint(...args) : undefined),
    },
  }
}
