// What is said aloud about a thread that is watched: that a turn began, waits, ended. Never its text.
import { activeTurn, type ThreadState, type TurnView } from '../../state/thread-state.ts'
import { formatCount } from './format.ts'

/** The announcement this change is worth; null for most changes. */
export function liveWords(before: ThreadState, after: ThreadState): string | null {
  if (before.phase !== 'ready' || after.phase !== 'ready') return null
  const running = activeTurn(after)
  if (running && activeTurn(before)?.id !== running.id) return 'Turn started'
  if (isWaiting(after) && !isWaiting(before)) return 'Waiting for approval'
  const wasRunning = activeTurn(before)
  const ended = wasRunning && after.turns.findLast((turn) => turn.id === wasRunning.id)
  return ended && ended.status !== 'inProgress' ? endWords(ended) : null
}

function endWords(turn: TurnView): string {
  if (turn.status === 'interrupted') return 'Turn interrupted'
  if (turn.status === 'failed') return 'Turn failed'
  const answer = turn.items.findLast(({ item }) => item.type === 'agentMessage')?.item
  const text = answer?.type === 'agentMessage' ? answer.text : ''
  const lines = text.split('\n').filter((line) => line.trim() !== '').length
  return `Turn finished, ${formatCount(lines, 'line')}`
}

function isWaiting({ status }: ThreadState): boolean {
  return status.type === 'active' && status.activeFlags.length > 0
}
