// The tool `shell_command`: one command from its start to its end, for models that know no sessions. It is not offered,
// but answers to its name.
import { z } from 'zod'
import type { Tool } from '../tool.ts'
import { type ExecPorts, prepareScript, waitOrEnd } from './exec-command.ts'
import { OUTPUT_TOKENS_MAX, truncated } from './output-text.ts'

const TIMEOUT_MS_DEFAULT = 10_000
const TIMEOUT_MS_MAX = 3_600_000
/** As the shell's `timeout` says it. */
const EXIT_TIMED_OUT = 124

const Input = z.object({
  command: z.string(),
  workdir: z.string().nullish(),
  login: z.boolean().nullish(),
  timeout_ms: z.number().nonnegative().nullish(),
  sandbox_permissions: z.enum(['use_default', 'require_escalated']).nullish(),
  justification: z.string().nullish(),
  prefix_rule: z.array(z.string()).nullish(),
})

export function createShellCommand(ports: ExecPorts): Tool<z.output<typeof Input>> {
  return {
    name: 'shell_command',
    isUnlisted: true,
    parallel: true,
    input: Input,
    spec: {
      kind: 'function',
      name: 'shell_command',
      description: 'Runs a shell command to its end, or until its time is over.',
      parameters: z.toJSONSchema(Input),
    },
    prepare({ command, timeout_ms, ...rest }, context) {
      const timeoutMs = Math.min(timeout_ms ?? TIMEOUT_MS_DEFAULT, TIMEOUT_MS_MAX)
      return prepareScript(
        ports,
        { ...rest, cmd: command },
        context,
        async (process, run, beganMs) => {
          const exited = await waitOrEnd(ports, process, timeoutMs, run)
          if (!exited) await process.terminate()
          ports.processes.remove(process)
          const ended = process.finalItem()
          const item = exited
            ? ended
            : { ...ended, exitCode: EXIT_TIMED_OUT, status: 'failed' as const }
          const seconds = (Math.max(0, ports.clock.now() - beganMs) / 1000).toFixed(1)
          const lines = [
            `Exit code: ${item.exitCode}`,
            `Wall time: ${seconds} seconds`,
            'Output:',
            ...(exited ? [] : [`command timed out after ${timeoutMs} milliseconds`]),
            truncated(process.takeOutput(), OUTPUT_TOKENS_MAX),
          ]
          return { output: lines.join('\n'), item }
        },
      )
    },
  }
}
