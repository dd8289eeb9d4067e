// Messages that wait for the running turn to end, in their order. All of it can be changed by keyboard.
import { ArrowDown, ArrowUp, Pencil, Send, Trash2 } from 'lucide-react'
import { type KeyboardEvent, useState } from 'react'
import type { QueuedSubmission } from '../../../protocol/index.ts'
import { textOf } from '../../state/message-text.ts'
import { reportFailure } from '../../state/report-failure.ts'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import { activeTurn } from '../../state/thread-state.ts'
import type { ThreadStore } from '../../state/thread-store.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { firstLine } from '../timeline/item-words.ts'
import { moved, putBack, sendNow } from './queue-moves.ts'
import './queue-strip.css'

export function QueueStrip({ store }: { store: ThreadStore }) {
  const stores = useStores()
  const queue = useSelector(store, (state) => state.queue)
  const isRunning = useSelector(store, (state) => activeTurn(state) !== undefined)
  if (queue.length === 0) return null
  const ids = queue.map((entry) => entry.id)

  function move(index: number, step: -1 | 1): void {
    const order = moved(ids, index, step)
    if (order) void reportFailure(stores, store.actions.reorderQueue(order))
  }

  return (
    <div className="queue">
      <p className="queue-title">
        {isRunning
          ? 'Next, when this turn has ended'
          : 'Waiting: the queue goes on when you say so'}
      </p>
      <ol className="queue-list" aria-label="Queued messages" data-testid="queue-list">
        {queue.map((entry, index) => (
          <QueueEntry
            key={entry.id}
            store={store}
            entry={entry}
            place={index}
            isLast={index === queue.length - 1}
            onMove={(step) => move(index, step)}
          />
        ))}
      </ol>
    </div>
  )
}

interface QueueEntryProps {
  store: ThreadStore
  entry: QueuedSubmission
  place: number
  isLast: boolean
  onMove: (step: -1 | 1) => void
}

function QueueEntry({ store, entry, place, isLast, onMove }: QueueEntryProps) {
  const stores = useStores()
  const [isEditing, setIsEditing] = useState(false)
  const text = textOf(entry.input)
  const name = `message ${place + 1}`

  async function remove(): Promise<void> {
    const order = store.getState().queue.map(({ id }) => id)
    if (!(await store.actions.removeQueued(entry.id))) return
    const undo = () => void reportFailure(stores, putBack(store, entry, order))
    stores.ui.actions.toast({
      text: 'Queued message deleted',
      action: { label: 'Undo', run: undo },
    })
  }

  function press(event: KeyboardEvent): void {
    if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return
    event.preventDefault()
    onMove(event.key === 'ArrowUp' ? -1 : 1)
  }

  return (
    <li className="queue-entry" onKeyDown={press}>
      <span className="queue-place">{place + 1}</span>
      {isEditing ? (
        <QueueEditor
          text={text}
          name={name}
          onEnd={(changed) => {
            setIsEditing(false)
            if (changed === null || changed === text) return
            const others = entry.input.filter(({ type }) => type !== 'text')
            const input = [{ type: 'text' as const, text: changed }, ...others]
            void reportFailure(stores, store.actions.editQueued(entry.id, input))
          }}
        />
      ) : (
        <>
          <span className="queue-text" title={text}>
            {firstLine(text)}
          </span>
          <div className="queue-tools">
            <IconButton
              label={`Move ${name} up`}
              size="small"
              icon={<ArrowUp size={13} aria-hidden />}
              disabledReason={place === 0 ? 'It is the first' : undefined}
              onClick={() => onMove(-1)}
            />
            <IconButton
              label={`Move ${name} down`}
              size="small"
              icon={<ArrowDown size={13} aria-hidden />}
              disabledReason={isLast ? 'It is the last' : undefined}
              onClick={() => onMove(1)}
            />
            <IconButton
              label={`Edit ${name}`}
              size="small"
              icon={<Pencil size={13} aria-hidden />}
              onClick={() => setIsEditing(true)}
            />
            <IconButton
              label={`Delete ${name}`}
              size="small"
              icon={<Trash2 size={13} aria-hidden />}
              onClick={() => void reportFailure(stores, remove())}
            />
            <IconButton
              label={`Send ${name} now`}
              size="small"
              icon={<Send size={13} aria-hidden />}
              onClick={() => void reportFailure(stores, sendNow(store, entry))}
            />
          </div>
        </>
      )}
    </li>
  )
}

interface QueueEditorProps {
  text: string
  name: string
  /** Null when nothing shall be changed. */
  onEnd: (text: string | null) => void
}

function QueueEditor({ text, name, onEnd }: QueueEditorProps) {
  const [draft, setDraft] = useState(text)
  return (
    <div className="queue-editor">
      <textarea
        // biome-ignore lint/a11y/noAutofocus: the person asked to edit it a moment ago.
        autoFocus
        aria-label={`Text of ${name}`}
        rows={1}
        value={draft}
        onChange={(event) => setDraft(event.target.value)}
        onFocus={({ target }) => target.setSelectionRange(target.value.length, target.value.length)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return
          if (event.key === 'Escape') {
            event.preventDefault()
            event.stopPropagation()
            onEnd(null)
          } else if (event.key === 'Enter' && !event.shiftKey && draft.trim() !== '') {
            event.preventDefault()
            onEnd(draft)
          }
        }}
      />
      <Button size="small" onClick={() => onEnd(null)}>
        Cancel
      </Button>
      <Button
        size="small"
        variant="primary"
        disabledReason={draft.trim() === '' ? 'Write a message first' : undefined}
        onClick={() => onEnd(draft)}
      >
        Save
      </Button>
    </div>
  )
}
