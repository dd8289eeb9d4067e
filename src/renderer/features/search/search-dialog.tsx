// Search over everything: titles, what was said and done, by words and operators; opens at the place.
import { type KeyboardEvent, useId, useState } from 'react'
import { flushSync } from 'react-dom'
import { useStores } from '../../state/stores-context.tsx'
import { Button } from '../../ui/button.tsx'
import { useModal, whenClosed } from '../../ui/dialog.tsx'
import { Badge, RelativeTime, Spinner } from '../../ui/small.tsx'
import '../shell/command-palette.css'
import { MarkedText } from './marked-text.tsx'
import { kindNames, type ResultEntry, type ResultGroup, resultGroups } from './result-entries.ts'
import './search-dialog.css'
import { type SearchView, useSearch } from './use-search.ts'

/** What can be put into the field, with what it does. */
const operators: readonly (readonly [text: string, meaning: string])[] = [
  ['in:title', 'only titles'],
  ['kind:command', 'only commands; also user, agent, file, error'],
  ['project:', 'part of the folder'],
  ['model:', 'part of the model’s name'],
  ['status:failed', 'how the last turn ended'],
  ['after:2026-01-31', 'since that day; before: up to it'],
  ['"exact words"', 'together, in this order'],
  ['-without', 'leaves out what has the word'],
]

export function SearchDialog({ onClose }: { onClose: () => void }) {
  const { ui } = useStores()
  const dialog = useModal()
  const listId = useId()
  const [term, setTerm] = useState('')
  const [archived, setArchived] = useState(false)
  const [active, setActive] = useState(0)
  const view = useSearch(term, archived)
  const groups = resultGroups(view.found)
  const entries = groups.flatMap((group) => group.entries)
  const current = entries[Math.min(active, entries.length - 1)]

  function open(entry: ResultEntry | undefined): void {
    if (!entry) return
    flushSync(onClose)
    const { thread, hit } = entry
    if (hit.turnId === null) ui.actions.showThread(thread.id)
    else ui.actions.showItem(thread.id, hit.turnId, hit.itemId)
  }

  function pressKey(event: KeyboardEvent): void {
    const last = entries.length - 1
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: Math.min(last, active + 1),
      ArrowUp: active - 1,
      PageDown: Math.min(last, active + 8),
      PageUp: active - 8,
    }
    const next = moves[event.key]
    if (next !== undefined) setActive(Math.max(0, next))
    else if (event.key === 'Enter' && !event.nativeEvent.isComposing) open(current)
    else return
    event.preventDefault()
  }

  function type(text: string): void {
    setTerm(text)
    setActive(0)
  }

  return (
    <dialog
      ref={dialog}
      className="palette search"
      aria-label="Search everything"
      {...whenClosed(onClose)}
    >
      <input
        data-first
        role="combobox"
        aria-label="Search everything"
        aria-expanded="true"
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={current && `${listId}-${current.id}`}
        data-testid="search-all"
        className="palette-field"
        placeholder="Words, “phrases”, or operators"
        value={term}
        spellCheck={false}
        onChange={(event) => type(event.target.value)}
        onKeyDown={pressKey}
      />
      <div id={listId} role="listbox" aria-label="Results" className="palette-list">
        {groups.map((group) => (
          <Group key={group.threadId} {...{ group, listId, current, open }} />
        ))}
      </div>
      {term.trim() === '' ? (
        <OperatorHelp onChoose={(text) => type(`${text}${text.endsWith(':') ? '' : ' '}`)} />
      ) : (
        <Outcome view={view} isEmpty={entries.length === 0} />
      )}
      <div className="palette-hint search-foot">
        <label>
          <input
            type="checkbox"
            checked={archived}
            onChange={(event) => {
              setArchived(event.target.checked)
              setActive(0)
            }}
          />{' '}
          Archived threads
        </label>
        <Elsewhere view={view} archived={archived} />
        {view.more !== null && (
          <Button size="small" onClick={view.loadMore}>
            More results
          </Button>
        )}
      </div>
    </dialog>
  )
}

function Elsewhere({ view, archived }: { view: SearchView; archived: boolean }) {
  const count = view.notes?.elsewhere ?? 0
  if (count === 0) return null
  const where = archived ? 'outside of the archive' : 'in the archive'
  return (
    <span>
      {count} {count === 1 ? 'thread' : 'threads'} more {where}
    </span>
  )
}

/** What there is to say beside the results, told to screen readers too. */
function Outcome({ view, isEmpty }: { view: SearchView; isEmpty: boolean }) {
  const { notes, problem, isWaiting } = view
  const said = problem ?? notes?.problem ?? null
  const index = notes?.index
  return (
    <div className="search-outcome" role="status">
      {said !== null && <p>{said}</p>}
      {index && !index.ready && (
        <p>
          <Spinner /> Still reading: {index.done} of {index.total} threads. More may be found.
        </p>
      )}
      {isEmpty && !isWaiting && said === null && <p>Nothing was found.</p>}
    </div>
  )
}

function OperatorHelp({ onChoose }: { onChoose: (text: string) => void }) {
  return (
    <dl className="search-help">
      {operators.map(([text, meaning]) => (
        <div key={text}>
          <dt>
            <button type="button" className="search-operator" onClick={() => onChoose(text)}>
              {text}
            </button>
          </dt>
          <dd>{meaning}</dd>
        </div>
      ))}
    </dl>
  )
}

interface GroupProps {
  group: ResultGroup
  listId: string
  current: ResultEntry | undefined
  open: (entry: ResultEntry) => void
}

function Group({ group, listId, current, open }: GroupProps) {
  const headId = `${listId}-${group.threadId}`
  return (
    // biome-ignore lint/a11y/useSemanticElements: a group of options, not of form fields.
    <div role="group" aria-labelledby={headId}>
      <p id={headId} className="search-group">
        {group.title}
      </p>
      {group.entries.map((entry) => (
        <Row
          key={entry.id}
          id={`${listId}-${entry.id}`}
          entry={entry}
          isActive={entry.id === current?.id}
          onOpen={() => open(entry)}
        />
      ))}
    </div>
  )
}

interface RowProps {
  id: string
  entry: ResultEntry
  isActive: boolean
  onOpen: () => void
}

function Row({ id, entry, isActive, onOpen }: RowProps) {
  const { hit } = entry
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are handled by the field that owns the list.
    <div
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={isActive}
      className="palette-row search-row"
      ref={(row) => {
        if (isActive) row?.scrollIntoView({ block: 'nearest' })
      }}
      onClick={onOpen}
    >
      <Badge>{kindNames[hit.kind]}</Badge>
      <span className="search-snippet">
        <MarkedText text={hit.snippet} range={hit.range} />
      </span>
      {hit.atMs !== null && (
        <span className="search-time">
          <RelativeTime atMs={hit.atMs} />
        </span>
      )}
    </div>
  )
}
