// Calls tools the way a turn does, with the real shell, the real sandbox and real folders. For tests only.
import fs from 'node:fs'
import path from 'node:path'
import type { ThreadItem } from '../../../protocol/index.ts'
import { type Clock, systemClock } from '../../lib/clock.ts'
import { silentLogger } from '../../lib/logger.ts'
import type { ToolCallItem } from '../../model/model-item.ts'
import { createSandbox } from '../../sandbox/create-sandbox.ts'
import { builtInProfile, type PermissionProfile } from '../../sandbox/permission-profile.ts'
import type { Sandbox } from '../../sandbox/sandbox.ts'
import { createTools } from '../create-tools.ts'
import type {
  PreparedCall,
  TerminalInteraction,
  ToolContext,
  ToolOutcome,
  ToolRun,
} from '../tool.ts'

export interface CallOptions {
  readonly profile?: string | PermissionProfile
  readonly threadId?: string
  readonly callId?: string
  readonly bypassSandbox?: boolean
  readonly signal?: AbortSignal
  readonly env?: Readonly<Record<string, string>>
  onDelta?(text: string): void
  readonly ask?: ToolRun['ask']
  readonly mode?: ToolContext['mode']
  readonly approvalPolicy?: ToolContext['approvalPolicy']
}

export interface CallResult extends ToolOutcome {
  readonly text: string
  readonly deltas: readonly string[]
  readonly interactions: readonly TerminalInteraction[]
  /** Resolves with the card of a process that outlived its call. */
  readonly later: Promise<ThreadItem>
}

export interface ToolHarness {
  readonly workspace: string
  /** Outside of everything that `:workspace` may write. */
  readonly outside: string
  readonly tools: ReturnType<typeof createTools>
  prepare(call: ToolCallItem, options?: CallOptions): Promise<PreparedCall>
  run(prepared: PreparedCall, options?: CallOptions): Promise<CallResult>
  exec(args: Readonly<Record<string, unknown>>, options?: CallOptions): Promise<CallResult>
  /** Any tool by its name. */
  call(
    name: string,
    args: Readonly<Record<string, unknown>>,
    options?: CallOptions,
  ): Promise<CallResult>
  stdin(args: Readonly<Record<string, unknown>>, options?: CallOptions): Promise<CallResult>
  patch(text: string, options?: CallOptions): Promise<CallResult>
  /** Writes files of the workspace, path to content. */
  write(files: Readonly<Record<string, string>>): void
  read(file: string): string
  dispose(): Promise<void>
}

export interface HarnessOptions {
  readonly sandbox?: Sandbox
  readonly home?: string
  readonly clock?: Clock
  /** Where the workspace is made; a temporary folder by default. */
  readonly under?: string
}

export function createToolHarness({
  sandbox,
  home,
  clock = systemClock,
  under = '/tmp',
}: HarnessOptions = {}): ToolHarness {
  const workspace = fs.realpathSync(fs.mkdtempSync(path.join(under, 'skein-work-')))
  const outside = fs.realpathSync(fs.mkdtempSync('/var/tmp/skein-outside-'))
  const own = home === undefined ? {} : { home }
  const tools = createTools({
    sandbox: sandbox ?? createSandbox({ logger: silentLogger, tmpdir: null, ...own }),
    logger: silentLogger,
    clock,
    tmpdir: null,
    ...own,
  })
  let calls = 0

  function contextOf(options: CallOptions): ToolContext {
    const { profile = ':workspace' } = options
    const known = typeof profile === 'string' ? builtInProfile(profile) : profile
    if (!known) throw new Error(`no profile ${String(profile)}`)
    calls++
    return {
      threadId: options.threadId ?? `thread-${workspace}`,
      turnId: 'turn',
      callId: options.callId ?? `call-${calls}`,
      cwd: workspace,
      workspaceRoots: [workspace],
      profile: known,
      approvalPolicy: options.approvalPolicy ?? 'on-request',
      mode: options.mode ?? 'default',
      trace: null,
      env: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: workspace, ...options.env },
    }
  }

  const prepare: ToolHarness['prepare'] = (call, options = {}) =>
    tools.registry.prepare(call, contextOf(options))

  async function run(prepared: PreparedCall, options: CallOptions = {}): Promise<CallResult> {
    const deltas: string[] = []
    const interactions: TerminalInteraction[] = []
    const later = Promise.withResolvers<ThreadItem>()
    const result = await prepared.run({
      signal: options.signal ?? new AbortController().signal,
      waitPause: { isPaused: false, onChange: () => () => undefined },
      bypassSandbox: options.bypassSandbox ?? false,
      ask: options.ask ?? (() => Promise.reject(new Error('nobody is asked'))),
      progress: {
        outputDelta(text) {
          deltas.push(text)
          options.onDelta?.(text)
        },
        terminalInteraction: (interaction) => void interactions.push(interaction),
        message: () => undefined,
      },
      completeLater: later.resolve,
    })
    return { ...result, text: String(result.output), deltas, interactions, later: later.promise }
  }

  const call = async (
    name: string,
    args: Readonly<Record<string, unknown>>,
    options: CallOptions = {},
  ): Promise<CallResult> => {
    const item = {
      type: 'function_call',
      call_id: 'x',
      name,
      arguments: JSON.stringify(args),
    } as const
    return run(await prepare(item, options), options)
  }

  return {
    workspace,
    outside,
    tools,
    prepare,
    run,
    call,
    exec: (args, options) => call('exec_command', { login: false, ...args }, options),
    stdin: (args, options) => call('write_stdin', args, options),
    async patch(text, options = {}) {
      const item = {
        type: 'custom_tool_call',
        call_id: 'x',
        name: 'apply_patch',
        input: text,
      } as const
      return run(await prepare(item, options), options)
    },
    write(files) {
      for (const [name, content] of Object.entries(files)) {
        fs.mkdirSync(path.dirname(path.join(workspace, name)), { recursive: true })
        fs.writeFileSync(path.join(workspace, name), content)
      }
    },
    read: (file) => fs.readFileSync(path.join(workspace, file), 'utf8'),
    async dispose() {
      await tools.background.cleanAll()
      fs.rmSync(workspace, { recursive: true, force: true })
      fs.rmSync(outside, { recursive: true, force: true })
    },
  }
}

/** The session number in a result text. */
export function sessionOf({ text }: { readonly text: string }): number {
  return Number(/^Process running with session ID (\d+)$/m.exec(text)?.[1])
}

/** Resolves when `word` was printed; give `onDelta` to the call. */
export function seen(word: string): { onDelta(text: string): void; promise: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>()
  let all = ''
  return {
    promise,
    onDelta(text) {
      all += text
      if (all.includes(word)) resolve()
    },
  }
}

/** What the command printed, without the lines about it. */
export function printed({ text }: { readonly text: string }): string {
  return text.slice(text.indexOf('Output:\n') + 'Output:\n'.length)
}

/** Live processes (no zombies) whose environment has this entry. */
export function processesWith(entry: string): readonly number[] {
  return fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && hasEntry(name, entry))
    .map(Number)
}

function hasEntry(pid: string, entry: string): boolean {
  try {
    return fs.readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(entry)
  } catch {
    return false
  }
}
