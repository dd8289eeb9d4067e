// Output of a command as a terminal would leave it: its head and its tail, the middle on demand.
import { WrapText } from 'lucide-react'
import { memo, useDeferredValue, useEffect, useLayoutEffect, useMemo, useRef } from 'react'
import type { OutputCut } from '../../state/thread-state.ts'
import { ansiSegments } from './ansi-segments.ts'
import { CopyButton } from './copy-button.tsx'
import { formatCount } from './format.ts'
import './output-viewer.css'
import { type OutputParts, outputWindow } from './output-window.ts'
import { ScrollBox } from './scroll-box.tsx'
import { createTerminalText, type TerminalText, withoutColours } from './terminal-text.ts'
import { useDisclosure } from './timeline-context.tsx'

/** So close to its end the viewer follows, in CSS pixels. */
const END_WITHIN = 24

export interface OutputViewerProps {
  itemKey: string
  output: string
  cut: OutputCut | null
  isRunning: boolean
}

/** Output may arrive faster than it can be drawn: what a person types comes first, and drawings are left out. */
export function OutputViewer({ output, cut, ...rest }: OutputViewerProps) {
  const shown = useDeferredValue(useMemo(() => ({ output, cut }), [output, cut]))
  return <DrawnOutput {...rest} {...shown} />
}

const DrawnOutput = memo(({ itemKey, output, cut, isRunning }: OutputViewerProps) => {
  const [isWrapped, toggleWrap] = useDisclosure(`${itemKey}/wrap`, true)
  const [isWhole, showWhole] = useDisclosure(`${itemKey}/whole`)
  const parts = useTerminalParts(output, cut)
  const box = useFollowedEnd(isRunning, output)
  const shown = outputWindow(parts, isWhole)

  if (output === '') {
    return <p className="output-empty">{isRunning ? 'No output yet' : 'No output'}</p>
  }
  return (
    <div className="output">
      <div className="output-tools">
        <button
          type="button"
          className="copy-button"
          aria-label="Wrap lines"
          title="Wrap lines"
          aria-pressed={isWrapped}
          onClick={toggleWrap}
        >
          <WrapText size={13} aria-hidden />
        </button>
        <CopyButton label="Copy output" text={() => plainText(parts, cut)} />
      </div>
      <ScrollBox
        ref={box}
        role="log"
        label="Output"
        className={isWrapped ? 'output-text output-wrapped' : 'output-text'}
      >
        <Lines lines={shown.head} from={0} />
        {shown.hidden > 0 && (
          <div className="output-gap">
            {!isWhole ? (
              <button type="button" className="output-more" onClick={showWhole}>
                Show {formatCount(shown.hidden, 'more line')}
              </button>
            ) : (
              <span>{formatCount(shown.hidden, 'line')} left out here</span>
            )}
          </div>
        )}
        {cut && (
          <div className="output-gap">
            {formatCount(cut.omittedChars, 'character')} left out here: the output is long
          </div>
        )}
        <Lines lines={shown.tail} from={shown.tailFrom} />
      </ScrollBox>
    </div>
  )
})

interface LinesProps {
  lines: readonly string[]
  /** Number of the first one in the output. */
  from: number
}

function Lines({ lines, from }: LinesProps) {
  // biome-ignore lint/suspicious/noArrayIndexKey: a line of output is its place.
  return lines.map((line, index) => <Line key={from + index} line={line} />)
}

const Line = memo(({ line }: { line: string }) => (
  <div className="output-line">
    {ansiSegments(line).map(({ text, foreground, background, decorations }, index) => {
      const style = {
        ...(foreground ? { color: foreground } : {}),
        ...(background ? { backgroundColor: background } : {}),
      }
      const classes = decorations.map((name) => `ansi-${name}`).join(' ')
      return (
        // biome-ignore lint/suspicious/noArrayIndexKey: pieces of a line have nothing but their place.
        <span key={index} className={classes || undefined} style={style}>
          {text}
        </span>
      )
    })}
    {'\n'}
  </div>
))

/** Fed with what was added since the last drawing, not with everything. */
function useTerminalParts(output: string, cut: OutputCut | null): OutputParts {
  const known = useRef<{ head: TerminalText; tail: TerminalText }>(undefined)
  known.current ??= { head: createTerminalText(), tail: createTerminalText() }
  const { head, tail } = known.current
  if (!cut) {
    head.update(output)
    return { head, tail: head }
  }
  head.update(output.slice(0, cut.at))
  tail.update(output.slice(cut.at))
  return { head, tail }
}

function plainText({ head, tail }: OutputParts, cut: OutputCut | null): string {
  const text = (part: TerminalText) => part.slice(0, part.lineCount).map(withoutColours).join('\n')
  if (!cut) return text(head)
  return [text(head), `[${cut.omittedChars} characters left out]`, text(tail)].join('\n')
}

/** Keeps the end in view while it grows, unless somebody scrolled away from it. */
function useFollowedEnd(isRunning: boolean, output: string) {
  const box = useRef<HTMLDivElement>(null)
  const isAtEnd = useRef(true)
  useEffect(() => {
    const element = box.current
    if (!element) return
    const watch = () => {
      const { scrollTop, scrollHeight, clientHeight } = element
      isAtEnd.current = scrollHeight - clientHeight - scrollTop <= END_WITHIN
    }
    element.addEventListener('scroll', watch, { passive: true })
    return () => element.removeEventListener('scroll', watch)
  }, [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the output is what moves the end.
  useLayoutEffect(() => {
    const element = box.current
    if (element && isRunning && isAtEnd.current) element.scrollTop = element.scrollHeight
  }, [isRunning, output])
  return box
}
