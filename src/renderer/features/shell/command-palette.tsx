// One field for everything: run a command, go to a thread (@), open a section of Settings (:), see the shortcuts (?).
import { MessageSquare, Settings, SquareChevronRight } from 'lucide-react'
import { type KeyboardEvent, useId, useState } from 'react'
import { flushSync } from 'react-dom'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import { useModal, whenClosed } from '../../ui/dialog.tsx'
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
  const dialog = useModal()
  const [query, setQuery] = useState(prefix)
  const [active, setActive] = useState(0)
  const listId = useId()
  const context = commandContext(stores)
  const entries = findEntries(query, threads, context)
  const current = entries[Math.min(active, entries.length - 1)]

  function choose(entry: PaletteEntry | undefined): void {
    if (!entry || entry.blockedBy !== null) return
    // Gone before anything runs: it may open another dialog or move the focus.
    flushSync(onClose)
    if (entry.kind === 'thread') stores.ui.actions.showThread(entry.threadId)
    else if (entry.kind === 'settings') stores.ui.actions.openSettings(entry.section)
    else entry.command.run(context)
  }

  function pressKey(event: KeyboardEvent): void {
    const last = entries.length - 1
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: active >= last ? 0 : active + 1,
      ArrowUp: active <= 0 ? last : active - 1,
      PageDown: Math.min(last, active + 8),
      PageUp: Math.max(0, active - 8),
    }
    const next = moves[event.key]
    if (next !== undefined) setActive(Math.max(0, next))
    else if (event.key === 'Enter' && !event.nativeEvent.isComposing) choose(current)
    else return
    event.preventDefault()
  }

  return (
    <dialog ref={dialog} className="palette" aria-label="Command palette" {...whenClosed(onClose)}>
      <input
        role="combobox"
        aria-label="Command palette"
        aria-expanded="true"
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={current && `${listId}-${current.id}`}
        data-testid="palette"
        className="palette-field"
        placeholder="Type a command, or @ and the name of a thread"
        value={query}
        spellCheck={false}
        onChange={(event) => {
          setQuery(event.target.value)
          setActive(0)
        }}
        onKeyDown={pressKey}
      />
      <div id={listId} role="listbox" aria-label="Results" className="palette-list">
        {entries.map((entry) => (
          <PaletteRow
            key={entry.id}
            id={`${listId}-${entry.id}`}
            entry={entry}
            isActive={entry === current}
            onChoose={() => choose(entry)}
          />
        ))}
      </div>
      {entries.length === 0 && <p className="palette-empty">Nothing goes by that name.</p>}
      <p className="palette-hint">
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
    </dialog>
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
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are handled by the field that owns the list.
    <div
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={isActive}
      aria-disabled={entry.blockedBy !== null}
      className="palette-row"
      ref={(row) => {
        if (isActive) row?.scrollIntoView({ block: 'nearest' })
      }}
      onClick={onChoose}
    >
      <Icon size={15} aria-hidden />
      <span className="palette-title">{entry.title}</span>
      <span className="palette-detail">{entry.blockedBy ?? entry.detail}</span>
      {entry.keys !== undefined && <KeyHint>{entry.keys}</KeyHint>}
    </div>
  )
}
