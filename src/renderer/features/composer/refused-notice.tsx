// Why a message came back, and what else can be done with it.
import { X } from 'lucide-react'
import { useSelector } from '../../state/stores-context.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import type { ComposerStore } from './composer-store.ts'

export interface RefusedNoticeProps {
  composer: ComposerStore
  isRunning: boolean
}

export function RefusedNotice({ composer, isRunning }: RefusedNoticeProps) {
  const refused = useSelector(composer, (state) => state.refused)
  if (!refused) return null
  return (
    <div className="refused" role="alert">
      <p>
        <strong>{refused.way === 'queue' ? 'Not queued' : 'Not sent'}, your text is kept.</strong>{' '}
        {refused.reason}
      </p>
      {refused.way === 'steer' && (
        <Button size="small" onClick={() => void composer.submit(isRunning ? 'queue' : 'send')}>
          {isRunning ? 'Queue it' : 'Send it'}
        </Button>
      )}
      <IconButton
        label="Dismiss"
        size="small"
        icon={<X size={14} aria-hidden />}
        onClick={composer.dismissReason}
      />
    </div>
  )
}
