// Asks the sandbox of a snapshot about one path: whether commands may read and write it, and which rule says so.
import { useEffect, useState } from 'react'
import type { PathVerdict } from '../../state/config-calls.ts'
import { messageOf } from '../../state/failures.ts'
import { useStores } from '../../state/stores-context.tsx'

const DELAY_MS = 150

export function PathTester({ threadId, snapshotId }: { threadId: string; snapshotId: string }) {
  const [path, setPath] = useState('')
  const verdict = useVerdict(threadId, snapshotId, path.trim())
  return (
    <div className="path-tester">
      <input
        className="field field-small field-mono"
        aria-label="Test a path"
        placeholder="Test a path, such as src/main.ts or /etc"
        data-testid="path-test"
        spellCheck={false}
        value={path}
        onChange={(event) => setPath(event.target.value)}
      />
      <p role="status" className="inspector-sub">
        {verdict}
      </p>
    </div>
  )
}

function useVerdict(threadId: string, snapshotId: string, path: string): string {
  const { config } = useStores()
  const [words, setWords] = useState('')
  useEffect(() => {
    if (path === '') {
      setWords('')
      return
    }
    let isWanted = true
    const timer = setTimeout(() => {
      config.checkPath(threadId, path, snapshotId).then(
        (verdict) => isWanted && setWords(wordsOf(verdict)),
        (error: unknown) => isWanted && setWords(messageOf(error)),
      )
    }, DELAY_MS)
    return () => {
      isWanted = false
      clearTimeout(timer)
    }
  }, [config, threadId, snapshotId, path])
  return words
}

function wordsOf({ read, write, rule }: PathVerdict): string {
  const may = write ? 'May be read and written.' : read ? 'May be read only.' : 'Closed.'
  return `${may} ${rule}`
}
