// The tool `exec_command`: runs a shell command, waits for a while, and leaves it running when it takes longer.
import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import type { CommandExecutionItem } from '../../../protocol/index.ts'
import type { Clock } from '../../lib/clock.ts'
import { messageOf } from '../../lib/errors.ts'
import type { Sandbox } from '../../sandbox/sandbox.ts'
import { patchOf } from '../shell-script.ts'
import {
  type PreparedCall,
  type Tool,
  type ToolContext,
  ToolFailure,
  type ToolOutcome,
  type ToolRun,
} from '../tool.ts'
import { commandActions } from './command-actions.ts'
import { commandEnvironment } from './command-environment.ts'
import { denialNotes } from './denial-note.ts'
import type { LoginShells } from './login-shell.ts'
import type { OutputPipes } from './output-pipe.ts'
import { execResultText } from './output-text.ts'
import { PROCESSES_MAX, PROCESSES_WARN, type ProcessTable } from './process-table.ts'
import { type RunningProcess, startProcess } from './running-process.ts'
import { displayCommand, shellArgv } from './shell.ts'

const YIELD_MS_DEFAULT = 10_000
export const YIELD_MS_MIN = 250
export const YIELD_MS_MAX = 30_000
/** Of a script, in characters. */
const SCRIPT_CHARS_MAX = 100_000

const Input = z.object({
  cmd: z.string(),
  workdir: z.string().nullish(),
  shell: z.string().nullish(),
  login: z.boolean().nullish(),
  tty: z.boolean().nullish(),
  yield_time_ms: z.number().nullish(),
  max_output_tokens: z.number().nullish(),
  sandbox_permissions: z.enum(['use_default', 'require_escalated']).nullish(),
  justification: z.string().nullish(),
  prefix_rule: z.array(z.string()).nullish(),
})
export type ExecInput = z.output<typeof Input>

export interface ExecPorts {
  readonly sandbox: Sandbox
  readonly clock: Clock
  readonly processes: ProcessTable
  readonly pipes: OutputPipes
  readonly loginShells: LoginShells
  /** Prepares the patch of `apply_patch <<EOF` as the patch tool would. */
  preparePatch(patch: string, folder: string, context: ToolContext): Promise<PreparedCall>
}

export function createExecCommand(ports: ExecPorts): Tool<ExecInput> {
  return {
    name: 'exec_command',
    parallel: true,
    input: Input,
    spec: { kind: 'function', name: 'exec_command', description: DESCRIPTION, parameters },
    prepare: (input, context) =>
      prepareScript(ports, input, context, (process, run, beganMs) =>
        yielded(ports, process, { input, context, run, beganMs }),
      ),
  }
}

/** What becomes of a process that was just started, until the call has its answer. */
export type Settle = (
  process: RunningProcess,
  run: ToolRun,
  beganMs: number,
) => Promise<ToolOutcome>

/** A script that is a patch is one. Throws ToolFailure when the command makes no sense. */
export async function prepareScript(
  ports: ExecPorts,
  input: ExecInput,
  context: ToolContext,
  settle: Settle,
): Promise<PreparedCall> {
  const cwd = path.resolve(context.cwd, input.workdir ?? '.')
  await mustBeFolder(input, cwd, context)
  const intercepted = patchOf(input.cmd)
  if (!intercepted) return prepareCommand(ports, input, cwd, context, settle)
  const folder = path.resolve(cwd, intercepted.folder ?? '.')
  return ports.preparePatch(intercepted.patch, folder, context)
}

/** Throws ToolFailure, with the card of a command that failed, when the folder cannot be entered. */
async function mustBeFolder(input: ExecInput, folder: string, context: ToolContext): Promise<void> {
  const reason = await fs.promises.stat(folder).then(
    (stat) => (stat.isDirectory() ? null : 'Not a directory'),
    (error: NodeJS.ErrnoException) =>
      error.code === 'ENOENT' ? 'No such file or directory' : messageOf(error),
  )
  if (reason === null) return
  const text = `exec_command failed: ${folder}: ${reason}`
  const argv = shellArgv(input.cmd, input.shell ?? null, input.login ?? true)
  const card = cardOf(input, argv, folder, context, null)
  const ended = { status: 'failed', aggregatedOutput: text, exitCode: -1, durationMs: 0 } as const
  throw new ToolFailure(text, { ...card, ...ended }, card)
}

function cardOf(
  input: ExecInput,
  argv: readonly string[],
  cwd: string,
  context: ToolContext,
  sessionId: number | null,
): CommandExecutionItem {
  return {
    type: 'commandExecution',
    id: context.callId,
    command: displayCommand(argv),
    cwd,
    processId: sessionId === null ? null : String(sessionId),
    source: 'unifiedExecStartup',
    status: 'inProgress',
    commandActions: [...commandActions(input.cmd, cwd)],
    aggregatedOutput: null,
    exitCode: null,
    durationMs: null,
    pluginId: null,
    scriptPath: null,
  }
}

function prepareCommand(
  ports: ExecPorts,
  input: ExecInput,
  cwd: string,
  context: ToolContext,
  settle: Settle,
): PreparedCall {
  if (input.cmd.includes('\0')) throw new ToolFailure('the command contains a NUL character')
  if (input.cmd.length > SCRIPT_CHARS_MAX)
    throw new ToolFailure(`the command is longer than ${SCRIPT_CHARS_MAX} characters`)
  const argv = shellArgv(input.cmd, input.shell ?? null, input.login ?? true)
  const sessionId = ports.processes.newSessionId()
  const item = cardOf(input, argv, cwd, context, sessionId)
  const tty = input.tty ?? false
  let process: RunningProcess | undefined
  return {
    item,
    action: {
      type: 'command',
      argv,
      command: item.command,
      commandActions: item.commandActions,
      cwd,
      tty,
      escalate: input.sandbox_permissions === 'require_escalated',
      justification: input.justification ?? null,
      prefixRule: input.prefix_rule ?? null,
    },
    async run(run) {
      run.signal.throwIfAborted()
      const beganMs = ports.clock.now()
      process = await start(
        ports,
        { argv, script: input.cmd, cwd, tty, sessionId, item, context },
        run,
      )
      return settle(process, run, beganMs)
    },
    stopped: (status) =>
      status === 'failed' && process
        ? { ...process.finalItem(), status }
        : { ...item, source: 'agent', processId: null, status },
  }
}

interface Start {
  readonly argv: readonly string[]
  readonly script: string
  readonly cwd: string
  readonly tty: boolean
  readonly sessionId: number
  readonly item: CommandExecutionItem
  readonly context: ToolContext
}

async function start(ports: ExecPorts, wanted: Start, run: ToolRun): Promise<RunningProcess> {
  const { argv, script, cwd, tty, sessionId, item, context } = wanted
  const profile = run.bypassSandbox ? ({ type: 'disabled' } as const) : context.profile
  const asked = {
    argv,
    cwd,
    env: commandEnvironment(context, profile, sessionId),
    profile,
    workspaceRoots: context.workspaceRoots,
    tty,
  }
  const command = await ports.sandbox.prepare(await ports.loginShells.shorten(asked))
  try {
    const process = await startProcess(
      {
        sessionId,
        threadId: context.threadId,
        tty,
        command,
        item,
        script,
        outputDelta: (text) => run.progress.outputDelta(text),
      },
      ports.clock,
      ports.pipes,
    )
    if (!process.sandboxed) ports.processes.noteUnconfined(context.threadId)
    ports.processes.add(process)
    return process
  } catch (error) {
    throw new ToolFailure(`the command could not be started: ${messageOf(error)}`)
  }
}

/** Waits for a while, and leaves it running when it takes longer. */
async function yielded(
  ports: ExecPorts,
  process: RunningProcess,
  call: { input: ExecInput; context: ToolContext; run: ToolRun; beganMs: number },
): Promise<ToolOutcome> {
  const { input, context, run, beganMs } = call
  const yieldMs = clamp(input.yield_time_ms ?? YIELD_MS_DEFAULT, YIELD_MS_MIN, YIELD_MS_MAX)
  const exited = await waitOrEnd(ports, process, yieldMs, run)
  if (exited) ports.processes.remove(process)
  else void finishLater(process, run)
  return outcome(ports, process, context, {
    exited,
    wallTimeMs: ports.clock.now() - beganMs,
    maxOutputTokens: input.max_output_tokens ?? null,
  })
}

/** True when it exited in time. When the call is cut, the process goes with it, in the background. */
export async function waitOrEnd(
  ports: ExecPorts,
  process: RunningProcess,
  ms: number,
  run: ToolRun,
): Promise<boolean> {
  try {
    return await process.waits(ms, run.signal, run.waitPause)
  } catch (error) {
    ports.processes.end(process)
    throw error
  }
}

async function finishLater(process: RunningProcess, run: ToolRun): Promise<void> {
  await process.ended
  run.completeLater(process.finalItem())
}

/** The answer to a call that started a process or looked at one. */
export function outcome(
  ports: Pick<ExecPorts, 'processes'>,
  process: RunningProcess,
  context: ToolContext,
  call: { exited: boolean; wallTimeMs: number; maxOutputTokens: number | null },
): ToolOutcome {
  const live = ports.processes.count(process.threadId)
  const { sandboxed, exitCode } = process
  const output = process.takeOutput()
  const notes = [
    ...(live >= PROCESSES_WARN
      ? [
          `Warning: ${live} of at most ${PROCESSES_MAX} background processes are open; end those no longer needed.`,
        ]
      : []),
    ...(call.exited ? denialNotes({ sandboxed, exitCode, output: output.text }, context) : []),
  ]
  const text = execResultText({
    chunkId: randomBytes(3).toString('hex'),
    wallTimeMs: Math.max(0, call.wallTimeMs),
    state: call.exited
      ? { type: 'exited', exitCode: process.exitCode ?? 0 }
      : { type: 'running', sessionId: process.sessionId },
    output,
    maxOutputTokens: call.maxOutputTokens,
    ...(notes.length > 0 && { warning: notes.join('\n') }),
  })
  return { output: text, item: call.exited ? process.finalItem() : null }
}

export function clamp(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max)
}

const DESCRIPTION =
  'Runs a shell command and returns its output. A command that is still running when the waiting time is over goes on in the background; its session ID is returned, for write_stdin.'

const parameters = {
  type: 'object',
  properties: {
    cmd: { type: 'string', description: 'The shell script to run.' },
    workdir: { type: 'string', description: "Folder to run in; the turn's folder by default." },
    shell: { type: 'string', description: "bash, zsh or sh; the user's shell by default." },
    login: { type: 'boolean', description: 'Start it as a login shell. Default true.' },
    tty: {
      type: 'boolean',
      description: 'Give it a terminal, which write_stdin can type into. Default false: no input.',
    },
    yield_time_ms: {
      type: 'number',
      description: 'How long to wait for the end, in milliseconds: 250 to 30000, default 10000.',
    },
    max_output_tokens: {
      type: 'number',
      description:
        'How much output to return; the middle of longer output is left out. Default 10000.',
    },
    sandbox_permissions: {
      type: 'string',
      enum: ['use_default', 'require_escalated'],
      description:
        'use_default runs in the sandbox. require_escalated asks the user to run this one command outside of it.',
    },
    justification: {
      type: 'string',
      description: 'With require_escalated: one sentence for the user on why it is needed.',
    },
    prefix_rule: {
      type: 'array',
      items: { type: 'string' },
      description: 'With require_escalated: first words that could be allowed from now on.',
    },
  },
  required: ['cmd'],
  additionalProperties: false,
}
