// The tool `write_stdin`: types into a command that runs in the background, or only looks at what it printed since.
import { z } from 'zod'
import type { Clock } from '../../lib/clock.ts'
import { type Tool, type ToolContext, ToolFailure, type ToolRun } from '../tool.ts'
import { clamp, outcome, YIELD_MS_MAX, YIELD_MS_MIN } from './exec-command.ts'
import type { ProcessTable } from './process-table.ts'
import type { RunningProcess } from './running-process.ts'

const POLL_MS_MIN = 5000
const POLL_MS_MAX = 300_000
const INTERRUPT = '\u0003'

const Input = z.object({
  session_id: z.number(),
  chars: z.string().nullish(),
  yield_time_ms: z.number().nullish(),
  max_output_tokens: z.number().nullish(),
})
type Input = z.output<typeof Input>

export interface WriteStdinPorts {
  readonly processes: ProcessTable
  readonly clock: Clock
}

export function createWriteStdin(ports: WriteStdinPorts): Tool<Input> {
  return {
    name: 'write_stdin',
    parallel: false,
    input: Input,
    spec: { kind: 'function', name: 'write_stdin', description: DESCRIPTION, parameters },
    async prepare(input, context) {
      find(ports, input, context)
      return {
        action: { type: 'none' },
        item: null,
        run: (run) => interact(ports, input, context, run),
        stopped: () => null,
      }
    },
  }
}

function find(ports: WriteStdinPorts, input: Input, context: ToolContext): RunningProcess {
  const process = ports.processes.find(context.threadId, input.session_id)
  if (!process) throw new ToolFailure(`write_stdin failed: Unknown process id ${input.session_id}`)
  return process
}

async function interact(
  ports: WriteStdinPorts,
  input: Input,
  context: ToolContext,
  run: ToolRun,
): ReturnType<Awaited<ReturnType<Tool['prepare']>>['run']> {
  const process = find(ports, input, context)
  const beganMs = ports.clock.now()
  const chars = input.chars ?? ''
  if (process.exitCode === null) await type(process, chars)
  run.progress.terminalInteraction({
    itemId: process.item.id,
    processId: String(process.sessionId),
    stdin: chars,
  })
  const ms = waitMs(chars, input.yield_time_ms ?? null)
  const exited = await process.waits(ms, run.signal, run.waitPause)
  if (exited) ports.processes.remove(process)
  const looked = outcome(ports, process, context, {
    exited,
    wallTimeMs: ports.clock.now() - beganMs,
    maxOutputTokens: input.max_output_tokens ?? null,
  })
  // The card belongs to the call that started the process.
  return { ...looked, item: null }
}

async function type(process: RunningProcess, chars: string): Promise<void> {
  if (process.canWrite) process.write(chars)
  else if (chars === INTERRUPT) await process.interrupt()
  else if (chars !== '')
    throw new ToolFailure(
      'write_stdin failed: stdin is closed for this session; run the command again with tty set to true to type into it',
    )
}

/** Typing waits briefly for the answer; only looking waits longer, because nothing is about to happen. */
export function waitMs(chars: string, wanted: number | null): number {
  return chars === ''
    ? clamp(wanted ?? POLL_MS_MIN, POLL_MS_MIN, POLL_MS_MAX)
    : clamp(wanted ?? YIELD_MS_MIN, YIELD_MS_MIN, YIELD_MS_MAX)
}

const DESCRIPTION =
  'Types text into a command that runs in the background and returns what it printed since. Without text it waits for more output. \\u0003 interrupts the command.'

const parameters = {
  type: 'object',
  properties: {
    session_id: { type: 'number', description: 'As exec_command returned it.' },
    chars: {
      type: 'string',
      description: 'What to type, line ends included; empty to only look.',
    },
    yield_time_ms: {
      type: 'number',
      description:
        'How long to wait for output, in milliseconds: after typing 250 to 30000, default 250; else 5000 to 300000.',
    },
    max_output_tokens: {
      type: 'number',
      description:
        'How much output to return; the middle of longer output is left out. Default 10000.',
    },
  },
  required: ['session_id'],
  additionalProperties: false,
}
