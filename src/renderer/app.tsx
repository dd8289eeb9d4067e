// The window: its frame, and what reacts to keys, to the theme and to what is open.
import { useEffect, useLayoutEffect } from 'react'
import { AppDialogs } from './features/shell/app-dialogs.tsx'
import { AppFrame } from './features/shell/app-frame.tsx'
import { LiveRegion } from './features/shell/live-region.tsx'
import { Toasts } from './features/shell/toasts.tsx'
import { useShortcuts } from './features/shell/use-shortcuts.ts'
import { useSelector, useStores } from './state/stores-context.tsx'
import { titleOf } from './state/thread-state.ts'

export function App() {
  useTheme()
  useShortcuts()
  useWindowTitle()
  return (
    <>
      <AppFrame />
      <AppDialogs />
      <Toasts />
      <LiveRegion />
    </>
  )
}

function useTheme(): void {
  const { ui } = useStores()
  const theme = useSelector(ui, (state) => state.theme)
  // Before anything is painted, or a dark window would flash white.
  useLayoutEffect(() => {
    const root = document.documentElement
    if (theme === 'system') root.removeAttribute('data-theme')
    else root.setAttribute('data-theme', theme)
  }, [theme])
}

function useWindowTitle(): void {
  const { ui, threadList } = useStores()
  const threadId = useSelector(ui, (state) => state.openThreadId)
  const title = useSelector(threadList, (state) => {
    const thread = state.threads.find((candidate) => candidate.id === threadId)
    return thread && titleOf(thread)
  })
  useEffect(() => {
    document.title = title === undefined ? 'Skein' : `${title} — Skein`
  }, [title])
}
