// A command that the person typed: run in their own shell, without a sandbox and without asking, in a turn of its
// own or beside the one that runs. The model reads it with its next request; nothing is asked of it now.
import type { CommandExecutionItem } from '../../../protocol/index.ts'
import type { Clock } from '../../lib/clock.ts'
import { newId } from '../../lib/ids.ts'
import { userMessage } from '../../model/model-item.ts'
import type { UserShell } from '../../tools/tool.ts'
import { finishTurn } from './turn-failure.ts'
import type { TurnScope } from './turn-scope.ts'
import type { ShellTask } from './turn-task.ts'

/** Unless the person says otherwise. */
const TIMEOUT_MS_DEFAULT = 60 * 60 * 1000
/** Of the output that the model reads, in characters; the card has all of it. */
const OUTPUT_CHARS_MAX = 40_000

export interface UserShellPorts {
  readonly userShell: UserShell
  readonly clock: Clock
  commandEnvironment(): Readonly<Record<string, string>>
}

export async function runShellTurn(
  scope: TurnScope,
  ports: UserShellPorts,
  task: ShellTask,
): Promise<void> {
  await runUserShell(scope, ports, task)
  await finishTurn(scope, { status: 'completed' }, [])
}

/** Rejects with the signal's reason when the turn is cut; the command is ended then. */
export async function runUserShell(
  scope: TurnScope,
  ports: UserShellPorts,
  { command, timeoutMs }: ShellTask,
): Promise<void> {
  const { turnId, signal } = scope
  const id = newId()
  const startedAtMs = ports.clock.now()
  const shell = await ports.userShell.start({
    id,
    threadId: scope.threadId,
    command,
    cwd: scope.snapshot.values.cwd,
    env: ports.commandEnvironment(),
    outputDelta: (text) => scope.delta('commandExecution', id, { kind: 'output', text }),
  })
  await scope.record([{ type: 'itemStarted', turnId, item: { ...shell.item, startedAtMs } }])
  const ended = await shell.waits(timeoutMs ?? TIMEOUT_MS_DEFAULT, signal)
  const item = { ...ended, startedAtMs, completedAtMs: ports.clock.now() }
  await scope.recordLater([
    { type: 'itemCompleted', turnId, item },
    { type: 'modelItemsRecorded', turnId, items: [noteOf(command, item)] },
  ])
}

function noteOf(command: string, item: CommandExecutionItem) {
  const seconds = ((item.durationMs ?? 0) / 1000).toFixed(4)
  const text = [
    '<user_shell_command>',
    `<command>\n${command}\n</command>`,
    `<result>\nExit code: ${item.exitCode ?? 'none'}\nDuration: ${seconds} seconds\nOutput:`,
    middleCut(item.aggregatedOutput ?? ''),
    '</result>',
    '</user_shell_command>',
  ].join('\n')
  return userMessage([{ type: 'input_text', text }])
}

function middleCut(output: string): string {
  if (output.length <= OUTPUT_CHARS_MAX) return output
  const half = OUTPUT_CHARS_MAX / 2
  const left = output.length - OUTPUT_CHARS_MAX
  return `${output.slice(0, half)}\n[… ${left} characters left out …]\n${output.slice(-half)}`
}
