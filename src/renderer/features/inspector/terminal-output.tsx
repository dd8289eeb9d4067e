// The latest lines of a terminal, as it would show them, with its end in view.
import { useLayoutEffect, useMemo, useRef } from 'react'
import { ScrollBox } from '../timeline/scroll-box.tsx'
import { createTerminalText, withoutColours } from '../timeline/terminal-text.ts'

const LINES_MAX = 200

export function TerminalOutput({ output, label }: { output: string; label: string }) {
  const box = useRef<HTMLDivElement>(null)
  const text = useMemo(() => latestLines(output), [output])
  // biome-ignore lint/correctness/useExhaustiveDependencies: new lines are what moves the end.
  useLayoutEffect(() => {
    const element = box.current
    if (element) element.scrollTop = element.scrollHeight
  }, [text])
  if (text.trim() === '') return <p className="inspector-sub">It has printed nothing yet.</p>
  return (
    <ScrollBox ref={box} role="log" label={label} className="terminal-output">
      <pre>{text}</pre>
    </ScrollBox>
  )
}

function latestLines(output: string): string {
  const terminal = createTerminalText()
  terminal.update(output)
  const { lineCount } = terminal
  return terminal
    .slice(Math.max(0, lineCount - LINES_MAX), lineCount)
    .map(withoutColours)
    .join('\n')
}
