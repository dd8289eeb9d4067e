// Builds the tools that are offered to models, and the handle on the processes they leave behind.
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import { createExecCommand } from './exec/exec-command.ts'
import { createOutputPipes } from './exec/output-pipe.ts'
import { createProcessTable } from './exec/process-table.ts'
import { createWriteStdin } from './exec/write-stdin.ts'
import { createToolRegistry, type ToolRegistry } from './registry.ts'
import { type BackgroundProcesses, ToolFailure } from './tool.ts'
import { createUpdatePlan } from './update-plan.ts'

export interface ToolsOptions {
  readonly sandbox: Sandbox
  readonly logger: Logger
  readonly clock: Clock
}

export interface Tools {
  readonly registry: ToolRegistry
  readonly background: BackgroundProcesses
}

export function createTools({ sandbox, logger, clock }: ToolsOptions): Tools {
  const processes = createProcessTable(logger)
  const pipes = createOutputPipes()
  const preparePatch = () => Promise.reject(new ToolFailure('apply_patch is not available'))
  return {
    registry: createToolRegistry([
      createExecCommand({ sandbox, clock, processes, pipes, preparePatch }),
      createWriteStdin({ processes, clock }),
      createUpdatePlan(),
    ]),
    background: {
      clean: (threadId) => processes.clean(threadId),
      async cleanAll() {
        await processes.cleanAll()
        pipes.close()
      },
    },
  }
}
