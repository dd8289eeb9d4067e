// How a thread's agent is doing, from what the thread says; the latest value can be watched.
import type { ThreadSignal } from './thread-signal.ts'
import { createWatch, type Watch } from './watch.ts'

export type AgentStatus =
  | { readonly type: 'pending_init' }
  | { readonly type: 'running' }
  | { readonly type: 'interrupted' }
  | { readonly type: 'completed'; readonly lastAgentMessage: string | null }
  /** Stays until the next turn starts. */
  | { readonly type: 'errored'; readonly message: string }
  | { readonly type: 'shutdown' }
  | { readonly type: 'not_found' }

export function createAgentStatus(): Watch<AgentStatus> {
  return createWatch<AgentStatus>({ type: 'pending_init' })
}

/** Must be called before anybody else hears the signal: who has heard of an event sees at least its status. */
export function followStatus(status: Watch<AgentStatus>, signal: ThreadSignal): void {
  if (signal.type !== 'recorded') return
  const { event, turn } = signal
  if (event.type === 'turnStarted') status.set({ type: 'running' })
  if (event.type !== 'turnCompleted') return
  if (event.status === 'failed')
    status.set({ type: 'errored', message: event.error?.message ?? 'the turn failed' })
  else if (event.reason === 'replaced') status.set({ type: 'errored', message: 'replaced' })
  else if (event.status === 'interrupted') status.set({ type: 'interrupted' })
  else status.set({ type: 'completed', lastAgentMessage: turn?.lastAgentMessage?.text ?? null })
}
