// What was thought and done in a turn: reasoning, commands, changes of files, plans.
import { Bot, Brain, FilePen, ListChecks, ShieldAlert, Terminal } from 'lucide-react'
import { memo, useMemo } from 'react'
import {
  type CommandExecutionItem,
  type FileChange,
  type FileChangeItem,
  type ReasoningItem,
  sandboxDenial,
} from '../../../protocol/index.ts'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import type { ItemView, ReviewView } from '../../state/thread-state.ts'
import { duration } from '../../ui/relative-time.ts'
import { showProse } from '../approvals/untrusted-text.ts'
import { ApprovalLine } from './approval-line.tsx'
import { withoutShell } from './command-text.ts'
import { CopyButton } from './copy-button.tsx'
import { ChangeCounts, DiffView, FilePath } from './diff-view.tsx'
import { shortPath } from './file-paths.ts'
import { formatCount } from './format.ts'
import { ItemCard } from './item-card.tsx'
import { actionWords, changeWords, commandOutcome, firstLine } from './item-words.ts'
import { Markdown } from './markdown.tsx'
import { OutputViewer } from './output-viewer.tsx'
import { fileDiffOf, totalsOf } from './parse-diff.ts'
import { RunningTime } from './running-time.tsx'
import { ScrollBox } from './scroll-box.tsx'
import { useTimeline } from './timeline-context.tsx'
import './work-cards.css'

export interface CardProps<Item> {
  view: ItemView
  item: Item
}

const ICON = 15

export const ReasoningCard = memo(({ view, item }: CardProps<ReasoningItem>) => {
  const parts = item.summary.length > 0 ? item.summary : item.content
  const title = firstLine(parts.find((part) => part.trim() !== '') ?? '').replace(
    /^[*_#\s]+|[*_]+$/g,
    '',
  )
  const hasMore = parts.some((part) => part.trim().length > title.length)
  return (
    <ItemCard
      view={view}
      kind="Reasoning"
      summary={title || 'thinking'}
      icon={<Brain size={ICON} aria-hidden />}
      head={
        <span className="card-words">
          {view.isOpen ? 'Thinking' : 'Thought'}
          {title && <span className="card-aside">{title}</span>}
        </span>
      }
      meta={<ItemTime view={view} />}
      details={
        hasMore ? () => <Markdown text={parts.join('\n\n')} isStreaming={view.isOpen} /> : undefined
      }
    />
  )
})

export const CommandCard = memo(({ view, item }: CardProps<CommandExecutionItem>) => {
  const command = firstLine(withoutShell(item.command))
  const words = actionWords(item.commandActions)
  const outcome = commandOutcome(item)
  const isWaiting = useIsWaiting(view)
  const isByPerson = item.source === 'userShell'
  return (
    <ItemCard
      view={view}
      isOpenAtFirst={isByPerson}
      kind="Command"
      summary={command}
      icon={<Terminal size={ICON} aria-hidden />}
      tone={outcome?.tone ?? 'normal'}
      head={
        <>
          {words && <span className="card-words">{words}</span>}
          <code className={words ? 'card-code card-code-aside' : 'card-code'}>{command}</code>
        </>
      }
      meta={
        <>
          {isByPerson && <span className="card-state">by you, unsandboxed</span>}
          {isWaiting && <span className="card-state card-state-warning">waiting for approval</span>}
          {outcome && <Outcome {...outcome} />}
          {!isWaiting && <ItemTime view={view} durationMs={item.durationMs} />}
        </>
      }
      details={() => <CommandDetails view={view} item={item} />}
    />
  )
})

function CommandDetails({ view, item }: CardProps<CommandExecutionItem>) {
  return (
    <>
      <div className="command-full">
        <ScrollBox label="Whole command" className="command-text">
          {item.command}
        </ScrollBox>
        <CopyButton label="Copy command" text={() => item.command} />
      </div>
      <p className="command-place">
        in <code>{item.cwd}</code>
      </p>
      <ApprovalLine itemId={item.id} />
      {view.review && <ReviewLine review={view.review} />}
      <DenialLine item={item} />
      {item.status !== 'declined' && (
        <OutputViewer
          itemKey={view.key}
          output={item.aggregatedOutput ?? ''}
          cut={view.outputCut}
          isRunning={view.isOpen}
        />
      )}
    </>
  )
}

const reviewWords = {
  inProgress: 'Under automatic review',
  approved: 'Allowed by automatic review',
  denied: 'Denied by automatic review',
  timedOut: 'The automatic review took too long: denied',
  aborted: 'The automatic review was stopped',
} as const

/** A model wrote the rationale: it is quoted, and made harmless. */
function ReviewLine({ review: { status, riskLevel, rationale } }: { review: ReviewView }) {
  return (
    <p className="approval-line">
      <Bot size={13} aria-hidden />
      <span>
        {reviewWords[status]}
        {riskLevel && `, ${riskLevel} risk`}
        {rationale && ': '}
        {rationale && <q>{showProse(rationale, REVIEW_CHARS_MAX).text}</q>}
      </span>
    </p>
  )
}

const REVIEW_CHARS_MAX = 600

/** Says that the sandbox is a likely cause, and what can be done. */
function DenialLine({ item }: { item: CommandExecutionItem }) {
  const { thread } = useTimeline()
  const policy = useSelector(thread, (state) => state.settings?.sandboxPolicy)
  if (item.status !== 'failed' || !policy || item.source === 'userShell') return null
  if (policy.type !== 'readOnly' && policy.type !== 'workspaceWrite') return null
  const reason = sandboxDenial(item.exitCode, item.aggregatedOutput ?? '', !policy.networkAccess)
  if (reason === null) return null
  return (
    <p className="command-denial">
      <ShieldAlert size={13} aria-hidden /> The sandbox may have stopped this ({reason}). The agent
      was told how to ask; the sandbox setting of the thread allows more for all commands.
    </p>
  )
}

const outcomesOfChange = {
  inProgress: null,
  completed: null,
  failed: { text: 'failed', tone: 'danger' },
  declined: { text: 'declined', tone: 'danger' },
} as const

const FILES_SHOWN = 6

export const FileChangeCard = memo(({ view, item }: CardProps<FileChangeItem>) => {
  const { changes, status } = item
  const folder = useFolder()
  const files = useMemo(() => changes.map(fileDiffOf), [changes])
  const words = changeWords(changes, status === 'completed')
  const outcome = outcomesOfChange[status]
  const isWaiting = useIsWaiting(view)
  const [first] = files
  const summary = files.length === 1 && first ? `${words} ${shortPath(first.path, folder)}` : words
  const isList = files.length > 1
  return (
    <ItemCard
      view={view}
      kind="File change"
      summary={summary}
      icon={<FilePen size={ICON} aria-hidden />}
      tone={outcome?.tone ?? 'normal'}
      head={
        <>
          <span className="card-words">{words}</span>
          {!isList && first && <FilePath path={shortPath(first.path, folder)} />}
          {files.length > 0 && <ChangeCounts {...totalsOf(files)} />}
        </>
      }
      meta={
        <>
          {view.isDraft && <span className="card-state">being written</span>}
          {isWaiting && <span className="card-state card-state-warning">waiting for approval</span>}
          {outcome && <Outcome {...outcome} />}
        </>
      }
      below={
        isList && (
          <ul className="card-files" aria-label="Files">
            {files.slice(0, FILES_SHOWN).map((file, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a patch may change a file twice.
              <li key={`${file.path}/${index}`}>
                <FilePath path={shortPath(file.path, folder)} />
                <ChangeCounts added={file.added} removed={file.removed} />
              </li>
            ))}
            {files.length > FILES_SHOWN && (
              <li className="card-files-rest">
                and {formatCount(files.length - FILES_SHOWN, 'more file')}
              </li>
            )}
          </ul>
        )
      }
      details={() => (
        <>
          <ApprovalLine itemId={item.id} />
          <Changes changes={changes} folder={folder} />
        </>
      )}
    />
  )
})

interface ChangesProps {
  changes: readonly FileChange[]
  folder: string | undefined
}

function Changes({ changes, folder }: ChangesProps) {
  return changes.map((change, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a patch may change a file twice.
    <DiffView key={`${change.path}/${index}`} change={change} folder={folder} />
  ))
}

export const PlanItemCard = memo(({ view, item }: CardProps<{ text: string }>) => (
  <ItemCard
    view={view}
    kind="Plan"
    summary={firstLine(item.text)}
    icon={<ListChecks size={ICON} aria-hidden />}
    head={<span className="card-words">Plan</span>}
    below={
      <div className="card-below">
        <Markdown text={item.text} isStreaming={view.isOpen} />
      </div>
    }
  />
))

function Outcome({ text, tone }: { text: string; tone: 'normal' | 'danger' }) {
  return (
    <span className={tone === 'danger' ? 'card-state card-state-danger' : 'card-state'}>
      {text}
    </span>
  )
}

/** How long it took, or takes so far. */
function ItemTime({ view, durationMs }: { view: ItemView; durationMs?: number | null }) {
  const { startedAtMs, completedAtMs } = view.item
  if (view.isOpen) return startedAtMs ? <RunningTime sinceMs={startedAtMs} /> : null
  const took = durationMs ?? (startedAtMs && completedAtMs ? completedAtMs - startedAtMs : null)
  return took === null ? null : <span className="card-time">{duration(took)}</span>
}

/** Where the thread works. */
function useFolder(): string | undefined {
  const { thread } = useTimeline()
  return useSelector(thread, (state) => state.settings?.cwd ?? state.thread?.cwd)
}

/** True while a person has to decide about this item. */
function useIsWaiting(view: ItemView): boolean {
  const { approvals } = useStores()
  const itemId = view.item.id
  return useSelector(
    approvals,
    (state) => view.isOpen && state.pending.some((approval) => approval.itemId === itemId),
  )
}
