// What a client hears in a few words each, so that a test can state a whole turn as one list.
import type { Notification, ThreadItem } from '../src/protocol/index.ts'

export function inWords(notification: Notification): string {
  const { method, params } = notification
  switch (method) {
    case 'thread/status/changed':
      return `status ${params.status.type}${params.status.type === 'active' ? params.status.activeFlags.map((flag) => ` ${flag}`).join('') : ''}`
    case 'turn/completed':
      return `turn/completed ${params.turn.status}`
    case 'item/started':
    case 'item/completed':
      return `${method} ${itemInWords(params.item)}`
    case 'item/agentMessage/delta':
    case 'item/commandExecution/outputDelta':
    case 'item/reasoning/summaryTextDelta':
      return `delta ${JSON.stringify(params.delta)}`
    case 'error':
      return `error ${params.willRetry ? 'retry' : 'final'} ${params.error.message}`
    case 'skein/approval/updated':
      return `approval ${params.state}`
    default:
      return method
  }
}

function itemInWords(item: ThreadItem): string {
  switch (item.type) {
    case 'commandExecution':
    case 'fileChange':
      return `${item.type} ${item.status}`
    default:
      return item.type
  }
}
