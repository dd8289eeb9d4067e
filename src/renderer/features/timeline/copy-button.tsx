// Puts a text on the clipboard and shows that it did.
import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useStores } from '../../state/stores-context.tsx'

const DONE_MS = 1600

export interface CopyButtonProps {
  /** "Copy answer". */
  label: string
  /** Asked for when it is copied. */
  text: () => string
  /** With the label in view; else it is the tooltip. */
  showsLabel?: boolean
}

export function CopyButton({ label, text, showsLabel = false }: CopyButtonProps) {
  const { ui } = useStores()
  const [isDone, setIsDone] = useState(false)
  useEffect(() => {
    if (!isDone) return
    const timer = setTimeout(() => setIsDone(false), DONE_MS)
    return () => clearTimeout(timer)
  }, [isDone])

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(text())
      setIsDone(true)
      ui.actions.announce('Copied')
    } catch {
      ui.actions.toast({ text: 'The clipboard cannot be written to', tone: 'danger' })
    }
  }

  return (
    <button
      type="button"
      className="copy-button"
      aria-label={label}
      title={showsLabel ? undefined : label}
      onClick={() => void copy()}
    >
      {isDone ? <Check size={13} aria-hidden /> : <Copy size={13} aria-hidden />}
      {showsLabel && <span>{isDone ? 'Copied' : label}</span>}
    </button>
  )
}
