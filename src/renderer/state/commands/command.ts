// What a command is: something a person can do by name or by key.
import { reportFailure } from '../report-failure.ts'
import type { Stores } from '../stores.ts'
import type { ThreadStore } from '../thread-store.ts'

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

type Run = (context: CommandContext) => void

/** One that is always possible. */
export function command(
  id: string,
  title: string,
  section: Command['section'],
  keys: readonly string[],
  run: Run,
): Command {
  return { id, title, section, keys, run, blockedBy: () => null }
}

/** One that needs an open thread. */
export function onThread(
  id: string,
  title: string,
  section: Command['section'],
  keys: readonly string[],
  run: (context: CommandContext, threadId: string) => void,
): Command {
  const openIn = ({ stores }: CommandContext) => stores.ui.getState().openThreadId
  return {
    ...command(id, title, section, keys, (context) => {
      const threadId = openIn(context)
      if (threadId !== null) run(context, threadId)
    }),
    blockedBy: (context) => (openIn(context) === null ? 'No thread is open' : null),
  }
}

/** The open thread, as far as this window holds it. */
export function openThread({ stores }: CommandContext): ThreadStore | undefined {
  const threadId = stores.ui.getState().openThreadId
  return threadId === null ? undefined : stores.threads.find(threadId)
}

/** Says in a toast why something could not be done. */
export function reporting({ stores }: CommandContext, work: Promise<unknown> | undefined): void {
  if (work) void reportFailure(stores, work)
}
