// A title being edited in its place: Enter or leaving the field keeps it, Escape does not.
import { useEffect, useRef } from 'react'

export interface RenameFieldProps {
  title: string
  /** Called with a changed, non-empty title. */
  onRename: (title: string) => void
  onEnd: () => void
}

export function RenameField({ title, onRename, onEnd }: RenameFieldProps) {
  const field = useRef<HTMLInputElement>(null)
  const isCancelled = useRef(false)
  useEffect(() => field.current?.select(), [])

  function finish(): void {
    const name = field.current?.value.trim() ?? ''
    if (!isCancelled.current && name !== '' && name !== title) onRename(name)
    onEnd()
  }

  return (
    <input
      ref={field}
      className="rename-field"
      aria-label="Thread title"
      defaultValue={title}
      maxLength={200}
      onBlur={finish}
      onClick={(event) => event.stopPropagation()}
      onKeyDown={(event) => {
        event.stopPropagation()
        if (event.nativeEvent.isComposing) return
        if (event.key === 'Escape') isCancelled.current = true
        if (event.key === 'Escape' || event.key === 'Enter') event.currentTarget.blur()
      }}
    />
  )
}
