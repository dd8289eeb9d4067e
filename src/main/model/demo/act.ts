// What the demo model can do in one response: the vocabulary its scripts are written in.
import type { ModelError } from '../model-client.ts'
import type { Scene } from './scene.ts'

export type Act =
  /** A reasoning card with these summary parts. */
  | { readonly type: 'think'; readonly parts: readonly string[] }
  | { readonly type: 'say'; readonly text: string; readonly msPerToken?: number }
  | {
      readonly type: 'call'
      readonly tool: string
      readonly args: Readonly<Record<string, unknown>>
    }
  | { readonly type: 'patch'; readonly text: string }
  /** Says the beginning of a message, then the response breaks. */
  | { readonly type: 'break'; readonly text: string; readonly error: ModelError }
  /** Asks for another request although no tool was called. */
  | { readonly type: 'goOn' }

/** One response. It sees what the calls of the step before came to. */
export type Step = (scene: Scene) => readonly Act[]

export function think(...parts: readonly string[]): Act {
  return { type: 'think', parts }
}

export function say(text: string, options: { msPerToken?: number } = {}): Act {
  return { type: 'say', text, ...options }
}

export interface RunOptions {
  /** Asks to run outside the sandbox, in these words. */
  readonly justification?: string
}

export function run(cmd: string, { justification }: RunOptions = {}): Act {
  const escalation =
    justification === undefined ? {} : { sandbox_permissions: 'require_escalated', justification }
  return { type: 'call', tool: 'exec_command', args: { cmd, ...escalation } }
}

/** The first `done` steps are completed, the next one is in progress, the rest is pending. */
export function plan(steps: readonly string[], done: number, explanation: string): Act {
  const statusAt = (index: number): string => {
    if (index < done) return 'completed'
    return index === done ? 'in_progress' : 'pending'
  }
  const marked = steps.map((step, index) => ({ step, status: statusAt(index) }))
  return { type: 'call', tool: 'update_plan', args: { explanation, plan: marked } }
}

export function patch(text: string): Act {
  return { type: 'patch', text }
}
