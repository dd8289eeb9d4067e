// What a command is: something a person can do by name or by key.
import type { Stores } from './stores.ts'

/** Parts of the window that a command can give the focus to. */
export type WindowPart =
  | 'composer'
  | 'transcript'
  | 'threadList'
  | 'search'
  | 'model'
  | 'effort'
  | 'permissions'
  | 'approvals'

export interface CommandContext {
  readonly stores: Stores
  readonly mac: boolean
  /** Gives that part the focus; does nothing when it is not on screen. */
  focus(part: WindowPart): void
  /** To the next (1) or the former (-1) region of the window. */
  cycleRegions(step: 1 | -1): void
}

export interface Command {
  readonly id: string
  readonly title: string
  readonly section: 'Thread' | 'Go to' | 'View' | 'Help'
  /** The first one is shown. */
  readonly keys: readonly string[]
  /** True: the keys do nothing while a text field has the focus, since they mean something there. */
  readonly notInText?: boolean
  /** Why it cannot be done now; null when it can. */
  blockedBy(context: CommandContext): string | null
  run(context: CommandContext): void
}
