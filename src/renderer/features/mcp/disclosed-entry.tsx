// One entry of what a server offers, which opens in place.
import { type ReactNode, useState } from 'react'
import './mcp.css'

export interface DisclosedEntryProps {
  /** The line that is always there. */
  head: ReactNode
  /** Drawn while it is open. */
  children: ReactNode
}

export function DisclosedEntry({ head, children }: DisclosedEntryProps) {
  const [isOpen, setIsOpen] = useState(false)
  return (
    <li>
      <button
        type="button"
        className="mcp-entry"
        aria-expanded={isOpen}
        onClick={() => setIsOpen(!isOpen)}
      >
        {head}
      </button>
      {isOpen && <div className="mcp-work">{children}</div>}
    </li>
  )
}
