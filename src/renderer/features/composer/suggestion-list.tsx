// The list above the message field: commands that begin with what is typed, or files that fit it.
import { File, Folder, SquareSlash } from 'lucide-react'
import { PickerRow } from '../../ui/picker.tsx'
import './suggestion-list.css'
import type { Suggestion, Suggestions } from './use-suggestions.ts'

const icons = { command: SquareSlash, file: File, folder: Folder }

export function SuggestionList({ suggestions }: { suggestions: Suggestions }) {
  const { entries, picker, hint } = suggestions
  return (
    <>
      {entries.length > 0 && (
        <div
          {...picker.list}
          role="listbox"
          aria-label="Suggestions"
          className="suggestions"
          // What scrolls must be reachable by keys; Tab takes the entry while the list is there.
          tabIndex={0}
          // The field keeps the focus, and with it the list.
          onMouseDown={(event) => event.preventDefault()}
        >
          {entries.map((entry) => (
            <Row
              key={entry.id}
              id={picker.rowId(entry)}
              entry={entry}
              isActive={entry === picker.current}
            />
          ))}
        </div>
      )}
      <p role="status" className={hint === '' ? 'visually-hidden' : 'suggestions suggestions-hint'}>
        {hint}
        {entries.length > 0 && (
          <span className="visually-hidden">{`${entries.length} suggestions`}</span>
        )}
      </p>
    </>
  )
}

function Row({ id, entry, isActive }: { id: string; entry: Suggestion; isActive: boolean }) {
  const { kind, title, detail, blockedBy } = entry
  const Icon = icons[kind]
  return (
    <PickerRow
      id={id}
      isActive={isActive}
      isDisabled={blockedBy !== null}
      onChoose={() => blockedBy === null && entry.choose()}
    >
      <Icon size={14} aria-hidden />
      <span className="suggestion-title">{title}</span>
      <span className="suggestion-detail">{blockedBy ?? detail}</span>
    </PickerRow>
  )
}
