// Has the store looked through, and says when that was done last.
import { useState } from 'react'
import { reportFailure } from '../../state/report-failure.ts'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import { Button } from '../../ui/button.tsx'
import { RelativeTime } from '../../ui/small.tsx'
import { Setting } from '../settings/setting.tsx'

export function CheckStore() {
  const stores = useStores()
  const { connection, ui } = stores
  const checkedAtMs = useSelector(connection, (state) => state.health?.checkedAtMs ?? null)
  const [isBusy, setBusy] = useState(false)

  async function check(): Promise<void> {
    setBusy(true)
    try {
      const { state, reason } = await connection.check()
      const found = reason ?? 'Some of the store is damaged.'
      ui.actions.toast({ text: state === 'damaged' ? found : 'The store is whole.' })
    } finally {
      setBusy(false)
    }
  }

  return (
    <Setting
      label="Check"
      detail="Looks through everything that is stored for damage, while Skein goes on. After a crash it does so by itself."
    >
      {checkedAtMs !== null && (
        <span className="store-note">
          Last found whole <RelativeTime atMs={checkedAtMs} />
        </span>
      )}
      <Button disabled={isBusy} onClick={() => void reportFailure(stores, check())}>
        {isBusy ? 'Checking…' : 'Check now'}
      </Button>
    </Setting>
  )
}
