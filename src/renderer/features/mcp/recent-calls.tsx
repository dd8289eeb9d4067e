// The latest calls of a server's tools: who called, how it ended, how long it took.
import type { McpCallRecord, McpServerStatus } from '../../../protocol/index.ts'
import { duration } from '../../ui/relative-time.ts'
import { RelativeTime } from '../../ui/small.tsx'

const words: Readonly<Record<McpCallRecord['outcome'], string>> = {
  running: 'running',
  ok: 'done',
  toolError: 'the tool failed',
  failed: 'no result',
  cancelled: 'cancelled',
}

export function RecentCalls({ server }: { server: McpServerStatus }) {
  const calls = server.skein?.recentCalls ?? []
  if (calls.length === 0) return null
  return (
    <>
      <h3 className="mcp-heading">Latest calls</h3>
      <ul className="mcp-entries" aria-label={`Latest calls of ${server.name}`}>
        {calls.map(({ tool, caller, startedAtMs, durationMs, outcome, error }) => (
          <li key={`${startedAtMs} ${tool}`} className="mcp-call">
            <code>{tool}</code>
            <span className={outcome === 'ok' || outcome === 'running' ? '' : 'mcp-problem'}>
              {words[outcome]}
              {error !== null && `: ${error}`}
            </span>
            <span className="mcp-facts">
              {caller === 'client' ? 'called by you' : 'called by the model'}
              {durationMs !== null && ` · ${duration(durationMs)}`} ·{' '}
              <RelativeTime atMs={startedAtMs} />
            </span>
          </li>
        ))}
      </ul>
    </>
  )
}
