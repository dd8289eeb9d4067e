// The line at the lower edge: health of the store, what runs, what waits, and the numbers of the open thread.
import { CircleAlert, CircleCheck, Loader, ShieldQuestion } from 'lucide-react'
import type { StoreHealth } from '../../state/connection-store.ts'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import type { ThreadStore } from '../../state/thread-store.ts'
import { count } from '../../ui/relative-time.ts'
import { Tooltip } from '../../ui/tooltip.tsx'
import { useOpenThread } from '../threads/use-open-thread.ts'
import './status-bar.css'

export function StatusBar() {
  const thread = useOpenThread()
  return (
    // biome-ignore lint/a11y/useSemanticElements: a <footer> may not be given a name here, this landmark has one.
    <div role="contentinfo" className="status-bar" aria-label="Status" data-region>
      <Health />
      <Running />
      <Approvals />
      <span className="status-bar-space" />
      {thread && <ThreadNumbers store={thread} />}
    </div>
  )
}

function Health() {
  const { connection } = useStores()
  const health = useSelector(connection, (state) => state.health)
  if (!health) return null
  const isFine = health.state === 'healthy'
  const icon = isFine ? (
    <CircleCheck size={13} aria-hidden />
  ) : (
    <CircleAlert size={13} aria-hidden />
  )
  return (
    <Tooltip text={healthDetail(health)} placement="top">
      <span
        role="status"
        data-testid="store-health"
        className={isFine ? 'status-bar-part' : 'status-bar-part status-bar-warning'}
      >
        {icon}
        {healthText(health)}
      </span>
    </Tooltip>
  )
}

function healthText(health: StoreHealth): string {
  switch (health.state) {
    case 'healthy':
      return 'Store: healthy'
    case 'repaired':
      return `Store: repaired ${health.repairs.reduce((sum, repair) => sum + repair.count, 0)}`
    case 'damaged':
      return 'Store: damaged'
    case 'readOnly':
      return 'Store: read-only'
  }
}

function healthDetail(health: StoreHealth): string {
  const repairs = health.repairs.map((repair) => repair.text)
  return [health.reason ?? 'Everything is saved on this machine', ...repairs].join('. ')
}

function Running() {
  const { threadList } = useStores()
  const running = useSelector(
    threadList,
    (state) => state.threads.filter((thread) => thread.status.type === 'active').length,
  )
  return (
    <span className="status-bar-part">
      <Loader size={13} aria-hidden />
      {running} running
    </span>
  )
}

function Approvals() {
  const { approvals, ui } = useStores()
  const pending = useSelector(approvals, (state) => state.pending.length)
  return (
    <button
      type="button"
      className={pending > 0 ? 'status-bar-part status-bar-waiting' : 'status-bar-part'}
      onClick={() => ui.actions.openDialog({ kind: 'approvals' })}
    >
      <ShieldQuestion size={13} aria-hidden />
      {pending === 1 ? '1 approval' : `${pending} approvals`}
    </button>
  )
}

function ThreadNumbers({ store }: { store: ThreadStore }) {
  const model = useSelector(store, (state) => state.settings?.model ?? state.thread?.model)
  const tokens = useSelector(
    store,
    (state) => state.turns.findLast((turn) => turn.tokens !== null)?.tokens?.totalTokens,
  )
  return (
    <>
      {tokens !== undefined && (
        <Tooltip text="Tokens of the last turn, over all its requests" placement="top">
          <span className="status-bar-part">{count(tokens)} tokens last turn</span>
        </Tooltip>
      )}
      {model && <span className="status-bar-part status-bar-model">{model}</span>}
    </>
  )
}
