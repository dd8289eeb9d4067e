// What one turn did, as far as its goal cares: collected from the hooks, told when the turn ends.
import type { ModelItem, ToolCallItem } from '../../model/model-item.ts'
import type { ToolEnd } from '../../threads/extensions/extension.ts'
import type { ToolRun, TurnReport } from './goal-breaker.ts'
import { GOAL_TOOLS, UPDATE_GOAL } from './goal-tool-names.ts'

interface Call {
  readonly call: ToolCallItem
  end: ToolEnd | null
  output: string
}

export interface TurnTrace {
  started(call: ToolCallItem): void
  ended(call: ToolCallItem, end: ToolEnd): void
  /** A goal tool did its part, also where the rules said no. One that never comes to it was denied, or broke. */
  answered(callId: string): void
  /** Outputs are read from the next request's items. */
  seen(items: readonly ModelItem[]): void
  noted(note: string): void
  /** Since the last answer: did the model call anything? Then another request follows. */
  takeCalled(): boolean
  /** No call is under way, and the last to end was none that tells of the goal itself. */
  hasResults(): boolean
  report(): Omit<TurnReport, 'turnId' | 'automatic' | 'text' | 'tokens' | 'timeMs'>
}

export function createTurnTrace(): TurnTrace {
  const calls = new Map<string, Call>()
  const answered = new Set<string>()
  let called = false
  let last: ToolCallItem | null = null
  let note: string | null = null

  return {
    started(call) {
      called = true
      calls.set(call.call_id, { call, end: null, output: '' })
    },
    ended(call, end) {
      called = true
      last = call
      const known = calls.get(call.call_id)
      calls.set(call.call_id, { call, end, output: known?.output ?? '' })
    },
    answered: (callId) => void answered.add(callId),
    seen(items) {
      for (const item of items) {
        if (!item.type.endsWith('_call_output')) continue
        const known = calls.get(String(item.call_id))
        if (known) known.output = steady(item.output)
      }
    },
    noted(text) {
      note = text
    },
    takeCalled() {
      const was = called
      called = false
      return was
    },
    hasResults: () =>
      last !== null &&
      last.name !== UPDATE_GOAL &&
      [...calls.values()].every(({ end }) => end !== null),
    report() {
      const all = [...calls.values()]
      const others = all.filter(({ call }) => !GOAL_TOOLS.has(call.name))
      return {
        tools: others.map(runOf),
        filesChanged: others.flatMap(({ call, end }) => (end === 'completed' ? filesOf(call) : [])),
        goalToolFailed: all.some(
          ({ call, end }) =>
            GOAL_TOOLS.has(call.name) && end !== null && !answered.has(call.call_id),
        ),
        note,
      }
    },
  }
}

function runOf({ call, end, output }: Call): ToolRun {
  const ran = end === 'completed' || end === 'failed'
  return { name: call.name, args: argsOf(call), output, ran, failed: end !== 'completed' }
}

function argsOf(call: ToolCallItem): string {
  return call.type === 'function_call' ? call.arguments : call.input
}

/** Without what differs from run to run though nothing happened. */
function steady(output: unknown): string {
  const text = typeof output === 'string' ? output : JSON.stringify(output)
  return text.replace(/^(Chunk ID|Wall time): .*$/gm, '')
}

const PATCHED = /\*\*\* (?:Add|Update|Delete) File: ([^\n\\]+)/g

function filesOf(call: ToolCallItem): readonly string[] {
  if (call.name !== 'apply_patch') return []
  return Array.from(argsOf(call).matchAll(PATCHED), ([, file = '']) => file.trim())
}
