// One field for everything: run a command, go to a thread (@), open a section of Settings (:), see the shortcuts (?).
import { MessageSquare, Settings, SquareChevronRight } from 'lucide-react'
import { useState } from 'react'
import { flushSync } from 'react-dom'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import { PickerDialog, PickerRow, usePicker } from '../../ui/picker.tsx'
import { KeyHint } from '../../ui/small.tsx'
import './command-palette.css'
import { findEntries, type PaletteEntry } from './palette-entries.ts'
import { commandContext } from './use-shortcuts.ts'

export interface CommandPaletteProps {
  /** What the field starts with: `@` for threads, `>` for commands, nothing for both. */
  prefix: string
  onClose: () => void
}

export function CommandPalette({ prefix, onClose }: CommandPaletteProps) {
  const stores = useStores()
  const threads = useSelector(stores.threadList, (state) => state.threads)
  const [query, setQuery] = useState(prefix)
  const context = commandContext(stores)
  const entries = findEntries(query, threads, context)
  const picker = usePicker(entries, choose, true)

  function choose(entry: PaletteEntry): void {
    if (entry.blockedBy !== null) return
    // Gone before anything runs: it may open another dialog or move the focus.
    flushSync(onClose)
    if (entry.kind === 'thread') stores.ui.actions.showThread(entry.threadId)
    else if (entry.kind === 'settings') stores.ui.actions.openSettings(entry.section)
    else entry.command.run(context)
  }

  return (
    <PickerDialog
      label="Command palette"
      placeholder="Type a command, or @ and the name of a thread"
      testId="palette"
      value={query}
      picker={picker}
      onType={(text) => {
        setQuery(text)
        picker.toTop()
      }}
      onClose={onClose}
      rows={entries.map((entry) => (
        <PaletteRow
          key={entry.id}
          id={picker.rowId(entry)}
          entry={entry}
          isActive={entry === picker.current}
          onChoose={() => choose(entry)}
        />
      ))}
    >
      {entries.length === 0 && <p className="palette-empty">Nothing goes by that name.</p>}
      <p className="picker-foot">
        <span>
          <KeyHint>@</KeyHint> threads
        </span>
        <span>
          <KeyHint>&gt;</KeyHint> commands
        </span>
        <span>
          <KeyHint>:</KeyHint> settings
        </span>
        <span>
          <KeyHint>?</KeyHint> shortcuts
        </span>
      </p>
    </PickerDialog>
  )
}

const entryIcons = {
  command: SquareChevronRight,
  thread: MessageSquare,
  settings: Settings,
} as const

interface PaletteRowProps {
  id: string
  entry: PaletteEntry
  isActive: boolean
  onChoose: () => void
}

function PaletteRow({ id, entry, isActive, onChoose }: PaletteRowProps) {
  const Icon = entryIcons[entry.kind]
  return (
    <PickerRow
      id={id}
      isActive={isActive}
      isDisabled={entry.blockedBy !== null}
      onChoose={onChoose}
    >
      <Icon size={15} aria-hidden />
      <span className="palette-title">{entry.title}</span>
      <span className="palette-detail">{entry.blockedBy ?? entry.detail}</span>
      {entry.keys !== undefined && <KeyHint>{entry.keys}</KeyHint>}
    </PickerRow>
  )
}
