// Writes one thread into a file: for another app, or with everything that Skein keeps of it.
import { useId, useState } from 'react'
import { messageOf } from '../../state/failures.ts'
import { useStores } from '../../state/stores-context.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import '../../ui/field.css'
import { type ExportForm, ExportFormChoice, exportName } from './export-form.tsx'
import './store.css'

export function ExportDialog({ threadId, onClose }: { threadId: string; onClose: () => void }) {
  const { tasks, ui, pickFolder } = useStores()
  const [form, setForm] = useState<ExportForm>('skein')
  const [path, setPath] = useState('')
  const [problem, setProblem] = useState<string | null>(null)
  const [isBusy, setBusy] = useState(false)
  const id = useId()

  async function write(): Promise<void> {
    setBusy(true)
    setProblem(null)
    try {
      const written = await tasks.exportThread(threadId, path.trim(), form)
      ui.actions.toast({ text: `Exported to ${written.path}` })
      onClose()
    } catch (error) {
      setProblem(messageOf(error))
      setBusy(false)
    }
  }

  async function pick(): Promise<void> {
    const folder = await pickFolder?.()
    if (folder) setPath(`${folder}/${exportName(threadId, form)}`)
  }

  const blocked = path.trim() === '' ? 'Say where the file is to be' : undefined
  const footer = (
    <>
      <Button onClick={onClose}>Cancel</Button>
      <Button
        variant="primary"
        disabled={isBusy}
        disabledReason={blocked}
        onClick={() => void write()}
      >
        Export
      </Button>
    </>
  )
  return (
    <Dialog title="Export thread" onClose={onClose} footer={footer}>
      <ExportFormChoice form={form} onChange={setForm} />
      <label className="start-label" htmlFor={id}>
        New file
      </label>
      <div className="store-place">
        <input
          id={id}
          className="field field-mono"
          placeholder="/home/you/thread.skein"
          spellCheck={false}
          value={path}
          onChange={(event) => setPath(event.target.value)}
        />
        {pickFolder && <Button onClick={() => void pick()}>Choose folder…</Button>}
      </div>
      {problem !== null && <p role="alert">It was not exported: {problem}</p>}
    </Dialog>
  )
}
