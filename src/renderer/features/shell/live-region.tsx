// Says what happened to screen readers, politely and one at a time.
import { useSelector, useStores } from '../../state/stores-context.tsx'

export function LiveRegion() {
  const { ui } = useStores()
  const { id, text } = useSelector(ui, (state) => state.announcement)
  return (
    <div role="status" aria-live="polite" aria-label="Announcements" className="visually-hidden">
      <span key={id}>{text}</span>
    </div>
  )
}
