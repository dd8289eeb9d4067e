// Which threads take the most room: looked for when somebody asks, because all of them are looked at.
import { useState } from 'react'
import type { ThreadSize } from '../../../protocol/index.ts'
import { reportFailure } from '../../state/report-failure.ts'
import { useStores } from '../../state/stores-context.tsx'
import { Button } from '../../ui/button.tsx'
import { Setting } from '../settings/setting.tsx'
import { bytesText } from './bytes-text.ts'
import './store.css'

export function LargestThreads() {
  const stores = useStores()
  const { tasks, ui } = stores
  const [sizes, setSizes] = useState<readonly ThreadSize[] | null>(null)
  const [isBusy, setBusy] = useState(false)

  async function look(): Promise<void> {
    setBusy(true)
    try {
      setSizes(await tasks.sizes())
    } finally {
      setBusy(false)
    }
  }

  return (
    <>
      <Setting label="Largest threads" detail="Messages, outputs and pictures of each, on disk.">
        <Button disabled={isBusy} onClick={() => void reportFailure(stores, look())}>
          {isBusy ? 'Measuring…' : sizes ? 'Measure again' : 'Measure'}
        </Button>
      </Setting>
      {sizes?.length === 0 && <p className="store-note">There is no thread yet.</p>}
      {sizes && sizes.length > 0 && (
        <ol className="store-largest" aria-label="Largest threads">
          {sizes.map(({ threadId, title, bytes }) => (
            <li key={threadId}>
              <button type="button" onClick={() => ui.actions.showThread(threadId)}>
                {title === '' ? 'Untitled' : title}
              </button>
              <span>{bytesText(bytes)}</span>
            </li>
          ))}
        </ol>
      )}
    </>
  )
}
