// How long deleted threads stay on the disk, and what would go if that were changed, before it is.
import { useEffect, useId, useState } from 'react'
import type { Result } from '../../../protocol/index.ts'
import { reportFailure } from '../../state/report-failure.ts'
import { useStores } from '../../state/stores-context.tsx'
import { Button } from '../../ui/button.tsx'
import { Setting } from '../settings/setting.tsx'
import { bytesText } from './bytes-text.ts'

type Trash = Result<'skein/store/trash'>

const about = 'They are in nobody’s list any more, and are removed from the disk after this time.'
const choices = [1, 7, 30, 90, 365, null]

export function DeletedThreads() {
  const stores = useStores()
  const { tasks } = stores
  const id = useId()
  const [current, setCurrent] = useState<Trash | null>(null)
  /** What it would be under the choice that is not made yet. */
  const [preview, setPreview] = useState<Trash | null>(null)

  useEffect(() => {
    void tasks.trash().then(setCurrent, () => undefined) // a lost connection has its own banner
  }, [tasks])

  async function choose(keepDays: number | null): Promise<void> {
    setPreview(keepDays === current?.keepDays ? null : await tasks.trash(keepDays))
  }

  async function keep(keepDays: number | null): Promise<void> {
    await tasks.keepDeleted(keepDays)
    setCurrent(await tasks.trash())
    setPreview(null)
  }

  if (!current) return null
  const shown = preview ?? current
  const options = choices.includes(current.keepDays) ? choices : [current.keepDays, ...choices]
  return (
    <Setting label="Deleted threads" detail={`${about} ${trashText(shown)}`} control={id}>
      {preview && (
        <span className="store-note" role="status">
          {previewText(preview)}
        </span>
      )}
      <select
        id={id}
        className="field"
        value={String(shown.keepDays)}
        onChange={(event) => {
          const days = event.target.value === 'null' ? null : Number(event.target.value)
          void reportFailure(stores, choose(days))
        }}
      >
        {options.map((days) => (
          <option key={days} value={String(days)}>
            {daysText(days)}
          </option>
        ))}
      </select>
      {preview && (
        <Button onClick={() => void reportFailure(stores, keep(preview.keepDays))}>
          {preview.due.threads === 0 ? 'Keep so long' : 'Keep so long, and remove'}
        </Button>
      )}
    </Setting>
  )
}

function daysText(days: number | null): string {
  if (days === null) return 'For ever'
  return days === 1 ? '1 day' : `${days} days`
}

function trashText({ threads, bytes }: Trash): string {
  if (threads === 0) return 'None is on the disk now.'
  return `Now on the disk: ${threadsText(threads)}, ${bytesText(bytes)}.`
}

function previewText({ due }: Trash): string {
  if (due.threads === 0) return 'Removes none now'
  return `Removes ${threadsText(due.threads)} for good, ${bytesText(due.bytes)}`
}

function threadsText(threads: number): string {
  return threads === 1 ? '1 thread' : `${threads} threads`
}
