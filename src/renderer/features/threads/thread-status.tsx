// The sign of a thread's status: a shape of its own for each, with its words for screen readers beside it.
import {
  Archive,
  CircleAlert,
  CircleDashed,
  CircleDot,
  CircleHelp,
  ShieldQuestion,
} from 'lucide-react'
import type { ThreadStatus } from '../../../protocol/index.ts'
import { statusWords } from '../../state/thread-groups.ts'
import './thread-status.css'

export function StatusGlyph({
  status,
  isArchived,
}: {
  status: ThreadStatus
  isArchived?: boolean
}) {
  const word = isArchived ? 'archived' : statusWords(status)
  return (
    <span className={`status-glyph status-${word.replaceAll(' ', '-')}`} aria-hidden>
      <Glyph word={word} />
    </span>
  )
}

function Glyph({ word }: { word: string }) {
  switch (word) {
    case 'running':
      return <span className="status-running-mark" />
    case 'waiting for approval':
      return <ShieldQuestion size={14} />
    case 'waiting for answer':
      return <CircleHelp size={14} />
    case 'failed':
      return <CircleAlert size={14} />
    case 'archived':
      return <Archive size={14} />
    case 'idle':
      return <CircleDot size={14} />
    default:
      return <CircleDashed size={14} />
  }
}
