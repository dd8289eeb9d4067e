// Takes over threads from files of another app: where from, how far it is, and what came of it.
import { FolderOpen } from 'lucide-react'
import { useId, useState } from 'react'
import type { ImportReport } from '../../../protocol/index.ts'
import { messageOf } from '../../state/failures.ts'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import '../../ui/field.css'
import './store.css'
import { formatCount, formatNumber } from '../timeline/format.ts'
import { TaskProgress } from './task-progress.tsx'

type Phase = 'asking' | 'running' | 'done'

export function ImportDialog({ onClose }: { onClose: () => void }) {
  const { tasks, pickFolder } = useStores()
  const running = useSelector(tasks, (state) =>
    state.tasks.findLast((task) => task.kind === 'import' && task.status === 'running'),
  )
  const [phase, setPhase] = useState<Phase>('asking')
  const [place, setPlace] = useState('')
  const [report, setReport] = useState<ImportReport | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const field = useId()

  async function begin(): Promise<void> {
    setPhase('running')
    setProblem(null)
    try {
      setReport(await tasks.importThreads(sourceOf(place.trim())))
      setPhase('done')
    } catch (error) {
      setProblem(messageOf(error))
      setPhase('asking')
    }
  }

  async function pick(): Promise<void> {
    const folder = await pickFolder?.()
    if (folder) setPlace(folder)
  }

  const footer = (
    <>
      <Button onClick={onClose}>{phase === 'asking' ? 'Cancel' : 'Close'}</Button>
      {phase === 'asking' && (
        <Button variant="primary" onClick={() => void begin()}>
          Import
        </Button>
      )}
    </>
  )
  return (
    <Dialog title="Import threads" size="wide" onClose={onClose} footer={footer}>
      {phase === 'asking' && (
        <>
          <p>
            Threads of Codex are read from its folder and shown here under their own names. Nothing
            there is changed, and they can be continued at once.
          </p>
          <label className="start-label" htmlFor={field}>
            Folder or rollout file
          </label>
          <div className="store-place">
            <input
              id={field}
              className="field field-mono"
              placeholder="~/.codex"
              spellCheck={false}
              value={place}
              onChange={(event) => setPlace(event.target.value)}
            />
            {pickFolder && (
              <Button icon={<FolderOpen size={15} aria-hidden />} onClick={() => void pick()}>
                Choose folder…
              </Button>
            )}
          </div>
          <p className="store-note">Left empty, it is the folder that Codex uses by itself.</p>
          {problem !== null && <p role="alert">Nothing was imported: {problem}</p>}
        </>
      )}
      {phase === 'running' && (
        <>
          {running && <TaskProgress task={running} />}
          <p className="store-note">
            You can close this: the import goes on, and Skein stays usable.
          </p>
        </>
      )}
      {phase === 'done' && report && <Report report={report} />}
    </Dialog>
  )
}

function sourceOf(place: string): { codexHome?: string; paths?: string[] } {
  if (place === '') return {}
  return /\.(jsonl|zst|skein)$/.test(place) ? { paths: [place] } : { codexHome: place }
}

function Report({ report }: { report: ImportReport }) {
  const { threads, items, alreadyPresent, skipped, failed, cancelled } = report
  return (
    <section aria-label="Import report">
      <p role="status">
        {cancelled ? 'The import was stopped. What had been read stays. ' : ''}
        {formatCount(threads, 'thread')} {threads === 1 ? 'was' : 'were'} imported, with{' '}
        {formatCount(items, 'item')}.
      </p>
      <dl className="store-facts">
        <Fact name="Imported" value={threads} />
        <Fact name="Already present" value={alreadyPresent} />
        <Fact name="Skipped" value={skipped.length} />
        <Fact name="Failed" value={failed.length} />
      </dl>
      <Details title="Skipped" lines={skipped.map(({ path, reason }) => `${path}: ${reason}`)} />
      <Details
        title="Failed"
        lines={failed.map(({ path, line, reason }) =>
          line === undefined ? `${path}: ${reason}` : `${path}, line ${line}: ${reason}`,
        )}
      />
    </section>
  )
}

function Fact({ name, value }: { name: string; value: number }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{formatNumber(value)}</dd>
    </div>
  )
}

function Details({ title, lines }: { title: string; lines: readonly string[] }) {
  if (lines.length === 0) return null
  return (
    <details className="store-details" open={lines.length < 6}>
      <summary>
        {title}: {formatNumber(lines.length)}
      </summary>
      <ul>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </details>
  )
}
