// What happened to a thread's goals: each turn with what it took, each change with who made it and why; newest first.
import { diffWordsWithSpace } from 'diff'
import { useState } from 'react'
import type { GoalLogEntry } from '../../../protocol/index.ts'
import { RelativeTime } from '../../ui/small.tsx'
import '../../ui/field.css'
import { CopyButton } from '../timeline/copy-button.tsx'
import { timeText, tokenText } from './goal-words.ts'
import { entryText, revisionOf } from './log-words.ts'
import './goals.css'

export function GoalLog({ log }: { log: readonly GoalLogEntry[] }) {
  const [words, setWords] = useState('')
  if (log.length === 0) return null
  const wanted = words.trim().toLowerCase()
  const shown = log.filter((entry) => entryText(entry).toLowerCase().includes(wanted))
  return (
    <>
      <div className="goal-log-head">
        <h3 className="inspector-heading">Log</h3>
        <CopyButton label="Copy goal log" text={() => JSON.stringify(log, null, 2)} />
      </div>
      <Totals log={log} />
      <input
        type="search"
        className="field"
        aria-label="Find in the goal log"
        placeholder="Find in the log"
        value={words}
        onChange={(event) => setWords(event.target.value)}
      />
      {shown.length === 0 && <p className="inspector-sub">No entry has these words.</p>}
      <ol className="goal-log" aria-label="Goal log">
        {shown.map((entry) => (
          <li key={entry.seq}>
            <p className="goal-log-entry">
              <span>{entryText(entry)}</span>
              <span className="inspector-sub">
                <RelativeTime atMs={entry.atMs} />
              </span>
            </p>
            <Revision entry={entry} />
          </li>
        ))}
      </ol>
    </>
  )
}

/** Every goal of the thread together. */
function Totals({ log }: { log: readonly GoalLogEntry[] }) {
  const turns = log.filter(({ kind }) => kind === 'turn')
  if (turns.length === 0) return null
  const tokens = turns.reduce((sum, { tokensUsed }) => sum + tokensUsed, 0)
  const timeMs = turns.reduce((sum, { timeUsedMs }) => sum + timeUsedMs, 0)
  const goals = new Set(log.map(({ goalId }) => goalId)).size
  return (
    <p className="inspector-sub">
      {goals > 1 && `${goals} goals, `}
      {turns.length} {turns.length === 1 ? 'turn' : 'turns'}, {tokenText(tokens)} tokens,{' '}
      {timeText(timeMs)}
    </p>
  )
}

/** The objective before and after an edit, word by word. */
function Revision({ entry }: { entry: GoalLogEntry }) {
  const revision = revisionOf(entry)
  if (!revision) return null
  let place = 0
  const pieces = diffWordsWithSpace(revision.before, revision.after).map((piece) => {
    place += piece.value.length
    return { ...piece, key: `${place}${piece.added ? '+' : '-'}` }
  })
  return (
    <p className="goal-revision">
      {pieces.map(({ key, value, added, removed }) => {
        if (added) return <ins key={key}>{value}</ins>
        return removed ? <del key={key}>{value}</del> : <span key={key}>{value}</span>
      })}
    </p>
  )
}
