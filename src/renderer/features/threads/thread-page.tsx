// One thread: header, transcript, what waits for the person, and the message field.
import { useEffect, useState } from 'react'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import type { ThreadStore } from '../../state/thread-store.ts'
import { Button } from '../../ui/button.tsx'
import { Spinner } from '../../ui/small.tsx'
import { AttentionStrip } from '../approvals/attention-strip.tsx'
import { Composer } from '../composer/composer.tsx'
import { GoalBar } from '../goals/goal-bar.tsx'
import { GoalNotices } from '../goals/goal-notices.tsx'
import { GoalOffer } from '../goals/goal-offer.tsx'
import { Banner } from '../shell/banners.tsx'
import { focusPart } from '../shell/window-parts.ts'
import { ThreadView } from '../timeline/thread-view.tsx'
import { ThreadHeader } from './thread-header.tsx'
import './thread-page.css'
import { useMarkRead } from './use-mark-read.ts'

export function ThreadPage({ store }: { store: ThreadStore }) {
  const phase = useSelector(store, (state) => state.phase)
  const isArchived = useSelector(store, (state) => state.isArchived)
  const threadId = useSelector(store, (state) => state.threadId)
  useMarkRead(store)
  useComposerFocus(phase === 'ready')
  if (phase === 'loading') return <Loading store={store} />
  if (phase !== 'ready') return <Unavailable store={store} />
  return (
    <div className="thread-page">
      <ThreadHeader store={store} />
      <GoalNotices />
      <GoalBar threadId={threadId} />
      {isArchived && <ArchivedBanner store={store} />}
      <ThreadView store={store} />
      {!isArchived && (
        <div className="thread-page-foot">
          <AttentionStrip store={store} />
          <GoalOffer threadId={threadId} />
          <Composer store={store} />
        </div>
      )}
    </div>
  )
}

/** The page that started the thread took the focus with it when it went: typing may begin at once. */
function useComposerFocus(isReady: boolean): void {
  useEffect(() => {
    if (isReady && document.activeElement === document.body) focusPart('composer')
  }, [isReady])
}

function ArchivedBanner({ store }: { store: ThreadStore }) {
  const unarchive = (
    <Button size="small" onClick={() => void store.actions.unarchive()}>
      Unarchive
    </Button>
  )
  return (
    <Banner kind="archived" tone="neutral" action={unarchive}>
      This thread is archived. Take it out of the archive to go on with it.
    </Banner>
  )
}

/** Nothing at first, so that a quick opening does not flicker; then a sign; then a way out. */
const QUIET_MS = 150
const PATIENCE_MS = 8_000

function Loading({ store }: { store: ThreadStore }) {
  const [waited, setWaited] = useState<'briefly' | 'noticeably' | 'long'>('briefly')
  useEffect(() => {
    const notice = setTimeout(() => setWaited('noticeably'), QUIET_MS)
    const lose = setTimeout(() => setWaited('long'), PATIENCE_MS)
    return () => {
      clearTimeout(notice)
      clearTimeout(lose)
    }
  }, [])
  if (waited === 'briefly') return null
  return (
    <div className="thread-notice" role="status">
      <p className="thread-notice-line">
        <Spinner /> Opening the thread…
      </p>
      {waited === 'long' && (
        <>
          <p>This is taking longer than it should.</p>
          <Button onClick={() => void store.actions.open()}>Try again</Button>
        </>
      )}
    </div>
  )
}

function Unavailable({ store }: { store: ThreadStore }) {
  const { ui } = useStores()
  const problem = useSelector(store, (state) => state.problem)
  const isGone = useSelector(store, (state) => state.phase === 'gone')
  return (
    <div className="thread-notice" role="alert">
      <h1>{isGone ? 'This thread is not here any more' : 'This thread could not be opened'}</h1>
      <p>{problem}</p>
      <div className="thread-notice-actions">
        {!isGone && (
          <Button variant="primary" onClick={() => void store.actions.open()}>
            Try again
          </Button>
        )}
        <Button onClick={() => ui.actions.openDialog({ kind: 'palette', prefix: '@' })}>
          Find another thread
        </Button>
        <Button onClick={() => ui.actions.showThread(null)}>New thread</Button>
      </div>
    </div>
  )
}
