// Another folder for the turns to come: its choice, and a chip while it differs from the thread's.
import { Folder, FolderOpen } from 'lucide-react'
import { useId, useState } from 'react'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import type { ThreadStore } from '../../state/thread-store.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { MenuItem } from '../../ui/menu.tsx'
import { useOpenThread } from '../threads/use-open-thread.ts'
import { Chip, type SettingChipProps } from './chip.tsx'
import { composerOf } from './composer-store.ts'

export function FolderChip({ composer, settings, next, refused }: SettingChipProps) {
  if (next.cwd === settings.cwd) return null
  return (
    <Chip
      setting="folder"
      value={nameOf(next.cwd)}
      before={nameOf(settings.cwd)}
      isRefused={refused.cwd !== undefined}
    >
      <FolderItem cwd={next.cwd} />
      <MenuItem detail={settings.cwd} onSelect={() => composer.choose({ cwd: settings.cwd })}>
        Stay where the thread works
      </MenuItem>
    </Chip>
  )
}

export function FolderItem({ cwd }: { cwd: string }) {
  const { ui } = useStores()
  return (
    <MenuItem
      icon={<Folder size={14} aria-hidden />}
      detail={cwd}
      onSelect={() => ui.actions.openDialog({ kind: 'turnFolder' })}
    >
      Work in another folder…
    </MenuItem>
  )
}

export function FolderDialog({ onClose }: { onClose: () => void }) {
  const thread = useOpenThread()
  return (
    <Dialog title="Work in another folder" onClose={onClose}>
      {thread ? <FolderForm store={thread} onClose={onClose} /> : <p>Open a thread first.</p>}
    </Dialog>
  )
}

function FolderForm({ store, onClose }: { store: ThreadStore; onClose: () => void }) {
  const { pickFolder } = useStores()
  const composer = composerOf(store, localStorage)
  const own = useSelector(store, (state) => state.settings?.cwd ?? '')
  const [folder, setFolder] = useState(composer.getState().chosen.cwd ?? own)
  const id = useId()
  const problem = isAbsolute(folder.trim()) ? null : 'Give the whole path, from the root'

  async function pick(): Promise<void> {
    const picked = await pickFolder?.()
    if (picked) setFolder(picked)
  }

  return (
    <form
      className="chip-form"
      onSubmit={(event) => {
        event.preventDefault()
        if (problem) return
        composer.choose({ cwd: folder.trim() })
        onClose()
      }}
    >
      <label htmlFor={id}>Folder</label>
      <div className="chip-form-row">
        <input
          id={id}
          className="field field-mono"
          data-first
          spellCheck={false}
          value={folder}
          aria-describedby={`${id}-note`}
          onChange={(event) => setFolder(event.target.value)}
        />
        {pickFolder && (
          <Button icon={<FolderOpen size={15} aria-hidden />} onClick={() => void pick()}>
            Open folder…
          </Button>
        )}
      </div>
      <p id={`${id}-note`} className="chip-form-note">
        {problem ?? 'What may be written moves along with it; "What would change" shows how.'}
      </p>
      <div className="chip-form-end">
        <Button type="submit" variant="primary" disabled={problem !== null}>
          Use this folder
        </Button>
      </div>
    </form>
  )
}

/** On any platform: the window may show an app that runs elsewhere. */
function isAbsolute(folder: string): boolean {
  return /^(\/|[A-Za-z]:[\\/]|\\\\)/.test(folder)
}

function nameOf(folder: string): string {
  return folder.split(/[\\/]/).findLast((part) => part !== '') ?? folder
}
