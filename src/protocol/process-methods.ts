// Requests about processes: commands of a client's own, and the terminals that a thread left running.
import { z } from 'zod'
import { ThreadId } from './ids.ts'
import { page, params } from './params.ts'
import {
  BackgroundTerminal,
  commandExecParams,
  processSpawnParams,
  TerminalSize,
} from './processes.ts'

const empty = z.object({})

export const processMethods = {
  'command/exec': {
    params: params(commandExecParams),
    /** At its end; what was streamed is not repeated. */
    result: z.object({ exitCode: z.number(), stdout: z.string(), stderr: z.string() }),
  },
  'command/exec/write': {
    params: params({
      processId: z.string(),
      deltaBase64: z.string().optional(),
      closeStdin: z.boolean().optional(),
    }),
    result: empty,
  },
  'command/exec/resize': {
    params: params({ processId: z.string(), size: TerminalSize }),
    result: empty,
  },
  'command/exec/terminate': { params: params({ processId: z.string() }), result: empty },
  /** Unconfined; refused to windows. */
  'process/spawn': { params: params(processSpawnParams), result: empty },
  'process/writeStdin': {
    params: params({
      processHandle: z.string(),
      deltaBase64: z.string().optional(),
      closeStdin: z.boolean().optional(),
    }),
    result: empty,
  },
  'process/resizePty': {
    params: params({ processHandle: z.string(), size: TerminalSize }),
    result: empty,
  },
  'process/kill': { params: params({ processHandle: z.string() }), result: empty },
  'thread/backgroundTerminals/list': {
    params: params({ threadId: ThreadId, ...page }),
    result: z.object({ data: z.array(BackgroundTerminal), nextCursor: z.string().nullable() }),
  },
  'thread/backgroundTerminals/terminate': {
    params: params({ threadId: ThreadId, processId: z.string() }),
    result: z.object({ terminated: z.boolean() }),
  },
  'thread/backgroundTerminals/clean': { params: params({ threadId: ThreadId }), result: empty },
  /** The latest output of a background terminal, at most 32,768 characters. */
  'skein/terminal/read': {
    params: params({ threadId: ThreadId, processId: z.string() }),
    result: z.object({ output: z.string() }),
  },
  /** Types into a background terminal; line ends are part of the text. */
  'skein/terminal/write': {
    params: params({ threadId: ThreadId, processId: z.string(), text: z.string().max(65_536) }),
    result: empty,
  },
} as const
