// A modal dialog on the platform's own element: focus is kept inside and goes back to the opener.
import { X } from 'lucide-react'
import { type ReactNode, type SyntheticEvent, useEffect, useId, useRef, useState } from 'react'
import { IconButton } from './button.tsx'
import './dialog.css'

export interface DialogProps {
  title: string
  onClose: () => void
  children: ReactNode
  /** The buttons, the safe one first. */
  footer?: ReactNode
  size?: 'normal' | 'wide' | 'widest'
  /** `alertdialog` for a question that must be answered before going on. */
  role?: 'dialog' | 'alertdialog'
}

/** Drawn means open: the owner takes it away in `onClose`. */
export function Dialog(props: DialogProps) {
  const { title, onClose, children, footer, size = 'normal', role = 'dialog' } = props
  const dialog = useModal()
  const titleId = useId()
  return (
    <dialog
      ref={dialog}
      role={role}
      className={size === 'normal' ? 'dialog' : `dialog dialog-${size}`}
      aria-labelledby={titleId}
      {...whenClosed(onClose)}
    >
      <div className="dialog-head">
        <h2 id={titleId} className="dialog-title" tabIndex={-1} data-title>
          {title}
        </h2>
        <IconButton label="Close" icon={<X size={16} aria-hidden />} onClick={onClose} />
      </div>
      <DialogBody titleId={titleId}>{children}</DialogBody>
      {footer !== undefined && <div className="dialog-foot">{footer}</div>}
    </dialog>
  )
}

/** A body too long for the window takes the focus, so that keys can scroll it. */
function DialogBody({ titleId, children }: { titleId: string; children: ReactNode }) {
  const body = useRef<HTMLDivElement>(null)
  const [scrolls, setScrolls] = useState(false)
  useEffect(() => {
    const element = body.current
    if (!element) return
    const sizes = new ResizeObserver(() => setScrolls(element.scrollHeight > element.clientHeight))
    sizes.observe(element)
    for (const child of element.children) sizes.observe(child)
    return () => sizes.disconnect()
  }, [])
  const focusable = scrolls ? { tabIndex: 0, role: 'group', 'aria-labelledby': titleId } : {}
  return (
    <div ref={body} className="dialog-body" {...focusable}>
      {children}
    </div>
  )
}

/**
 * Opens the element as a modal while it is drawn, and gives the focus back afterwards. The focus goes to the element
 * marked `data-first`, else to the title, else to the first one that takes it.
 */
export function useModal() {
  const dialog = useRef<HTMLDialogElement>(null)
  const opener = useRef<Element>(null)
  useEffect(() => {
    const element = dialog.current
    if (element && !element.open) {
      opener.current = document.activeElement
      element.showModal()
      const first = element.querySelector<HTMLElement>('[data-first]')
      const title = element.querySelector<HTMLElement>('[data-title]')
      ;(first ?? title)?.focus()
    }
    return () => {
      if (opener.current instanceof HTMLElement) opener.current.focus()
    }
  }, [])
  return dialog
}

/** Handlers that tell the owner when the person closes the dialog. */
export function whenClosed(onClose: () => void) {
  return {
    /** Escape: the owner takes the dialog away at once. The element's own `close` would come late enough to hit one
     * that was opened anew in between. */
    onCancel(event: SyntheticEvent<HTMLDialogElement>) {
      if (event.target !== event.currentTarget) return
      event.preventDefault()
      onClose()
    },
    onClose(event: SyntheticEvent<HTMLDialogElement>) {
      if (!event.currentTarget.open) onClose()
    },
  }
}
