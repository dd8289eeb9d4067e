// Short titles for threads of a window whose first message is long: from the person's own words, asking no model.
// What a person named is never touched.
import type { Extension } from '../../threads/extensions/extension.ts'

const TITLE_CHARS_MAX = 60

/** `isOurs`: whose threads are named; other clients name theirs as they like. */
export function createTitles(isOurs: (originator: string | null) => boolean): Extension {
  return {
    name: 'titles',
    onTurnStop({ control }) {
      const { name, preview, originator, turnCount, snapshot } = control.state()
      if (name !== null || turnCount !== 1 || snapshot.values.ephemeral || !isOurs(originator))
        return
      const title = titleOf(preview)
      return title === '' || title === preview ? [] : [{ type: 'threadRenamed', name: title }]
    },
  }
}

/** The first line that says something, without marks of Markdown, cut between words. */
export function titleOf(preview: string): string {
  const lines = preview.split('\n').map((line) => line.replace(/^[\s#>*+-]+/, '').trim())
  const line = lines.find((words) => words !== '') ?? ''
  const characters = [...line]
  if (characters.length <= TITLE_CHARS_MAX) return line
  const cut = characters.slice(0, TITLE_CHARS_MAX).join('')
  const lastGap = cut.lastIndexOf(' ')
  return `${(lastGap > TITLE_CHARS_MAX / 2 ? cut.slice(0, lastGap) : cut).trimEnd()}…`
}
