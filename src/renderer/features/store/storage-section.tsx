// Settings > Storage: how the store is, what it takes, how long things are kept, and what can be done with it.
import { useEffect } from 'react'
import type { StoreHealth } from '../../state/connection-store.ts'
import { reportFailure } from '../../state/report-failure.ts'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import { Button } from '../../ui/button.tsx'
import { Setting } from '../settings/setting.tsx'
import { bytesText } from './bytes-text.ts'
import { CheckStore } from './check-store.tsx'
import { DeletedThreads } from './deleted-threads.tsx'
import { LargestThreads } from './largest-threads.tsx'
import './store.css'
import { TaskProgress } from './task-progress.tsx'

export function StorageSection() {
  const stores = useStores()
  const { connection, tasks, ui } = stores
  const health = useSelector(connection, (state) => state.health)
  const all = useSelector(tasks, (state) => state.tasks)
  const running = all.filter((task) => task.status === 'running')
  useEffect(() => {
    void connection.load()
    void tasks.load()
  }, [connection, tasks])

  async function backUp(): Promise<void> {
    const { path, bytes } = await tasks.backUp()
    ui.actions.toast({ text: `Backed up ${bytesText(bytes)} to ${path}` })
  }

  return (
    <>
      {health && <Report health={health} />}
      {health && <Sizes bytes={health.bytes} />}
      <LargestThreads />
      <Setting
        label="Import"
        detail="Brings in the threads of Codex, or a thread that was exported by Skein."
      >
        <Button onClick={() => ui.actions.openDialog({ kind: 'importThreads' })}>
          Import threads…
        </Button>
      </Setting>
      <Setting
        label="Backup"
        detail="Copies everything while Skein goes on, into the backups folder of the profile."
      >
        <Button onClick={() => void reportFailure(stores, backUp())}>Back up now</Button>
      </Setting>
      <CheckStore />
      <DeletedThreads />
      {running.length > 0 && (
        <section aria-label="Background tasks" data-testid="tasks">
          {running.map((task) => (
            <TaskProgress key={task.id} task={task} />
          ))}
        </section>
      )}
    </>
  )
}

const states: Readonly<Record<StoreHealth['state'], string>> = {
  healthy: 'Everything is saved on this machine.',
  repaired: 'Something was damaged, and put right.',
  damaged: 'Some of it cannot be read.',
  readOnly: 'Nothing can be saved now.',
}

function Report({ health }: { health: StoreHealth }) {
  return (
    <section aria-label="Store report" className="store-report">
      <p>{states[health.state]}</p>
      {health.reason !== null && <p>{health.reason}</p>}
      {health.repairs.length > 0 && (
        <ul>
          {health.repairs.map((repair) => (
            <li key={repair.text}>{repair.text}</li>
          ))}
        </ul>
      )}
    </section>
  )
}

const names: Readonly<Record<keyof StoreHealth['bytes'], string>> = {
  database: 'Threads',
  wal: 'Latest changes, not yet merged',
  imports: 'Imported threads, not yet used',
  blobs: 'Large outputs and pictures',
  search: 'Search index',
  free: 'Free on this disk',
}

function Sizes({ bytes }: { bytes: StoreHealth['bytes'] }) {
  const all = Object.keys(names) as (keyof StoreHealth['bytes'])[]
  // Most of the time there are none.
  const keys = all.filter((key) => key !== 'imports' || bytes.imports > 0)
  return (
    <dl className="settings-facts" aria-label="Sizes">
      {keys.map((key) => (
        <div key={key}>
          <dt>{names[key]}</dt>
          <dd>{bytesText(bytes[key])}</dd>
        </div>
      ))}
    </dl>
  )
}
