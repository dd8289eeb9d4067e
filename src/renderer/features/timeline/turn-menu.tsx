// What can be done from a turn that has ended: go on from here elsewhere, or go back to before it.
import { Ellipsis, GitFork, Pencil, Undo2 } from 'lucide-react'
import { forkAndShow } from '../../state/fork-thread.ts'
import { firstWordsOf } from '../../state/message-text.ts'
import { reportFailure } from '../../state/report-failure.ts'
import { useStores } from '../../state/stores-context.tsx'
import type { TurnView } from '../../state/thread-state.ts'
import { IconButton } from '../../ui/button.tsx'
import { Menu, MenuItem } from '../../ui/menu.tsx'
import { useTimeline } from './timeline-context.tsx'

export function TurnMenu({ turn }: { turn: TurnView }) {
  const stores = useStores()
  const { threadId } = useTimeline().thread
  const words = firstWordsOf(turn)
  const ask = (kept: string | null) =>
    stores.ui.actions.openDialog({ kind: 'revert', threadId, turnId: turn.id, words: kept })
  const label = turn.number === null ? 'Turn menu' : `Menu of turn ${turn.number}`
  const trigger = (
    <IconButton label={label} size="small" icon={<Ellipsis size={14} aria-hidden />} />
  )
  return (
    <Menu trigger={trigger} placement="bottom-end">
      <MenuItem
        icon={<GitFork size={14} aria-hidden />}
        detail="A new thread with everything up to here"
        onSelect={() => void reportFailure(stores, forkAndShow(stores, threadId, turn.id))}
      >
        Fork from here
      </MenuItem>
      <MenuItem icon={<Undo2 size={14} aria-hidden />} onSelect={() => ask(null)}>
        Revert to before this turn…
      </MenuItem>
      <MenuItem
        icon={<Pencil size={14} aria-hidden />}
        disabled={words === null}
        onSelect={() => ask(words)}
      >
        Edit and re-run…
      </MenuItem>
    </Menu>
  )
}
