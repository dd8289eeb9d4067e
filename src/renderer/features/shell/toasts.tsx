// Short messages at the upper edge, where they cover nothing one works in, with a way back where there is one.
import { X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import type { Toast } from '../../state/ui-store.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import './toasts.css'

const SHOWN_MS = 8_000

export function Toasts() {
  const { ui } = useStores()
  const toasts = useSelector(ui, (state) => state.toasts)
  return (
    <section className="toasts" aria-label="Messages">
      {toasts.map((toast) => (
        <ToastCard key={toast.id} toast={toast} />
      ))}
    </section>
  )
}

function ToastCard({ toast }: { toast: Toast }) {
  const { ui } = useStores()
  const [isHeld, setHeld] = useState(false)
  useEffect(() => {
    // While the pointer or the focus is on it, it waits.
    if (isHeld) return
    const timer = setTimeout(() => ui.actions.dismissToast(toast.id), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [ui, toast.id, isHeld])
  const { action } = toast
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only watches whether somebody is on it.
    <div
      role={toast.tone === 'danger' ? 'alert' : 'status'}
      className={toast.tone === 'danger' ? 'toast toast-danger' : 'toast'}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <span className="toast-text">{toast.text}</span>
      {action && (
        <Button
          size="small"
          onClick={() => {
            action.run()
            ui.actions.dismissToast(toast.id)
          }}
        >
          {action.label}
        </Button>
      )}
      <IconButton
        size="small"
        label="Dismiss"
        icon={<X size={14} aria-hidden />}
        onClick={() => ui.actions.dismissToast(toast.id)}
      />
    </div>
  )
}
