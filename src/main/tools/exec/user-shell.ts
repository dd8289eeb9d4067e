// Runs a command of the person in their login shell, with nothing that confines it.
import type { CommandExecutionItem } from '../../../protocol/index.ts'
import type { Clock } from '../../lib/clock.ts'
import { messageOf } from '../../lib/errors.ts'
import type { Sandbox } from '../../sandbox/sandbox.ts'
import type { UserShell } from '../tool.ts'
import { commandActions } from './command-actions.ts'
import { commandEnvironment } from './command-environment.ts'
import type { OutputPipes } from './output-pipe.ts'
import type { ProcessTable } from './process-table.ts'
import { type RunningProcess, startProcess } from './running-process.ts'
import { displayCommand, shellArgv } from './shell.ts'

const UNCONFINED = { type: 'disabled' } as const

export function createUserShell(ports: {
  readonly sandbox: Sandbox
  readonly clock: Clock
  readonly processes: ProcessTable
  readonly pipes: OutputPipes
}): UserShell {
  const { sandbox, clock, processes, pipes } = ports

  return {
    async start({ id, threadId, command, cwd, env, outputDelta }) {
      const argv = shellArgv(command, null, true)
      const sessionId = processes.newSessionId()
      const item: CommandExecutionItem = {
        type: 'commandExecution',
        id,
        command: displayCommand(argv),
        cwd,
        processId: null,
        source: 'userShell',
        status: 'inProgress',
        commandActions: [...commandActions(command, cwd)],
        aggregatedOutput: null,
        exitCode: null,
        durationMs: null,
        pluginId: null,
        scriptPath: null,
      }
      const prepared = await sandbox.prepare({
        argv,
        cwd,
        env: commandEnvironment({ env, threadId, callId: id }, UNCONFINED, sessionId),
        profile: UNCONFINED,
        workspaceRoots: [],
        tty: false,
      })
      let process: RunningProcess
      try {
        process = await startProcess(
          {
            sessionId,
            threadId,
            tty: false,
            command: prepared,
            item,
            script: command,
            outputDelta,
          },
          clock,
          pipes,
        )
      } catch (error) {
        return notStarted(item, messageOf(error))
      }
      processes.noteUnconfined(threadId)
      processes.add(process)
      return {
        item,
        async waits(timeoutMs, signal) {
          try {
            const exited = await process.waits(timeoutMs, signal)
            if (!exited) await process.terminate()
            processes.remove(process)
            return process.finalItem()
          } catch (error) {
            processes.end(process)
            throw error
          }
        },
      }
    },
  }
}

function notStarted(item: CommandExecutionItem, reason: string) {
  return {
    item,
    waits: async (): Promise<CommandExecutionItem> => ({
      ...item,
      status: 'failed',
      aggregatedOutput: reason,
      exitCode: -1,
      durationMs: 0,
    }),
  }
}
