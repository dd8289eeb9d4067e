// Draws the one dialog that is open.

import { useSelector, useStores } from '../../state/stores-context.tsx'
import type { OpenDialog } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ApprovalsQueue } from '../approvals/approvals-queue.tsx'
import { AnswerFormDialog } from '../composer/answer-form.tsx'
import { FolderDialog } from '../composer/folder-chip.tsx'
import { PreviewDialog } from '../composer/preview-dialog.tsx'
import { GoalEditor } from '../goals/goal-editor.tsx'
import { GoalsDashboard } from '../goals/goals-dashboard.tsx'
import { SearchDialog } from '../search/search-dialog.tsx'
import { ExportDialog } from '../store/export-dialog.tsx'
import { ExportThreadsDialog } from '../store/export-threads-dialog.tsx'
import { ImportDialog } from '../store/import-dialog.tsx'
import { DeleteThreadDialog } from '../threads/delete-thread-dialog.tsx'
import { DeleteThreadsDialog } from '../threads/delete-threads-dialog.tsx'
import { MoveThreadsDialog } from '../threads/move-threads-dialog.tsx'
import { ReviewDialog } from '../threads/review-dialog.tsx'
import { SectionsDialog } from '../threads/sections-dialog.tsx'
import { SnoozeDialog } from '../threads/snooze-dialog.tsx'
import { RevertDialog } from '../timeline/revert-dialog.tsx'
import { CommandPalette } from './command-palette.tsx'
import { ShortcutHelp } from './shortcut-help.tsx'

export function AppDialogs() {
  const { ui } = useStores()
  const dialog = useSelector(ui, (state) => state.dialog)
  return dialog && <OneDialog key={dialog.kind} dialog={dialog} />
}

function OneDialog({ dialog }: { dialog: OpenDialog }) {
  const { closeDialog } = useStores().ui.actions
  switch (dialog.kind) {
    case 'palette':
      return <CommandPalette prefix={dialog.prefix} onClose={closeDialog} />
    case 'search':
      return <SearchDialog onClose={closeDialog} />
    case 'shortcuts':
      return <ShortcutHelp onClose={closeDialog} />
    case 'approvals':
      return (
        <Dialog title="Approvals" size="wide" onClose={closeDialog}>
          <ApprovalsQueue />
        </Dialog>
      )
    case 'preview':
      return <PreviewDialog onClose={closeDialog} />
    case 'turnFolder':
      return <FolderDialog onClose={closeDialog} />
    case 'outputSchema':
      return <AnswerFormDialog onClose={closeDialog} />
    case 'goal':
      return <GoalEditor threadId={dialog.threadId} onClose={closeDialog} />
    case 'goals':
      return <GoalsDashboard onClose={closeDialog} />
    case 'deleteThread':
      return <DeleteThreadDialog threadId={dialog.threadId} onClose={closeDialog} />
    case 'deleteThreads':
      return <DeleteThreadsDialog threadIds={dialog.threadIds} onClose={closeDialog} />
    case 'importThreads':
      return <ImportDialog onClose={closeDialog} />
    case 'exportThread':
      return <ExportDialog threadId={dialog.threadId} onClose={closeDialog} />
    case 'exportThreads':
      return <ExportThreadsDialog threadIds={dialog.threadIds} onClose={closeDialog} />
    case 'revert':
      return <RevertDialog {...dialog} onClose={closeDialog} />
    case 'review':
      return <ReviewDialog threadId={dialog.threadId} onClose={closeDialog} />
    case 'moveThreads':
      return <MoveThreadsDialog {...dialog} onClose={closeDialog} />
    case 'snoozeThreads':
      return <SnoozeDialog threadIds={dialog.threadIds} onClose={closeDialog} />
    case 'sections':
      return <SectionsDialog onClose={closeDialog} />
    case 'openLink':
      return <OpenLinkDialog url={dialog.url} onClose={closeDialog} />
  }
}

/** Says where a link really leads before anything is opened. */
function OpenLinkDialog({ url, onClose }: { url: string; onClose: () => void }) {
  const stores = useStores()
  const target = URL.canParse(url) ? new URL(url) : null
  const isWeb = target?.protocol === 'https:' || target?.protocol === 'http:'
  const open = () => {
    void stores.openExternal(url)
    onClose()
  }
  const footer = (
    <>
      <Button onClick={onClose}>Cancel</Button>
      {isWeb && (
        <Button variant="primary" onClick={open}>
          Open in browser
        </Button>
      )}
    </>
  )
  return (
    <Dialog
      title={isWeb ? `Open ${target.host}?` : 'This link cannot be opened'}
      onClose={onClose}
      footer={footer}
    >
      <p>{isWeb ? 'The link leads out of Skein to:' : 'Only web addresses are opened:'}</p>
      <p className="link-address">{url}</p>
    </Dialog>
  )
}
