// Makes one thread of the lines of its rollouts, given in order: turns with their items for people, and the history
// for the model. Pure but for what it remembers; tolerant: what cannot be understood is left out.
import { createHash } from 'node:crypto'
import type { ThreadItem, ThreadTokenUsage } from '../../protocol/index.ts'
import type { ModelItem } from '../model/model-item.ts'
import type { ImportedGoal } from '../storage/imported-thread.ts'
import {
  type Content,
  contentOf,
  type Entry,
  type ItemEntry,
  isUserMessage,
  NOTES,
  type Turn,
  type TurnContext,
  whole,
  wordsIn,
} from './build-rows.ts'
import { itemOfEvent } from './event-items.ts'
import { type Json, number, record, text } from './json.ts'
import { errorOf, goalOf, tokens, usageOf } from './rollout-facts.ts'
import {
  agentItem,
  commandItem,
  inputOfEvent,
  itemOfCompleted,
  pathOf,
  userItem,
} from './rollout-items.ts'
import type { RolloutLine } from './rollout-line.ts'
import { type ShellCall, shellCallOf, shellOutputOf } from './shell-calls.ts'

export interface BuiltThread extends Content {
  readonly turns: number
  readonly preview: string
  readonly model: string | undefined
  readonly effort: string | undefined
  readonly cwd: string | undefined
  readonly lastAtMs: number
  readonly recencyMs: number
  readonly tokenUsage: ThreadTokenUsage | null
  readonly goal: ImportedGoal | null
  /** As the file says it last: what is told of a thread later is added to it. */
  readonly git: Json | undefined
}

export interface ThreadBuilder {
  add(line: RolloutLine): void
  /** A person has said something: what else people say changes no preview. */
  hasPreview(): boolean
  /** `snapshotOf` is called once for each turn that says what it ran with, in their order. */
  finish(snapshotOf: (context: TurnContext) => string | null): BuiltThread
}

type TakeEvent = (payload: Json, atMs: number) => void

/** What models are sent; everything else of this line type is bookkeeping. */
const modelKinds = new Set([
  'message',
  'reasoning',
  'local_shell_call',
  'function_call',
  'function_call_output',
  'custom_tool_call',
  'custom_tool_call_output',
  'tool_search_call',
  'tool_search_output',
  'web_search_call',
  'image_generation_call',
  'compaction',
  'context_compaction',
  'additional_tools',
])

export function createThreadBuilder(threadId: string, isLegacy: boolean): ThreadBuilder {
  let entries: Entry[] = []
  const turns = new Map<string, Turn>()
  const shellCalls = new Map<string, ShellCall & { readonly turn: Turn }>()
  let current: Turn | undefined
  let itemCount = 0
  /** The first words of a person, and their place among the entries. */
  let preview = { at: -1, words: '' }
  let lastAtMs = 0
  let lastContext: TurnContext | undefined
  let contextWindow: number | null = null
  let tokenUsage: ThreadTokenUsage | null = null
  let goal: ImportedGoal | null = null
  /** Of a goal that was there before any words were. */
  let firstObjective: string | undefined
  let settings: Json = {}
  let git: Json | undefined
  let lastStartMs = 0
  /** Items of turns that the file has not begun yet: such a turn stands where it begins, or ends without one. */
  const early: { readonly payload: Json; readonly atMs: number }[] = []

  // ---- turns ------------------------------------------------------------------------------------------------

  function openTurn(id: string | undefined, atMs: number, isImplicit = false): Turn {
    const turn: Turn = {
      id: id ?? derivedId(`${threadId} turn ${entries.length}`),
      isImplicit,
      rootTurnId: null,
      startedMs: atMs,
      endedMs: null,
      durationMs: null,
      status: 'interrupted',
      reason: null,
      error: null,
      context: undefined,
      isEnded: false,
      hasInput: false,
      hasAnswer: false,
      hasCompaction: false,
      items: new Map(),
    }
    turns.set(turn.id, turn)
    entries.push({ k: 'start', turn })
    return turn
  }

  /** For a turn that the file itself tells of. */
  function announce(id: string | undefined, atMs: number): Turn {
    const turn = openTurn(id, atMs)
    if (early.length === 0) return turn
    for (const item of early.splice(0)) {
      if (item.payload.turn_id === id) addCompleted(item.payload, item.atMs)
      else early.push(item)
    }
    return turn
  }

  function endTurn(turn: Turn): void {
    if (turn.isEnded) return
    turn.isEnded = true
    entries.push({ k: 'end', turn })
    if (current === turn) current = undefined
  }

  function closeImplicit(): void {
    if (!current?.isImplicit) return
    current.status = 'completed'
    current.endedMs = lastAtMs
    endTurn(current)
  }

  /** In files without marks each message of a person opens a turn; what the model read of it came before it. */
  function openByMessage(atMs: number): Turn {
    const trailing: ModelItem[] = []
    for (;;) {
      const last = entries.at(-1)
      if (last?.k !== 'model' || !isUserMessage(last.item)) break
      trailing.unshift(last.item)
      entries.pop()
    }
    closeImplicit()
    lastStartMs = Math.max(lastStartMs, atMs)
    const turn = openTurn(undefined, atMs, true)
    for (const item of trailing) entries.push({ k: 'model', turn, item })
    current = turn
    return turn
  }

  function turnFor(payload: Json, atMs: number): Turn {
    const id = text(payload.turn_id)
    const known = id === undefined ? current : turns.get(id)
    if (known) return known
    const turn = openTurn(id, atMs, id === undefined)
    current ??= turn
    return turn
  }

  function timeOf(seconds: unknown): number | undefined {
    return dateOf((number(seconds) ?? Number.NaN) * 1000)
  }

  function taskStarted(payload: Json, atMs: number): void {
    closeImplicit()
    const id = text(payload.turn_id)
    lastStartMs = Math.max(lastStartMs, atMs)
    current = (id === undefined ? undefined : turns.get(id)) ?? announce(id, atMs)
    current.rootTurnId = text(payload.root_turn_id) ?? null
    current.startedMs = timeOf(payload.started_at) ?? atMs
    contextWindow = whole(number(payload.model_context_window) ?? contextWindow)
  }

  function taskEnded(payload: Json, atMs: number, status: Turn['status']): void {
    const turn = endingTurn(payload, atMs)
    if (!turn) return
    const error = record(payload.error)
    turn.status = error ? 'failed' : status
    turn.error = error ? errorOf(error) : null
    turn.reason = status === 'interrupted' ? 'user' : null
    turn.endedMs = timeOf(payload.completed_at) ?? atMs
    turn.durationMs = number(payload.duration_ms) ?? null
    endTurn(turn)
  }

  function endingTurn(payload: Json, atMs: number): Turn | undefined {
    const id = text(payload.turn_id)
    if (id === undefined) return current
    const known = turns.get(id)
    if (known) return known
    if (!early.some((item) => item.payload.turn_id === id)) return current
    const turn = announce(id, atMs)
    turn.startedMs = timeOf(payload.started_at) ?? atMs
    return turn
  }

  function rollBack(count: number): void {
    const users = [...turns.values()].filter((turn) => turn.hasInput)
    const first = users.at(-count) ?? users[0]
    if (!first || count < 1) return
    forgetFrom(entries.findIndex((entry) => entry.k === 'start' && entry.turn === first))
    current = undefined
  }

  function forgetFrom(at: number): void {
    for (const entry of entries.slice(at)) if (entry.k === 'start') turns.delete(entry.turn.id)
    for (const [callId, { turn }] of shellCalls) if (!turns.has(turn.id)) shellCalls.delete(callId)
    entries = entries.slice(0, at)
    if (preview.at >= at) preview = { at: -1, words: '' }
  }

  // ---- items ------------------------------------------------------------------------------------------------

  function addItem(turn: Turn, item: ThreadItem): void {
    const known = turn.items.get(item.id)
    if (known) {
      if (entries[preview.at] === known) preview = { at: preview.at, words: wordsIn(item) }
      known.item = item
      return
    }
    if (preview.words === '') preview = { at: entries.length, words: wordsIn(item) }
    const entry: ItemEntry = { k: 'item', turn, item }
    turn.items.set(item.id, entry)
    entries.push(entry)
    itemCount += 1
    if (item.type === 'userMessage') turn.hasInput = true
    else turn.hasAnswer = true
    if (item.type === 'contextCompaction') turn.hasCompaction = true
  }

  function nextItemId(): string {
    return `item-${itemCount + 1}`
  }

  function reason(said: string, field: 'summary' | 'content', atMs: number): void {
    if (!current || said === '') return
    const last = entries.at(-1)
    if (last?.k === 'item' && last.item.type === 'reasoning') last.item[field].push(said)
    else {
      const item = { type: 'reasoning', id: nextItemId(), summary: [], content: [] } as const
      const fresh = { ...item, summary: [] as string[], content: [] as string[], ...at(atMs) }
      fresh[field].push(said)
      addItem(current, fresh)
    }
  }

  /** Said and thought, in events that only legacy files have: newer ones tell of the finished item. */
  const legacyEvents: Readonly<Record<string, TakeEvent>> = {
    user_message(payload, atMs) {
      const isOver = !current || (current.isImplicit && (current.hasInput || current.hasAnswer))
      const turn = current && !isOver ? current : openByMessage(atMs)
      addItem(turn, userItem(nextItemId(), inputOfEvent(payload), at(atMs)))
    },
    agent_message(payload, atMs) {
      const said = text(payload.message) ?? ''
      if (said === '') return
      const turn = current ?? openByMessage(atMs)
      addItem(turn, agentItem(nextItemId(), said, text(payload.phase), at(atMs)))
    },
    agent_reasoning: (payload, atMs) => reason(text(payload.text) ?? '', 'summary', atMs),
    agent_reasoning_raw_content: (payload, atMs) =>
      reason(text(payload.text) ?? '', 'content', atMs),
  }

  function addToolEvent(payload: Json, atMs: number): void {
    const item = itemOfEvent(payload, nextItemId, at(atMs))
    if (!item) return
    // The command that a patch was written in shows nothing that the patch does not.
    if (item.type === 'fileChange') shellCalls.delete(item.id)
    addItem(turnFor(payload, atMs), item)
  }

  function addCompleted(payload: Json, atMs: number): void {
    const id = text(payload.turn_id)
    if (!isLegacy && id !== undefined && !turns.has(id)) {
      early.push({ payload, atMs })
      return
    }
    const times = {
      startedAtMs: dateOf(number(payload.started_at_ms)) ?? atMs,
      completedAtMs: dateOf(number(payload.completed_at_ms)) ?? atMs,
    }
    const item = itemOfCompleted(record(payload.item) ?? {}, times)
    if (item) addItem(turnFor(payload, atMs), item)
  }

  const events: Readonly<Record<string, TakeEvent>> = {
    ...(isLegacy && legacyEvents),
    task_started: taskStarted,
    turn_started: taskStarted,
    task_complete: (payload, atMs) => taskEnded(payload, atMs, 'completed'),
    turn_complete: (payload, atMs) => taskEnded(payload, atMs, 'completed'),
    turn_aborted: (payload, atMs) => taskEnded(payload, atMs, 'interrupted'),
    thread_rolled_back: (payload) => rollBack(number(payload.num_turns) ?? 0),
    item_completed: addCompleted,
    token_count(payload) {
      tokenUsage = usageOf(record(payload.info)) ?? tokenUsage
    },
    thread_goal_updated(payload) {
      goal = goalOf(record(payload.goal)) ?? goal
      if (itemCount === 0) firstObjective ??= goal?.objective
    },
    thread_settings_applied(payload) {
      settings = record(payload.thread_settings) ?? settings
    },
  }

  const takeEvent = new Map(Object.entries(events))

  function addEvent(payload: Json, atMs: number): void {
    const take = takeEvent.get(text(payload.type) ?? '')
    if (take) take(payload, atMs)
    else if (isLegacy) addToolEvent(payload, atMs)
  }

  // ---- what the model reads -----------------------------------------------------------------------------------

  function addModelItem(payload: Json, atMs: number): void {
    if (!modelKinds.has(text(payload.type) ?? '')) return
    const item = withoutNotes(payload)
    entries.push({ k: 'model', turn: current, item: item as ModelItem })
    if (isLegacy) followShell(item, atMs)
  }

  function followShell(item: Json, atMs: number): void {
    const callId = text(item.call_id)
    if (callId === undefined || !current) return
    const call = shellCallOf(item, atMs)
    if (call) {
      shellCalls.set(callId, { ...call, turn: current })
      // One that never comes to an end would look as if it still ran.
      const facts = { output: null, exitCode: null, durationMs: null, status: 'failed' } as const
      const cwd = cwdOf(call)
      addItem(current, commandItem(callId, { command: call.command, cwd, ...facts }, at(atMs)))
    }
    const asked = item.type === 'function_call_output' ? shellCalls.get(callId) : undefined
    if (!asked) return
    shellCalls.delete(callId)
    const { output, exitCode } = shellOutputOf(item)
    const facts = {
      command: asked.command,
      cwd: cwdOf(asked),
      output,
      exitCode,
      durationMs: Math.max(0, atMs - asked.atMs),
      status: exitCode === null || exitCode === 0 ? ('completed' as const) : ('failed' as const),
    }
    const times = { startedAtMs: asked.atMs, completedAtMs: atMs }
    addItem(asked.turn, commandItem(callId, facts, times))
  }

  function cwdOf(call: ShellCall): string {
    return pathOf(call.cwd ?? text(lastContext?.cwd) ?? '')
  }

  function addUsage(payload: Json, atMs: number): void {
    const usage = record(payload.usage)
    if (!usage) return
    const row = {
      k: 'usage',
      turn: null,
      responseId: text(payload.response_id) ?? null,
      model: text(lastContext?.model) ?? null,
      usage: tokens(usage),
      contextWindow,
      atMs,
    } as const
    entries.push({ k: 'usage', turn: turns.get(text(payload.turn_id) ?? '') ?? current, row })
  }

  function addContext(payload: Json): void {
    lastContext = payload
    const turn = turns.get(text(payload.turn_id) ?? '') ?? current
    if (turn) turn.context = payload
  }

  function closeAll(): void {
    closeImplicit()
    for (const { payload, atMs } of [...early]) announceFor(payload, atMs)
  }

  function announceFor(payload: Json, atMs: number): void {
    const id = text(payload.turn_id)
    if (id !== undefined && !turns.has(id)) announce(id, atMs)
  }

  /** A copy of the parent's is none of ours. */
  function isOwn(meta: Json): boolean {
    return text(meta.id)?.toLowerCase() === threadId
  }

  return {
    add({ type, payload, atMs }) {
      lastAtMs = Math.max(lastAtMs, atMs)
      if (type === 'event_msg') addEvent(payload, atMs)
      else if (type === 'response_item') addModelItem(payload, atMs)
      else if (type === 'compacted') entries.push({ k: 'compacted', turn: current, payload })
      else if (type === 'turn_context') addContext(payload)
      else if (type === 'token_usage_record') addUsage(payload, atMs)
      else if (type === 'session_meta' && isOwn(payload)) git = record(payload.git) ?? git
    },
    hasPreview: () => preview.words !== '',
    finish(snapshotOf) {
      closeAll()
      const content = contentOf(entries, snapshotOf)
      const mode = record(record(lastContext?.collaboration_mode)?.settings)
      return {
        ...content,
        turns: turns.size,
        preview: firstObjective || preview.words || goal?.objective || '',
        model: text(lastContext?.model) ?? text(settings.model),
        effort: text(lastContext?.effort) ?? text(mode?.reasoning_effort),
        cwd: text(lastContext?.cwd) ?? text(settings.cwd),
        lastAtMs,
        recencyMs: lastStartMs,
        tokenUsage,
        goal,
        git,
      }
    },
  }
}

function withoutNotes(payload: Json): Json {
  if (!(NOTES in payload)) return payload
  const { [NOTES]: _, ...item } = payload
  return item
}

/** Further from 1970 no date can be. */
const DATE_MS_MAX = 8.64e15

/** Undefined for what is no time. */
function dateOf(ms: number | undefined): number | undefined {
  return ms !== undefined && Math.abs(ms) <= DATE_MS_MAX ? ms : undefined
}

function at(atMs: number) {
  return { startedAtMs: atMs, completedAtMs: atMs }
}

/** The same file gives the same ids each time it is read. */
function derivedId(seed: string): string {
  const hex = createHash('sha256').update(seed).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
