// Narrows the thread list to one folder, and says so as long as it is narrowed.
import { Funnel, X } from 'lucide-react'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import { IconButton } from '../../ui/button.tsx'
import { Menu, MenuChoice, MenuGroup } from '../../ui/menu.tsx'
import { folderName } from './folder-name.ts'
import { useRecentFolders } from './use-recent-folders.ts'

export function FolderFilter() {
  const { threadList } = useStores()
  const chosen = useSelector(threadList, (state) => state.folder)
  const recent = useRecentFolders()
  const folders = chosen === null || recent.includes(chosen) ? recent : [chosen, ...recent]
  const choose = (folder: string | null) => void threadList.actions.filterByFolder(folder)
  const trigger = <IconButton label="Filter threads" icon={<Funnel size={14} aria-hidden />} />
  return (
    <Menu trigger={trigger} placement="bottom-end">
      <MenuGroup label="Folder">
        <MenuChoice isChosen={chosen === null} onSelect={() => choose(null)}>
          All folders
        </MenuChoice>
        {folders.map((folder) => (
          <MenuChoice
            key={folder}
            isChosen={folder === chosen}
            detail={folder}
            onSelect={() => choose(folder)}
          >
            {folderName(folder)}
          </MenuChoice>
        ))}
      </MenuGroup>
    </Menu>
  )
}

export function FolderChip() {
  const { threadList } = useStores()
  const folder = useSelector(threadList, (state) => state.folder)
  if (folder === null) return null
  return (
    <span className="sidebar-chip" title={folder}>
      <span className="sidebar-chip-text">Folder: {folderName(folder)}</span>
      <IconButton
        size="small"
        label={`Remove filter: folder ${folderName(folder)}`}
        icon={<X size={12} aria-hidden />}
        onClick={() => void threadList.actions.filterByFolder(null)}
      />
    </span>
  )
}
