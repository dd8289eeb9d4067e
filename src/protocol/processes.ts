// Processes that a client starts or looks at: commands of its own, and terminals that a thread left running.
import { z } from 'zod'
import { SandboxPolicy } from './settings.ts'

export const TerminalSize = z.object({
  rows: z.number().int().min(1).max(1000),
  cols: z.number().int().min(1).max(1000),
})

/** Shared by command/exec and process/spawn. */
const start = {
  command: z.array(z.string()).min(1, 'command must not be empty'),
  tty: z.boolean().nullish(),
  streamStdin: z.boolean().nullish(),
  streamStdoutStderr: z.boolean().nullish(),
  /** Of each stream; 1 MiB by default. */
  outputBytesCap: z.number().int().nonnegative().nullish(),
  disableOutputCap: z.boolean().nullish(),
  /** 10 s by default. */
  timeoutMs: z.number().int().positive().nullish(),
  disableTimeout: z.boolean().nullish(),
  /** On top of the environment that commands get; null takes a variable away. */
  env: z.record(z.string(), z.string().nullable()).nullish(),
  size: TerminalSize.nullish(),
}

export const commandExecParams = {
  ...start,
  processId: z.string().min(1).nullish(),
  cwd: z.string().nullish(),
  sandboxPolicy: SandboxPolicy.nullish(),
  /** Id of a built-in permission profile. */
  permissionProfile: z.string().nullish(),
}

export const processSpawnParams = {
  ...start,
  processHandle: z.string().min(1),
  cwd: z.string(),
}

export const ProcessOutput = z.object({
  stream: z.enum(['stdout', 'stderr']),
  deltaBase64: z.string(),
  /** True: what comes after this is counted and not sent. */
  capReached: z.boolean(),
})

/** A command that outlived its call and goes on behind the thread. */
export const BackgroundTerminal = z.object({
  itemId: z.string(),
  processId: z.string(),
  command: z.string(),
  cwd: z.string(),
  osPid: z.number().nullable(),
  cpuPercent: z.number().nullable(),
  rssKb: z.number().nullable(),
  /** Of Skein. */
  skein: z
    .object({
      /** Milliseconds since 1970. */
      startedAtMs: z.number(),
      /** Text can be typed into it: it has a terminal. */
      canWrite: z.boolean(),
    })
    .optional(),
})
export type BackgroundTerminal = z.output<typeof BackgroundTerminal>
