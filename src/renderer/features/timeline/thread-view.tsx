// A thread as one reads it: fills what is left of its parent. `store` is the thread's, read and ready.
import { useEffect } from 'react'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import type { ThreadStore } from '../../state/thread-store.ts'
import { FindBar } from '../search/find-bar.tsx'
import { liveWords } from './live-words.ts'
import './thread-view.css'
import { Transcript } from './transcript.tsx'

export function ThreadView({ store }: { store: ThreadStore }) {
  const hasTurns = useSelector(store, (state) => state.turns.length > 0)
  useAnnouncements(store)
  return (
    <div className="thread-view">
      <FindBar key={`find ${store.threadId}`} thread={store} />
      {hasTurns ? <Transcript key={store.threadId} thread={store} /> : <Empty store={store} />}
    </div>
  )
}

function Empty({ store }: { store: ThreadStore }) {
  const cwd = useSelector(store, (state) => state.settings?.cwd)
  return (
    <div className="thread-empty">
      <p className="thread-empty-title">What shall be done?</p>
      {cwd && (
        <p>
          The agent works in <code>{cwd}</code>
        </p>
      )}
    </div>
  )
}

function useAnnouncements(store: ThreadStore): void {
  const { ui } = useStores()
  useEffect(
    () =>
      store.subscribe((after, before) => {
        const words = liveWords(before, after)
        if (words) ui.actions.announce(words)
      }),
    [store, ui],
  )
}
