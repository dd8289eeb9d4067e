// The commands that go on behind a thread, one call to the app each. Each rejects with a BridgeFailure that says why.
import type { BackgroundTerminal, Bridge } from '../../protocol/index.ts'

export interface Terminals {
  list(): Promise<readonly BackgroundTerminal[]>
  /** What it printed last. */
  read(processId: string): Promise<string>
  /** Types the text, line ends included. */
  write(processId: string, text: string): Promise<void>
  stop(processId: string): Promise<void>
  stopAll(): Promise<void>
}

const PAGE = 100

export function createTerminals(bridge: Bridge, threadId: string): Terminals {
  return {
    async list() {
      const of = { threadId, limit: PAGE }
      return (await bridge.request('thread/backgroundTerminals/list', of)).data
    },
    async read(processId) {
      return (await bridge.request('skein/terminal/read', { threadId, processId })).output
    },
    async write(processId, text) {
      await bridge.request('skein/terminal/write', { threadId, processId, text })
    },
    async stop(processId) {
      await bridge.request('thread/backgroundTerminals/terminate', { threadId, processId })
    },
    async stopAll() {
      await bridge.request('thread/backgroundTerminals/clean', { threadId })
    },
  }
}
