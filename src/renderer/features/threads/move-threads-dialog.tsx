// Asks which section or project threads go to; a new one can be made on the way.
import { type FormEvent, useState } from 'react'
import { assignProject, moveToSection } from '../../state/arrange-threads.ts'
import { countOf } from '../../state/bulk-threads.ts'
import { reportFailure } from '../../state/report-failure.ts'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import './arrange-dialogs.css'

export interface MoveThreadsDialogProps {
  threadIds: readonly string[]
  to: 'section' | 'project'
  onClose: () => void
}

export function MoveThreadsDialog({ threadIds, to, onClose }: MoveThreadsDialogProps) {
  const stores = useStores()
  const { arrangement, threadList } = stores
  const places = useSelector(arrangement, (state) =>
    to === 'section' ? state.sections : state.projects,
  )
  const first = threadList.getState().threads.find(({ id }) => id === threadIds[0])
  const currentId = to === 'section' ? (first?.section?.id ?? null) : (first?.projectId ?? null)
  const [name, setName] = useState('')

  function move(id: string | null): void {
    onClose()
    void (to === 'section'
      ? moveToSection(stores, threadIds, id)
      : assignProject(stores, threadIds, id))
  }

  async function create(event: FormEvent): Promise<void> {
    event.preventDefault()
    if (name.trim() === '') return
    const { id } =
      to === 'section'
        ? await arrangement.createSection(name)
        : await arrangement.createProject(name, first?.cwd ?? '')
    move(id)
  }

  return (
    <Dialog title={`Move ${countOf(threadIds.length)} to a ${to}`} onClose={onClose}>
      <ul className="place-list" aria-label={to === 'section' ? 'Sections' : 'Projects'}>
        {places.map((place) => (
          <li key={place.id}>
            <Button disabled={place.id === currentId} onClick={() => move(place.id)}>
              {place.name}
            </Button>
          </li>
        ))}
        <li>
          <Button disabled={currentId === null} onClick={() => move(null)}>
            No {to}
          </Button>
        </li>
      </ul>
      <form className="place-form" onSubmit={(event) => void reportFailure(stores, create(event))}>
        <input
          className="field"
          aria-label={`New ${to}`}
          placeholder={`New ${to}`}
          maxLength={200}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <Button type="submit" disabled={name.trim() === ''}>
          Make and move
        </Button>
      </form>
    </Dialog>
  )
}
