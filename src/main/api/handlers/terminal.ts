// Commands that go on behind their thread: which there are, typing into them, and their end.
import type { Result } from '../../../protocol/index.ts'
import { SkeinError } from '../../lib/errors.ts'
import type { ThreadManager } from '../../threads/thread-manager.ts'
import type { BackgroundProcesses } from '../../tools/tool.ts'
import type { Handlers } from '../router.ts'
import { limitOf, sliceOf } from './paging.ts'

type TerminalMethods =
  | 'thread/backgroundTerminals/list'
  | 'thread/backgroundTerminals/terminate'
  | 'thread/backgroundTerminals/clean'
  | 'skein/terminal/read'
  | 'skein/terminal/write'

export interface TerminalPorts {
  readonly manager: Pick<ThreadManager, 'require'>
  readonly background: BackgroundProcesses
}

export function terminalHandlers({
  manager,
  background,
}: TerminalPorts): Pick<Handlers, TerminalMethods> {
  return {
    async 'thread/backgroundTerminals/list'({ threadId, cursor, limit }) {
      manager.require(threadId)
      const all: Result<'thread/backgroundTerminals/list'>['data'] = [
        ...(await background.list(threadId)),
      ]
      return sliceOf(all, cursor, limitOf(limit))
    },
    async 'thread/backgroundTerminals/terminate'({ threadId, processId }) {
      manager.require(threadId)
      if (!/^\d+$/.test(processId))
        throw new SkeinError(
          'invalidParams',
          `invalid background terminal process id: ${processId} is no number`,
        )
      return { terminated: await background.terminate(threadId, processId) }
    },
    async 'thread/backgroundTerminals/clean'({ threadId }) {
      manager.require(threadId)
      await background.clean(threadId)
      return {}
    },
    async 'skein/terminal/read'({ threadId, processId }) {
      manager.require(threadId)
      const output = background.output(threadId, processId)
      if (output === null) throw notRunning(processId)
      return { output }
    },
    async 'skein/terminal/write'({ threadId, processId, text }) {
      manager.require(threadId)
      switch (background.write(threadId, processId, text)) {
        case 'written':
          return {}
        case 'closed':
          throw new SkeinError('conflict', `processId: ${processId} takes no input`)
        case 'unknown':
          throw notRunning(processId)
      }
    },
  }
}

function notRunning(processId: string): SkeinError {
  return new SkeinError('conflict', `processId: no running process ${processId}`)
}
