// What would change: the settings of the next turn beside those of the thread, and the sandbox that follows from them.
import { useEffect, useState } from 'react'
import type { Preview } from '../../state/config-calls.ts'
import { messageOf } from '../../state/failures.ts'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import type { ThreadStore } from '../../state/thread-store.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { PreviewView } from '../config/preview-view.tsx'
import { useOpenThread } from '../threads/use-open-thread.ts'
import { composerOf } from './composer-store.ts'
import { overridesOf } from './overrides.ts'

export function PreviewDialog({ onClose }: { onClose: () => void }) {
  const thread = useOpenThread()
  return (
    <Dialog title="What would change" size="wide" onClose={onClose}>
      {thread ? <PreviewOf store={thread} /> : <p>Open a thread first.</p>}
    </Dialog>
  )
}

function PreviewOf({ store }: { store: ThreadStore }) {
  const { config } = useStores()
  const composer = composerOf(store, localStorage)
  const chosen = useSelector(composer, (state) => state.chosen)
  const isOnlyThisTurn = useSelector(composer, (state) => state.isOnlyThisTurn)
  const [preview, setPreview] = useState<Preview | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  useEffect(() => {
    let isWanted = true
    const overrides = overridesOf(chosen, isOnlyThisTurn)
    config.preview({ threadId: store.threadId, overrides }).then(
      (read) => isWanted && setPreview(read),
      (error: unknown) => isWanted && setProblem(messageOf(error)),
    )
    return () => {
      isWanted = false
    }
  }, [config, store, chosen, isOnlyThisTurn])
  if (problem !== null) return <p role="alert">It could not be tried: {problem}</p>
  if (!preview) return null
  return <PreviewView preview={preview} />
}
