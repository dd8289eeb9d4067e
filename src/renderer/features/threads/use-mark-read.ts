// A thread counts as read once it has been in view, in a focused window, for a moment.
import { useEffect, useState } from 'react'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import type { ThreadStore } from '../../state/thread-store.ts'

const SEEN_AFTER_MS = 1_000

export function useMarkRead(store: ThreadStore): void {
  const { threadList } = useStores()
  const { threadId } = store
  const isUnread = useSelector(
    threadList,
    // Where reading stopped is not known of every thread yet.
    ({ readStates, keptUnread }) =>
      keptUnread !== threadId && readStates[threadId]?.firstUnread !== null,
  )
  const revision = useSelector(threadList, ({ readStates }) => readStates[threadId]?.revision)
  const isFocused = useWindowFocus()
  useEffect(() => () => threadList.actions.leave(threadId), [threadList, threadId])
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new end of a turn is seen for a second of its own.
  useEffect(() => {
    if (!isUnread || !isFocused) return
    const timer = setTimeout(() => void threadList.actions.markRead(threadId), SEEN_AFTER_MS)
    return () => clearTimeout(timer)
  }, [threadList, threadId, isUnread, isFocused, revision])
}

function useWindowFocus(): boolean {
  const [isFocused, setFocused] = useState(() => document.hasFocus())
  useEffect(() => {
    const update = () => setFocused(document.hasFocus())
    window.addEventListener('focus', update)
    window.addEventListener('blur', update)
    return () => {
      window.removeEventListener('focus', update)
      window.removeEventListener('blur', update)
    }
  }, [])
  return isFocused
}
