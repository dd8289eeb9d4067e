// One task while it runs: its name, how far it is, and the button that stops it.
import type { Task } from '../../../protocol/index.ts'
import { reportFailure } from '../../state/report-failure.ts'
import { useStores } from '../../state/stores-context.tsx'
import { Button } from '../../ui/button.tsx'
import { formatNumber } from '../timeline/format.ts'

const names: Readonly<Record<Task['kind'], string>> = {
  import: 'Import of threads',
  export: 'Export',
  backup: 'Backup',
  reindex: 'Search index',
  migration: 'Update of the store',
  cleanup: 'Clean-up',
}

export function TaskProgress({ task }: { task: Task }) {
  const stores = useStores()
  const name = names[task.kind]
  const of = task.total === null ? '' : ` of ${formatNumber(task.total)}`
  return (
    <div className="store-task">
      <span>{name}</span>
      <progress
        aria-label={name}
        max={task.total ?? undefined}
        value={task.total === null ? undefined : task.done}
      />
      <span className="store-note">{`${formatNumber(task.done)}${of} ${task.unit}`}</span>
      <Button
        size="small"
        aria-label={`Cancel ${name}`}
        onClick={() => void reportFailure(stores, stores.tasks.cancel(task.id))}
      >
        Cancel
      </Button>
    </div>
  )
}
