// How every menu of a thread ends: its id for the clipboard, and what deletes it.
import { Copy, FileOutput, Trash2 } from 'lucide-react'
import { copyText } from '../../state/copy-text.ts'
import { useStores } from '../../state/stores-context.tsx'
import { MenuItem, MenuSeparator } from '../../ui/menu.tsx'

export function ThreadMenuEnd({ threadId }: { threadId: string }) {
  const stores = useStores()
  return (
    <>
      <MenuItem
        icon={<Copy size={14} aria-hidden />}
        onSelect={() => copyText(stores, threadId, 'Thread id copied')}
      >
        Copy id
      </MenuItem>
      <MenuItem
        icon={<FileOutput size={14} aria-hidden />}
        onSelect={() => stores.ui.actions.openDialog({ kind: 'exportThread', threadId })}
      >
        Export…
      </MenuItem>
      <MenuSeparator />
      <MenuItem
        tone="danger"
        icon={<Trash2 size={14} aria-hidden />}
        onSelect={() => stores.ui.actions.openDialog({ kind: 'deleteThread', threadId })}
      >
        Delete…
      </MenuItem>
    </>
  )
}
