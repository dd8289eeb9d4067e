// The commands that go on behind the thread: what runs since when, a line to type into it, and its end.
import { Square } from 'lucide-react'
import { useCallback, useEffect, useMemo, useState } from 'react'
import type { BackgroundTerminal } from '../../../protocol/index.ts'
import { messageOf } from '../../state/failures.ts'
import { reportFailure } from '../../state/report-failure.ts'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import type { ThreadStore } from '../../state/thread-store.ts'
import { Button } from '../../ui/button.tsx'
import { showCommand } from '../approvals/untrusted-text.ts'
import { Group } from '../timeline/group.tsx'
import { firstLine } from '../timeline/item-words.ts'
import { RunningTime } from '../timeline/running-time.tsx'
import './terminal-tab.css'
import { TerminalOutput } from './terminal-output.tsx'

/** While the tab is shown; nothing tells of a process that ends behind its turn. */
const READ_AGAIN_MS = 2000

interface Shown {
  readonly terminal: BackgroundTerminal
  readonly output: string
}

export function TerminalTab({ store }: { store: ThreadStore }) {
  const stores = useStores()
  const { threadId } = store
  const terminals = useMemo(() => stores.terminals(threadId), [stores, threadId])
  const [running, setRunning] = useState<readonly Shown[] | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const turns = useSelector(store, (state) => state.turns.length)

  const read = useCallback(async () => {
    try {
      const listed = await terminals.list()
      const outputs = await Promise.all(
        // One that ended meanwhile is not in the next list.
        listed.map(({ processId }) => terminals.read(processId).catch(() => '')),
      )
      setRunning(listed.map((terminal, index) => ({ terminal, output: outputs[index] ?? '' })))
      setProblem(null)
    } catch (error) {
      setProblem(messageOf(error))
    }
  }, [terminals])

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new turn is what starts terminals.
  useEffect(() => {
    void read()
    const timer = setInterval(() => void read(), READ_AGAIN_MS)
    return () => clearInterval(timer)
  }, [read, turns])

  const act = (work: Promise<void>) => void reportFailure(stores, work.then(read))

  if (problem !== null)
    return <p className="inspector-empty">The terminals could not be read: {problem}</p>
  if (running === null) return null
  if (running.length === 0) {
    return (
      <p className="inspector-empty">
        No command goes on behind this thread. One that the agent leaves running, such as a server,
        is listed here.
      </p>
    )
  }
  return (
    <div className="inspector-section">
      <div className="inspector-bar">
        <h2 className="inspector-heading">
          {running.length === 1 ? '1 terminal' : `${running.length} terminals`}
        </h2>
        <Button size="small" onClick={() => act(terminals.stopAll())}>
          Stop all
        </Button>
      </div>
      {running.map(({ terminal, output }) => (
        <Terminal
          key={terminal.processId}
          terminal={terminal}
          output={output}
          onStop={() => act(terminals.stop(terminal.processId))}
          onType={(text) => act(terminals.write(terminal.processId, text))}
        />
      ))}
    </div>
  )
}

interface TerminalProps extends Shown {
  onStop: () => void
  onType: (text: string) => void
}

function Terminal({ terminal, output, onStop, onType }: TerminalProps) {
  const { osPid, cwd, rssKb, skein } = terminal
  const command = showCommand(terminal.command).text
  const name = firstLine(command)
  return (
    <Group
      label={`Terminal: ${name}`}
      testId={`terminal:${terminal.processId}`}
      className="terminal"
    >
      <div className="terminal-head">
        <code className="terminal-command">{command}</code>
        <Button
          size="small"
          icon={<Square size={10} fill="currentcolor" aria-hidden />}
          aria-label={`Stop ${name}`}
          onClick={onStop}
        >
          Stop
        </Button>
      </div>
      <p className="inspector-sub">
        {osPid !== null && <>process {osPid} · </>}
        {skein && (
          <>
            <RunningTime sinceMs={skein.startedAtMs} /> ·{' '}
          </>
        )}
        {rssKb !== null && <>{Math.ceil(rssKb / 1024)} MB · </>}
        in <code>{cwd}</code>
      </p>
      <TerminalOutput output={output} label={`Output of ${name}`} />
      {skein?.canWrite && <InputLine name={name} onType={onType} />}
    </Group>
  )
}

function InputLine({ name, onType }: { name: string; onType: (text: string) => void }) {
  const [text, setText] = useState('')
  return (
    <form
      className="terminal-input"
      onSubmit={(event) => {
        event.preventDefault()
        onType(`${text}\n`)
        setText('')
      }}
    >
      <input
        className="field field-small field-mono"
        aria-label={`Type into ${name}`}
        placeholder="Type a line"
        spellCheck={false}
        autoComplete="off"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <Button size="small" type="submit">
        Enter
      </Button>
    </form>
  )
}
