// Changes of files as one reads them: a heading per file, unified lines below. For the timeline and the inspector.
import { ChevronRight } from 'lucide-react'
import { memo, useContext, useMemo, useState } from 'react'
import type { FileChange } from '../../../protocol/index.ts'
import './diff-view.css'
import { changedWords, type DiffPiece } from './diff-words.ts'
import { shortPath } from './file-paths.ts'
import { formatCount } from './format.ts'
import { Group } from './group.tsx'
import { type DiffLine, type FileDiff, fileDiffOf, fileDiffsOf } from './parse-diff.ts'
import { ScrollBox } from './scroll-box.tsx'
import { TimelineContext } from './timeline-context.tsx'

/** So many lines of a file are drawn before one asks for the rest. */
const LINES_SHOWN = 400
/** Files stand open until they have so many lines together. */
const OPEN_LINES_MAX = 800

export type DiffViewProps = {
  /** Paths inside of this folder are shown from there. */
  folder?: string | undefined
} & (
  | {
      /** Unified diff of any number of files. */
      diff: string
      change?: undefined
    }
  | { change: FileChange; diff?: undefined }
)

export function DiffView({ diff, change, folder }: DiffViewProps) {
  const files = useMemo(
    () => (change ? [fileDiffOf(change)] : fileDiffsOf(diff ?? '')),
    [change, diff],
  )
  if (files.length === 0) return <p className="diff-nothing">No changes</p>
  let linesBefore = 0
  return (
    <div className="diff">
      {files.map((file, index) => {
        const isOpenAtFirst = linesBefore === 0 || linesBefore + file.lines.length <= OPEN_LINES_MAX
        linesBefore += file.lines.length
        return (
          <FileSection
            // biome-ignore lint/suspicious/noArrayIndexKey: a patch may change a file twice.
            key={`${file.path}/${index}`}
            file={file}
            folder={folder}
            isOpenAtFirst={isOpenAtFirst}
          />
        )
      })}
    </div>
  )
}

interface FileSectionProps {
  file: FileDiff
  folder: string | undefined
  isOpenAtFirst: boolean
}

function FileSection({ file, folder, isOpenAtFirst }: FileSectionProps) {
  const timeline = useContext(TimelineContext)
  const [isOpen, setIsOpen] = useState(isOpenAtFirst)
  const [isWhole, setIsWhole] = useState(false)
  const path = shortPath(file.path, folder) || 'Changes'
  const hidden = isWhole ? 0 : Math.max(0, file.lines.length - LINES_SHOWN)
  function toggle(): void {
    timeline?.holdStill()
    setIsOpen(!isOpen)
  }

  return (
    <Group label={path} className="diff-file">
      <button type="button" className="diff-head" aria-expanded={isOpen} onClick={toggle}>
        <ChevronRight size={13} aria-hidden />
        <FilePath path={path} />
        {file.movedFrom !== null && (
          <span className="diff-moved">from {shortPath(file.movedFrom, folder)}</span>
        )}
        {file.kind !== 'update' && (
          <span className="diff-kind">{file.kind === 'add' ? 'new' : 'deleted'}</span>
        )}
        <ChangeCounts added={file.added} removed={file.removed} />
      </button>
      {isOpen && file.lines.length > 0 && (
        <ScrollBox label={`Diff of ${path}`} className="diff-lines">
          <Lines lines={hidden > 0 ? file.lines.slice(0, LINES_SHOWN) : file.lines} />
        </ScrollBox>
      )}
      {isOpen && hidden > 0 && (
        <button
          type="button"
          className="diff-more"
          onClick={() => {
            timeline?.holdStill()
            setIsWhole(true)
          }}
        >
          Show {formatCount(hidden, 'more line')}
        </button>
      )}
    </Group>
  )
}

const signs = { added: '+', removed: '−', context: ' ', hunk: '', note: '' } as const

const Lines = memo(({ lines }: { lines: readonly DiffLine[] }) => {
  const words = useMemo(() => changedWords(lines), [lines])
  const hasOld = lines.some((line) => line.oldNumber !== null)
  const hasNew = lines.some((line) => line.newNumber !== null)
  return (
    <div className="diff-block">
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line of a diff is its place.
        <div key={index} className={`diff-line diff-${line.kind}`}>
          {hasOld && <span className="diff-number" data-number={line.oldNumber ?? ''} />}
          {hasNew && <span className="diff-number" data-number={line.newNumber ?? ''} />}
          <span className="diff-text">
            <span className="diff-sign">{signs[line.kind]}</span>
            <Text text={line.text} pieces={words.get(index)} />
            {'\n'}
          </span>
        </div>
      ))}
    </div>
  )
})

function Text({ text, pieces }: { text: string; pieces: readonly DiffPiece[] | undefined }) {
  if (!pieces) return text
  return pieces.map((piece, index) =>
    piece.isChanged ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: a piece of a line is its place.
      <span key={index} className="diff-word">
        {piece.text}
      </span>
    ) : (
      piece.text
    ),
  )
}

/** The name in full, the folders before it as far as there is room. */
export function FilePath({ path }: { path: string }) {
  const at = path.lastIndexOf('/') + 1
  return (
    <span className="file-path" title={path}>
      {at > 0 && <span className="file-path-folder">{path.slice(0, at)}</span>}
      <span className="file-path-name">{path.slice(at)}</span>
    </span>
  )
}

export function ChangeCounts({ added, removed }: { added: number; removed: number }) {
  return (
    <span className="change-counts">
      <span className="visually-hidden">
        {formatCount(added, 'line')} added, {formatCount(removed, 'line')} removed
      </span>
      <span aria-hidden className="change-added">
        +{added}
      </span>
      <span aria-hidden className="change-removed">
        −{removed}
      </span>
    </span>
  )
}
