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
  useAppearance()
  useLinks()
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

function useAppearance(): void {
  const { ui } = useStores()
  const contrast = useSelector(ui, (state) => state.contrast)
  const density = useSelector(ui, (state) => state.density)
  const textSize = useSelector(ui, (state) => state.textSize)
  const theme = useSelector(ui, (state) => state.theme)
  // Before anything is painted, or a dark window would flash white.
  useLayoutEffect(() => {
    const root = document.documentElement
    if (theme === 'system') root.removeAttribute('data-theme')
    else root.setAttribute('data-theme', theme)
  }, [theme])
  useLayoutEffect(() => {
    const wished = matchMedia('(prefers-contrast: more)')
    const show = () => {
      const isMore = contrast === 'more' || wished.matches
      document.documentElement.setAttribute('data-contrast', isMore ? 'more' : 'normal')
    }
    show()
    wished.addEventListener('change', show)
    return () => wished.removeEventListener('change', show)
  }, [contrast])
  useLayoutEffect(() => {
    document.documentElement.setAttribute('data-density', density)
  }, [density])
  useLayoutEffect(() => {
    document.documentElement.style.fontSize = textSize === 100 ? '' : `${(16 * textSize) / 100}px`
  }, [textSize])
}

/** The app's menu, and later the system, hand over addresses inside of Skein. */
function useLinks(): void {
  const { ui, onLink } = useStores()
  useEffect(() => onLink((url) => void ui.actions.followLink(url)), [ui, onLink])
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
