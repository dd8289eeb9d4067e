// Asks until when threads shall be out of the way.
import { type FormEvent, useState } from 'react'
import { snoozeThreads } from '../../state/arrange-threads.ts'
import { countOf } from '../../state/bulk-threads.ts'
import { useStores } from '../../state/stores-context.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { snoozeTimes } from './snooze-times.ts'
import './arrange-dialogs.css'

export function SnoozeDialog(props: { threadIds: readonly string[]; onClose: () => void }) {
  const { threadIds, onClose } = props
  const stores = useStores()
  const [own, setOwn] = useState('')
  const ownMs = own === '' ? Number.NaN : new Date(own).getTime()
  const isLater = ownMs > Date.now()

  function snooze(untilMs: number): void {
    onClose()
    void snoozeThreads(stores, threadIds, untilMs)
  }

  function submit(event: FormEvent): void {
    event.preventDefault()
    if (isLater) snooze(ownMs)
  }

  return (
    <Dialog title={`Snooze ${countOf(threadIds.length)}`} onClose={onClose}>
      <p>
        Out of the way until then, at the end of the list. Whatever needs you comes back at once.
      </p>
      <ul className="place-list" aria-label="Until">
        {snoozeTimes(new Date()).map(({ name, atMs }) => (
          <li key={name}>
            <Button onClick={() => snooze(atMs)}>
              {name}
              <span className="place-detail">{shownTime.format(atMs)}</span>
            </Button>
          </li>
        ))}
      </ul>
      <form className="place-form" onSubmit={submit}>
        <input
          className="field"
          type="datetime-local"
          aria-label="Another time"
          value={own}
          onChange={(event) => setOwn(event.target.value)}
        />
        <Button type="submit" disabled={!isLater}>
          Snooze until then
        </Button>
      </form>
    </Dialog>
  )
}

export const shownTime = new Intl.DateTimeFormat('en', {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
})
