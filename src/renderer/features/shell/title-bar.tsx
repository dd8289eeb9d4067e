// The bar on top: steps through visited threads, the palette, and the panels' switches.
import { ArrowLeft, ArrowRight, PanelLeft, PanelRight, Search } from 'lucide-react'
import type { ReactNode } from 'react'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import type { Panel } from '../../state/ui-store.ts'
import { IconButton } from '../../ui/button.tsx'
import { KeyHint } from '../../ui/small.tsx'
import './title-bar.css'
import { shownKeys } from './use-shortcuts.ts'

export function TitleBar() {
  const { ui } = useStores()
  return (
    <header className="title-bar" data-region>
      <div className="title-bar-side">
        <PanelSwitch panel="sidebar" icon={<PanelLeft size={16} aria-hidden />} />
        <Step by={-1} icon={<ArrowLeft size={16} aria-hidden />} />
        <Step by={1} icon={<ArrowRight size={16} aria-hidden />} />
      </div>
      <button
        type="button"
        className="title-bar-palette"
        aria-haspopup="dialog"
        onClick={() => ui.actions.openDialog({ kind: 'palette', prefix: '' })}
      >
        <Search size={14} aria-hidden />
        <span className="title-bar-palette-text">Go to a thread or run a command</span>
        <KeyHint>{shownKeys('go.palette')}</KeyHint>
      </button>
      <div className="title-bar-side title-bar-end">
        <PanelSwitch panel="inspector" icon={<PanelRight size={16} aria-hidden />} />
      </div>
    </header>
  )
}

function Step({ by, icon }: { by: -1 | 1; icon: ReactNode }) {
  const { ui } = useStores()
  const isPossible = useSelector(
    ui,
    (state) => state.visited[state.visitedIndex + by] !== undefined,
  )
  return (
    <IconButton
      label={by === -1 ? 'Back' : 'Forward'}
      shortcut={shownKeys(by === -1 ? 'go.back' : 'go.forward')}
      icon={icon}
      disabled={!isPossible}
      onClick={() => ui.actions.revisit(by)}
    />
  )
}

function PanelSwitch({ panel, icon }: { panel: Panel; icon: ReactNode }) {
  const { ui } = useStores()
  const isOpen = useSelector(ui, (state) => {
    if (state.overlays[panel]) return state.openOverlay === panel
    return panel === 'sidebar' ? state.isSidebarOpen : state.isInspectorOpen
  })
  return (
    <IconButton
      label={panel === 'sidebar' ? 'Toggle sidebar' : 'Toggle inspector'}
      shortcut={shownKeys(panel === 'sidebar' ? 'view.sidebar' : 'view.inspector')}
      icon={icon}
      aria-pressed={isOpen}
      onClick={() => ui.actions.togglePanel(panel)}
    />
  )
}
