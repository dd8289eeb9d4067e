// The movable edge of a panel: by pointer, by arrow keys in steps, by Home and End to its limits.
import { type KeyboardEvent, type PointerEvent, useState } from 'react'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import { panelLimits } from '../../state/ui-store.ts'

const STEP_PX = 16

export function Splitter({ panel }: { panel: keyof typeof panelLimits }) {
  const { ui } = useStores()
  const width = useSelector(ui, (state) => state[panel])
  const [isDragging, setDragging] = useState(false)
  const { min, max } = panelLimits[panel]
  /** The sidebar grows to the right, the inspector to the left. */
  const direction = panel === 'sidebarWidth' ? 1 : -1

  function startDrag(event: PointerEvent<HTMLDivElement>): void {
    const edge = event.currentTarget
    const startX = event.clientX
    const startWidth = width
    edge.setPointerCapture(event.pointerId)
    setDragging(true)
    const move = (moved: globalThis.PointerEvent) =>
      ui.actions.resizePanel(panel, startWidth + direction * (moved.clientX - startX))
    const stop = () => {
      edge.removeEventListener('pointermove', move)
      setDragging(false)
    }
    edge.addEventListener('pointermove', move)
    edge.addEventListener('lostpointercapture', stop, { once: true })
  }

  function pressKey(event: KeyboardEvent): void {
    const widths: Readonly<Record<string, number>> = {
      ArrowLeft: width - direction * STEP_PX,
      ArrowRight: width + direction * STEP_PX,
      Home: min,
      End: max,
    }
    const next = widths[event.key]
    if (next === undefined) return
    event.preventDefault()
    ui.actions.resizePanel(panel, next)
  }

  return (
    // biome-ignore lint/a11y/useSemanticElements: a separator that is moved has a value; <hr> has none.
    <div
      role="separator"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={panel === 'sidebarWidth' ? 'Width of sidebar' : 'Width of inspector'}
      aria-valuenow={width}
      aria-valuemin={min}
      aria-valuemax={max}
      className="splitter"
      data-dragging={isDragging || undefined}
      onPointerDown={startDrag}
      onKeyDown={pressKey}
    />
  )
}
