// Writes several threads into a folder, a file each, before they are deleted: the question comes back after that.
import { useId, useState } from 'react'
import { countOf, doEach } from '../../state/bulk-threads.ts'
import { useStores } from '../../state/stores-context.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import '../../ui/field.css'
import { type ExportForm, ExportFormChoice, exportName } from './export-form.tsx'
import './store.css'

export function ExportThreadsDialog(props: { threadIds: readonly string[]; onClose: () => void }) {
  const { threadIds, onClose } = props
  const stores = useStores()
  const { tasks, ui, pickFolder } = stores
  const [form, setForm] = useState<ExportForm>('skein')
  const [folder, setFolder] = useState('')
  const [isBusy, setBusy] = useState(false)
  const id = useId()

  async function write(): Promise<void> {
    setBusy(true)
    const into = folder.trim().replace(/\/+$/, '')
    const done = await doEach(stores, threadIds, 'exported', async (threadId) => {
      await tasks.exportThread(threadId, `${into}/${exportName(threadId, form)}`, form)
    })
    setBusy(false)
    if (done.length < threadIds.length) return
    ui.actions.toast({ text: `${countOf(done.length)} exported to ${into}` })
    ui.actions.openDialog({ kind: 'deleteThreads', threadIds })
  }

  async function pick(): Promise<void> {
    const picked = await pickFolder?.()
    if (picked) setFolder(picked)
  }

  const footer = (
    <>
      <Button onClick={onClose}>Cancel</Button>
      <Button
        variant="primary"
        disabled={isBusy}
        disabledReason={folder.trim() === '' ? 'Say where the files are to be' : undefined}
        onClick={() => void write()}
      >
        Export {countOf(threadIds.length)}
      </Button>
    </>
  )
  return (
    <Dialog title={`Export ${countOf(threadIds.length)}`} onClose={onClose} footer={footer}>
      <ExportFormChoice form={form} onChange={setForm} />
      <label className="start-label" htmlFor={id}>
        Folder
      </label>
      <div className="store-place">
        <input
          id={id}
          className="field field-mono"
          placeholder="/home/you/threads"
          spellCheck={false}
          value={folder}
          onChange={(event) => setFolder(event.target.value)}
        />
        {pickFolder && <Button onClick={() => void pick()}>Choose folder…</Button>}
      </div>
      <p className="store-note">Each thread becomes a file of its own there.</p>
    </Dialog>
  )
}
