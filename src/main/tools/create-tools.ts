// Builds the tools that are offered to models, and the handle on the processes they leave behind.
import path from 'node:path'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import { latestOutput, terminalOf } from './exec/background-terminal.ts'
import { createExecCommand } from './exec/exec-command.ts'
import { createLoginShells, realLoginShells } from './exec/login-shell.ts'
import { createOutputPipes } from './exec/output-pipe.ts'
import { createProcessTable } from './exec/process-table.ts'
import { createShellCommand } from './exec/shell-command.ts'
import { createUserShell } from './exec/user-shell.ts'
import { createWriteStdin } from './exec/write-stdin.ts'
import { createViewImage } from './image/view-image.ts'
import { createApplyPatch } from './patch/apply-patch.ts'
import { createToolRegistry, type ToolRegistry } from './registry.ts'
import { createRequestPermissions } from './request-permissions.ts'
import { createRequestUserInput } from './request-user-input.ts'
import type { BackgroundProcesses, UserShell } from './tool.ts'
import { createUpdatePlan } from './update-plan.ts'

export interface ToolsOptions {
  readonly sandbox: Sandbox
  readonly logger: Logger
  readonly clock: Clock
  /** The app's own folder: patches never write there, and what login shells set up is kept there. */
  readonly home?: string
  /** $TMPDIR by default. */
  readonly tmpdir?: string | null
}

export interface Tools {
  readonly registry: ToolRegistry
  readonly background: BackgroundProcesses
  readonly userShell: UserShell
}

export function createTools(options: ToolsOptions): Tools {
  const { sandbox, logger, clock, home = null, tmpdir = process.env.TMPDIR ?? null } = options
  const processes = createProcessTable(logger)
  const pipes = createOutputPipes()
  const patch = createApplyPatch({ clock, tmpdir, home })
  const processOf = (threadId: string, processId: string) =>
    processes.all(threadId).find(({ sessionId }) => String(sessionId) === processId)
  const loginShells =
    home === null
      ? realLoginShells
      : createLoginShells({ sandbox, logger, folder: path.join(home, 'shell') })
  const exec = { sandbox, clock, processes, pipes, loginShells, preparePatch: patch.prepare }
  return {
    registry: createToolRegistry([
      createExecCommand(exec),
      createShellCommand(exec),
      createWriteStdin({ processes, clock }),
      patch.tool,
      createUpdatePlan(),
      createViewImage({ tmpdir }),
      createRequestUserInput(),
      createRequestPermissions(),
    ]),
    userShell: createUserShell({ sandbox, clock, processes, pipes }),
    background: {
      list: (threadId) =>
        Promise.all(
          processes
            .all(threadId)
            .filter(({ exitCode, isAwaited }) => exitCode === null && !isAwaited)
            .map(terminalOf),
        ),
      output(threadId, processId) {
        const found = processOf(threadId, processId)
        return found ? latestOutput(found) : null
      },
      write(threadId, processId, text) {
        const found = processOf(threadId, processId)
        if (!found || found.exitCode !== null) return 'unknown'
        if (!found.canWrite) return 'closed'
        found.write(text)
        return 'written'
      },
      async terminate(threadId, processId) {
        const found = processOf(threadId, processId)
        if (!found) return false
        processes.remove(found)
        await found.terminate()
        return true
      },
      clean: (threadId) => processes.clean(threadId),
      async cleanAll() {
        await processes.cleanAll()
        pipes.close()
      },
    },
  }
}
