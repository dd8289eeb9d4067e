// What concerns the whole window: a lost connection, a store that cannot be written, settings that were ignored.
import { CircleAlert, TriangleAlert, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import './banners.css'

export interface BannerProps {
  kind: string
  tone: 'danger' | 'warning' | 'neutral'
  children: ReactNode
  action?: ReactNode
}

/** An alert when something is wrong now, a status otherwise. */
export function Banner({ kind, tone, children, action }: BannerProps) {
  const Icon = tone === 'danger' ? CircleAlert : TriangleAlert
  return (
    <div
      role={tone === 'danger' ? 'alert' : 'status'}
      className={`banner banner-${tone}`}
      data-testid={`banner:${kind}`}
    >
      <Icon size={16} aria-hidden />
      <span className="banner-text">{children}</span>
      {action}
    </div>
  )
}

export function Banners() {
  return (
    <>
      <ConnectionBanner />
      <StoreBanner />
      <ConfigBanner />
    </>
  )
}

function ConnectionBanner() {
  const { connection, host } = useStores()
  const state = useSelector(connection, (current) => current.connection)
  if (state === 'open') return null
  const retry = (
    <Button size="small" onClick={connection.reconnect}>
      Retry now
    </Button>
  )
  return (
    <Banner kind="connection" tone="danger" action={retry}>
      The connection to Skein is lost. What you see may be old; your work goes on and is kept.
      Trying again by itself.
      {host === 'web' && ' If Skein was started anew, open the address it printed.'}
    </Banner>
  )
}

function StoreBanner() {
  const { connection } = useStores()
  const health = useSelector(connection, (state) => state.health)
  if (health?.state !== 'readOnly') return null
  const free = new Intl.NumberFormat('en', { notation: 'compact', style: 'unit', unit: 'byte' })
  return (
    <Banner kind="store" tone="danger">
      Skein cannot write: {health.reason ?? 'the reason is unknown'}. Everything stays readable and
      nothing new is pretended to be saved. Free space: {free.format(health.bytes.free)}.
    </Banner>
  )
}

function ConfigBanner() {
  const { config } = useStores()
  const warning = useSelector(config, (state) => state.warnings.at(-1))
  const more = useSelector(config, (state) => state.warnings.length - 1)
  if (!warning) return null
  const dismiss = (
    <IconButton
      size="small"
      label="Dismiss"
      icon={<X size={14} aria-hidden />}
      onClick={() => config.dismissWarning(warning)}
    />
  )
  return (
    <Banner kind="config" tone="warning" action={dismiss}>
      <strong>{warning.summary}</strong>
      {/* The rest of the details is an excerpt of the file, which says nothing in one line. */}
      {warning.details !== null && <> {warning.details.split('\n\n', 1)[0]}</>}
      {more > 0 && <> And {more} more.</>}
    </Banner>
  )
}
