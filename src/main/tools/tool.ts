// Port: what a tool is. A tool first says what it wants to do (prepare), then the turn loop asks whoever must be
// asked, then it does it (run). Failures are text the model reads; only bugs throw.
import type { z } from 'zod'
import type {
  ApprovalPolicy,
  BackgroundTerminal,
  CommandAction,
  CommandExecutionItem,
  FileChange,
  ModeKind,
  PlanStep,
  ServerRequestAnswer,
  ServerRequestMethod,
  ServerRequestParams,
  ThreadItem,
} from '../../protocol/index.ts'
import type { ToolSpec, TraceContext } from '../model/model-client.ts'
import type { ToolOutputBody } from '../model/model-item.ts'
import type { PermissionProfile } from '../sandbox/permission-profile.ts'

/** Settings of the turn a call belongs to, and the call's own id. */
export interface ToolContext {
  readonly threadId: string
  readonly turnId: string
  readonly callId: string
  readonly cwd: string
  readonly workspaceRoots: readonly string[]
  readonly profile: PermissionProfile
  readonly approvalPolicy: ApprovalPolicy
  readonly mode: ModeKind
  /** What the turn was asked for within, for whoever carries it on. */
  readonly trace: TraceContext | null
  /** Environment for commands, already stripped of secrets by `shell-environment`. */
  readonly env: Readonly<Record<string, string>>
}

/** What the approval policy judges. */
export type ToolAction =
  | { readonly type: 'none' }
  | {
      readonly type: 'command'
      /** What would be executed, shell included: ["/bin/bash", "-lc", "ls"]. */
      readonly argv: readonly string[]
      /** For display. */
      readonly command: string
      readonly commandActions: readonly CommandAction[]
      readonly cwd: string
      readonly tty: boolean
      readonly escalate: boolean
      readonly justification: string | null
      readonly prefixRule: readonly string[] | null
    }
  | {
      readonly type: 'fileChange'
      readonly changes: readonly FileChange[]
      /** Absolute paths that would be written, moved or removed. */
      readonly paths: readonly string[]
      readonly overwrites: readonly string[]
    }

/** Told while a call runs, and by a process that outlives its call until `completeLater`. */
export interface ToolProgress {
  outputDelta(text: string): void
  /** Something was typed into the terminal of an earlier call, or it was only looked at (empty `stdin`). */
  terminalInteraction(interaction: TerminalInteraction): void
  /** How far a tool of a server says it is. */
  message(text: string): void
}

export interface TerminalInteraction {
  /** The card of the call that started the process. */
  readonly itemId: string
  readonly processId: string
  readonly stdin: string
}

/**
 * Asks whoever is there, as a durable question of the call: resolves with the first answer, rejects with the
 * turn's abort reason.
 */
export type Ask = <M extends ServerRequestMethod>(
  method: M,
  params: ServerRequestParams<M>,
) => Promise<ServerRequestAnswer<M>>

/** While it is paused, whoever waits for a command has all the time left that was left before. */
export interface WaitPause {
  readonly isPaused: boolean
  /** Tells each beginning and end; returns how to stop. */
  onChange(listener: (isPaused: boolean) => void): () => void
}

export interface ToolRun {
  readonly signal: AbortSignal
  /** Somebody is asked outside of Skein: the command itself runs on, only waits for it stand still. */
  readonly waitPause: WaitPause
  /** True: run outside the sandbox, because a person or an explicit rule allowed it. */
  readonly bypassSandbox: boolean
  readonly progress: ToolProgress
  readonly ask: Ask
  /**
   * For a process that outlives its call: hands over the final item when it ends, maybe in a later turn.
   */
  completeLater(item: ThreadItem): void
}

export interface ToolOutcome {
  readonly output: ToolOutputBody
  /** The final card; null keeps the started one open (completeLater) or when the tool has none. */
  readonly item: ThreadItem | null
  readonly plan?: { readonly explanation: string | null; readonly plan: readonly PlanStep[] }
  /** Before and after of each file this call changed; undefined content means the file does not exist. */
  readonly fileEdits?: readonly FileEdit[]
  /** What the person granted through this call. */
  readonly granted?: {
    readonly permissions: {
      readonly read: readonly string[]
      readonly write: readonly string[]
      readonly network: boolean
    }
    readonly lasts: 'turn' | 'session'
  }
  /** True when the sandbox most likely stopped it: an `on-request` patch is then asked again without it. */
  readonly sandboxDenied?: boolean
}

export interface FileEdit {
  readonly path: string
  /** The file it was moved from. */
  readonly from?: string | undefined
  readonly before: string | undefined
  readonly after: string | undefined
}

export interface PreparedCall {
  readonly action: ToolAction
  /** The card to show while it waits and runs (`inProgress`, id = call id); null for tools without one. */
  readonly item: ThreadItem | null
  /**
   * For a tool with rules of its own about who must be asked (its action is `none` then). Called before the call
   * waits for its turn to run; answers with the words for the model when the call must not be made.
   */
  consent?(ask: Ask): Promise<string | null>
  /** How the model is told that it was not carried out; as plain text where this is left out. */
  refused?(reason: string): ToolOutputBody
  /** Rejects only with the signal's reason (AbortError) or a bug. */
  run(run: ToolRun): Promise<ToolOutcome>
  /** The card when it was declined, forbidden or aborted before or while running. */
  stopped(status: 'declined' | 'failed'): ThreadItem | null
}

/** Model-visible failure of `prepare`: bad arguments, a patch that does not apply, a missing folder. */
export class ToolFailure extends Error {
  /** A card to show for it, already final, and as it begins; null for none. */
  readonly item: ThreadItem | null
  readonly begun: ThreadItem | null

  constructor(message: string, item: ThreadItem | null = null, begun = item) {
    super(message)
    this.name = 'ToolFailure'
    this.item = item
    this.begun = begun
  }
}

/** What can be shown of one call before it is whole; none of it has been checked against anything. */
export interface CallPreview {
  /** The next piece of the text. */
  feed(piece: string): void
  /** As far as they are written, in the order of their paths; empty until there is one. */
  changes(): readonly FileChange[]
}

export interface Tool<I = unknown> {
  readonly name: string
  /** Answers to its name, and is not offered. */
  readonly isUnlisted?: true
  readonly spec: ToolSpec
  /** True: may run beside others; false: takes the turn's tool lock alone. */
  readonly parallel: boolean
  /** Of the JSON arguments; a freeform tool gets its text as a string. */
  readonly input: z.ZodType<I>
  /** For a freeform tool whose text can be shown while the model writes it. */
  preview?(): CallPreview
  /** Checks everything that can be checked without touching anything. Throws ToolFailure. */
  prepare(input: I, context: ToolContext): Promise<PreparedCall>
}

/** Processes of threads that outlive their call. */
export interface BackgroundProcesses {
  /** Those that no call waits for, in the order of their last use. */
  list(threadId: string): Promise<readonly BackgroundTerminal[]>
  /** What one printed last; null when there is none of that id. */
  output(threadId: string, processId: string): string | null
  /** Types into one, as its keyboard would; `closed` when it reads nothing. */
  write(threadId: string, processId: string, text: string): 'written' | 'closed' | 'unknown'
  /** Ends one as `clean` does; false when there is none of that id. */
  terminate(threadId: string, processId: string): Promise<boolean>
  /** Ends all of a thread, whole process groups: TERM, 500 ms, KILL. Resolves when they are gone. */
  clean(threadId: string): Promise<void>
  cleanAll(): Promise<void>
}

/** Runs commands of the person, as they would at a terminal of their own: unconfined, nobody is asked. */
export interface UserShell {
  start(wanted: {
    /** Of the card. */
    readonly id: string
    readonly threadId: string
    readonly command: string
    readonly cwd: string
    readonly env: Readonly<Record<string, string>>
    outputDelta(text: string): void
  }): Promise<{
    readonly item: CommandExecutionItem
    /** Resolves with the final card; ends the command when the time is over or when `signal` aborts. */
    waits(timeoutMs: number, signal: AbortSignal): Promise<CommandExecutionItem>
  }>
}
