// A thread counts as read once it has been in view, in a focused window, for a moment.
import { useEffect, useState } from 'react'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import type { ThreadStore } from '../../state/thread-store.ts'

const SEEN_AFTER_MS = 1_000

export function useMarkRead(store: ThreadStore): void {
  const { threadList } = useStores()
  const { threadId } = store
  const isUnread = useSelector(threadList, (state) => (state.unread[threadId] ?? 0) > 0)
  const isFocused = useWindowFocus()
  useEffect(() => {
    if (!isUnread || !isFocused) return
    const timer = setTimeout(() => threadList.actions.markRead(threadId), SEEN_AFTER_MS)
    return () => clearTimeout(timer)
  }, [threadList, threadId, isUnread, isFocused])
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
