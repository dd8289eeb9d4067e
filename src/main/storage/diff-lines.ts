// How many lines a unified diff adds and takes away, and the sums of these over a thread's story.
import type { Database } from 'better-sqlite3'
import { createStory } from './story.ts'

export interface Lines {
  readonly added: number
  readonly removed: number
}

/** The heads of files do not count, nor does the diff's first line, which is one. */
export function countLines(diff: string): Lines {
  let added = 0
  let removed = 0
  for (let at = diff.indexOf('\n'); at !== -1; at = diff.indexOf('\n', at + 1)) {
    if (diff[at + 1] === '+' && !diff.startsWith('+++ ', at + 1)) added += 1
    if (diff[at + 1] === '-' && !diff.startsWith('--- ', at + 1)) removed += 1
  }
  return { added, removed }
}

/** Sums up anew after the story became another one; looks at turns with changes alone. */
export function createLineSums(db: Database): (threadPk: number) => void {
  const story = createStory(db)
  const select = db.prepare<[number, number, number], { added: number; removed: number }>(
    `SELECT coalesce(sum(lines_added), 0) AS added, coalesce(sum(lines_removed), 0) AS removed
     FROM turn INDEXED BY turn_lines
     WHERE thread_pk = ? AND ord >= ? AND ord < ? AND lines_added + lines_removed > 0`,
  )
  const update = db.prepare('UPDATE thread SET lines_added = ?, lines_removed = ? WHERE pk = ?')
  return (threadPk) => {
    const sums = story
      .segments(threadPk)
      .map(({ source_pk, from_ord, to_ord }) => select.get(source_pk, from_ord, to_ord))
    const total = (of: keyof Lines) => sums.reduce((sum, part) => sum + (part?.[of] ?? 0), 0)
    update.run(total('added'), total('removed'), threadPk)
  }
}
