// A modal dialog on the platform's own element: focus is kept inside and goes back to the opener.
import { X } from 'lucide-react'
import { type ReactNode, useEffect, useId, useRef } from 'react'
import { IconButton } from './button.tsx'
import './dialog.css'

export interface DialogProps {
  title: string
  onClose: () => void
  children: ReactNode
  /** The buttons, the safe one first. */
  footer?: ReactNode
  size?: 'normal' | 'wide'
  /** `alertdialog` for a question that must be answered before going on. */
  role?: 'dialog' | 'alertdialog'
  testId?: string
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
      className={size === 'wide' ? 'dialog dialog-wide' : 'dialog'}
      aria-labelledby={titleId}
      data-testid={props.testId}
      onClose={onClose}
    >
      <div className="dialog-head">
        <h2 id={titleId} className="dialog-title">
          {title}
        </h2>
        <IconButton
          label="Close"
          icon={<X size={16} aria-hidden />}
          onClick={() => dialog.current?.close()}
        />
      </div>
      <div className="dialog-body">{children}</div>
      {footer !== undefined && <div className="dialog-foot">{footer}</div>}
    </dialog>
  )
}

/** Opens the element as a modal while it is drawn, and gives the focus back afterwards. */
export function useModal() {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const element = dialog.current
    const opener = document.activeElement
    element?.showModal()
    return () => {
      element?.close()
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus()
    }
  }, [])
  return dialog
}
