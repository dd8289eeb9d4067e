// One line about an item: its accessible summary, and the words of its card.
import type { CommandAction, CommandExecutionItem, FileChange } from '../../../protocol/index.ts'

const SUMMARY_CHARS_MAX = 120

/** The first line that says something, shortened. */
export function firstLine(text: string): string {
  const line = text.trimStart().split('\n', 1)[0]?.trim() ?? ''
  return line.length > SUMMARY_CHARS_MAX ? `${line.slice(0, SUMMARY_CHARS_MAX - 1)}…` : line
}

/** "Read 3 files", when the command is nothing but that; null when one must look at the command itself. */
export function actionWords(actions: readonly CommandAction[]): string | null {
  const [first] = actions
  if (!first || actions.some((action) => action.type !== first.type)) return null
  switch (first.type) {
    case 'read':
      return actions.length === 1 ? `Read ${first.name}` : `Read ${actions.length} files`
    case 'listFiles':
      return actions.length === 1 ? `Listed ${first.path ?? 'files'}` : 'Listed files'
    case 'search':
      return searchWords(first)
    case 'unknown':
      return null
  }
}

function searchWords({ query, path }: Extract<CommandAction, { type: 'search' }>): string {
  const place = path ? ` in ${path}` : ''
  return query ? `Searched for “${query}”${place}` : `Searched${place || ' files'}`
}

/** How it went, in a word or two; null when there is nothing to remark. */
export function commandOutcome(
  item: Pick<CommandExecutionItem, 'status' | 'exitCode'>,
): { text: string; tone: 'normal' | 'danger' } | null {
  if (item.status === 'declined') return { text: 'declined', tone: 'danger' }
  if (item.exitCode !== null) {
    return { text: `exit ${item.exitCode}`, tone: item.exitCode === 0 ? 'normal' : 'danger' }
  }
  return item.status === 'failed' ? { text: 'failed', tone: 'danger' } : null
}

const verbs = { add: 'Created', delete: 'Deleted', update: 'Edited' } as const
const verbsToCome = { add: 'Create', delete: 'Delete', update: 'Edit' } as const

/** "Created", "Edited 3 files": in the past once it is done. */
export function changeWords(changes: readonly FileChange[], isDone: boolean): string {
  const words = isDone ? verbs : verbsToCome
  const [first] = changes
  if (!first) return isDone ? 'Changed files' : 'Changing files'
  const isMove = first.kind.type === 'update' && first.kind.move_path !== null
  const isOfOneKind = changes.every((change) => change.kind.type === first.kind.type)
  const verb = isOfOneKind ? words[first.kind.type] : isDone ? 'Changed' : 'Change'
  if (changes.length > 1) return `${verb} ${changes.length} files`
  return isMove ? (isDone ? 'Moved' : 'Move') : verb
}
