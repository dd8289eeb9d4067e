// The regions of the window and their places: title bar, sidebar, thread, inspector, status bar.
import { type ReactNode, useEffect, useSyncExternalStore } from 'react'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import type { Panel } from '../../state/ui-store.ts'
import { Inspector } from '../inspector/inspector.tsx'
import { SettingsPage } from '../settings/settings-page.tsx'
import { MainArea } from '../threads/main-area.tsx'
import { Sidebar } from '../threads/sidebar.tsx'
import './app-frame.css'
import { Splitter } from './splitter.tsx'
import { StatusBar } from './status-bar.tsx'
import { TitleBar } from './title-bar.tsx'

export function AppFrame() {
  useOverlays()
  const { ui } = useStores()
  const section = useSelector(ui, (state) => state.settingsSection)
  return (
    <div className="frame">
      <button type="button" className="frame-skip" onClick={skipToComposer}>
        Skip to message field
      </button>
      <TitleBar />
      <div className="frame-middle">
        {section === null ? <ThreadPlace /> : <SettingsPage section={section} />}
      </div>
      <StatusBar />
    </div>
  )
}

function ThreadPlace() {
  return (
    <>
      <PanelPlace panel="sidebar">
        <Sidebar />
      </PanelPlace>
      <main aria-label="Thread" data-region className="frame-main">
        <MainArea />
      </main>
      <PanelPlace panel="inspector">
        <Inspector />
      </PanelPlace>
    </>
  )
}

/** A panel beside the thread with a movable edge, or over it where there is no room. */
function PanelPlace({ panel, children }: { panel: Panel; children: ReactNode }) {
  const { ui } = useStores()
  const isOverlay = useSelector(ui, (state) => state.overlays[panel])
  const isOpen = useSelector(ui, (state) => {
    if (state.overlays[panel]) return state.openOverlay === panel
    return panel === 'sidebar' ? state.isSidebarOpen : state.isInspectorOpen
  })
  const widthName = panel === 'sidebar' ? 'sidebarWidth' : 'inspectorWidth'
  const width = useSelector(ui, (state) => state[widthName])
  if (!isOpen) return null
  if (!isOverlay) {
    return (
      <Landmark panel={panel} width={width}>
        {children}
        <Splitter panel={widthName} />
      </Landmark>
    )
  }
  return (
    <div className={`frame-overlay frame-overlay-${panel}`}>
      <button
        type="button"
        className="frame-scrim"
        aria-label={panel === 'sidebar' ? 'Close sidebar' : 'Close inspector'}
        onClick={ui.actions.closeOverlay}
      />
      <Landmark panel={panel} width={width}>
        {children}
      </Landmark>
    </div>
  )
}

function Landmark(props: { panel: Panel; width: number; children: ReactNode }) {
  const { panel, width, children } = props
  const place = { className: 'frame-panel', style: { width }, 'data-region': true }
  return panel === 'sidebar' ? (
    <nav aria-label="Threads" {...place}>
      {children}
    </nav>
  ) : (
    <aside aria-label="Inspector" {...place}>
      {children}
    </aside>
  )
}

function skipToComposer(): void {
  document.querySelector<HTMLElement>('[data-testid="composer"]')?.focus()
}

/** Below these widths, in CSS pixels, a panel has no room beside the thread. */
const queries = {
  sidebar: '(max-width: 719px)',
  inspector: '(max-width: 899px)',
} as const

function useOverlays(): void {
  const { ui } = useStores()
  const sidebar = useMedia(queries.sidebar)
  const inspector = useMedia(queries.inspector)
  useEffect(() => ui.actions.setOverlays({ sidebar, inspector }), [ui, sidebar, inspector])
  const isOverlaid = useSelector(ui, (state) => state.openOverlay !== null)
  useEffect(() => {
    if (!isOverlaid) return
    const close = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented) ui.actions.closeOverlay()
    }
    window.addEventListener('keydown', close)
    return () => window.removeEventListener('keydown', close)
  }, [ui, isOverlaid])
}

function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const list = window.matchMedia(query)
      list.addEventListener('change', changed)
      return () => list.removeEventListener('change', changed)
    },
    () => window.matchMedia(query).matches,
  )
}
