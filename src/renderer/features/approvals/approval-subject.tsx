// What a question is about: the command in full, or the changes of files, and the folder it happens in.
import { useEffect, useMemo, useState } from 'react'
import type { FileChange } from '../../../protocol/index.ts'
import type { ActionApproval } from '../../state/approval-store.ts'
import { messageOf } from '../../state/failures.ts'
import { useStores } from '../../state/stores-context.tsx'
import { DiffView } from '../timeline/diff-view.tsx'
import { formatNumber } from '../timeline/format.ts'
import { ScrollBox } from '../timeline/scroll-box.tsx'
import { type CommandPiece, commandPieces, showCommand } from './untrusted-text.ts'

/** From this length on, the length is told: what is out of sight counts too. */
const LENGTH_TOLD_FROM = 200

export function ApprovalSubject({ approval }: { approval: ActionApproval }) {
  switch (approval.kind) {
    case 'command':
      return <CommandSubject {...approval.params} />
    case 'fileChange':
      return <ChangesSubject approval={approval} grantRoot={approval.params.grantRoot} />
    case 'unreadable':
      return (
        <pre className="approval-raw">
          {JSON.stringify(approval.params, null, 2)?.slice(0, 4000)}
        </pre>
      )
  }
}

function CommandSubject({ command, cwd }: { command: string; cwd: string }) {
  const pieces = useMemo(() => commandPieces(command), [command])
  const has = (kind: CommandPiece['kind']) => pieces.some((piece) => piece.kind === kind)
  return (
    <>
      <ScrollBox label="Command" className="approval-command">
        <pre>{pieces.map(shownPiece)}</pre>
      </ScrollBox>
      <p className="approval-place">
        in <code>{showCommand(cwd).text}</code>
        {command.length >= LENGTH_TOLD_FROM && (
          <span>{formatNumber(command.length)} characters</span>
        )}
        {has('odd') && (
          <strong className="approval-odd">contains hidden characters, shown as ⟨U+…⟩</strong>
        )}
        {has('foreign') && (
          <strong className="approval-odd">contains letters beyond ASCII, underlined</strong>
        )}
      </p>
    </>
  )
}

/** What cannot be seen has a mark; marks are no part of the text. */
function shownPiece({ kind, text }: CommandPiece, index: number) {
  if (kind === 'plain') return text
  return (
    <span
      key={index}
      className={`approval-piece-${kind}`}
      data-mark={kind === 'lineEnds' ? `↵ ×${text.length}` : undefined}
    >
      {text}
    </span>
  )
}

interface ChangesSubjectProps {
  approval: ActionApproval
  grantRoot: string | null
}

function ChangesSubject({ approval, grantRoot }: ChangesSubjectProps) {
  const changes = useChanges(approval)
  return (
    <>
      {grantRoot && (
        <p className="approval-place">
          for this session, everywhere in <code>{grantRoot}</code>
        </p>
      )}
      <ScrollBox label="Changes" className="approval-changes">
        {typeof changes === 'string' ? (
          <p>{changes}</p>
        ) : (
          changes.map((change, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a patch may change a file twice.
            <DiffView key={`${change.path}/${index}`} change={change} />
          ))
        )}
      </ScrollBox>
    </>
  )
}

/** The changes, or a sentence on why they are not there. */
function useChanges(approval: ActionApproval): readonly FileChange[] | string {
  const { approvals } = useStores()
  const [changes, setChanges] = useState<readonly FileChange[] | string>('Reading the changes…')
  useEffect(() => {
    let isWanted = true
    approvals.readChanges(approval).then(
      (read) => isWanted && setChanges(read.length > 0 ? read : 'The changes are not known'),
      (error) => isWanted && setChanges(`The changes could not be read: ${messageOf(error)}`),
    )
    return () => {
      isWanted = false
    }
  }, [approvals, approval])
  return changes
}
