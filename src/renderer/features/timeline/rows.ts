// The rows a thread is drawn as. Rows know the shape of a turn and not its texts, so they stay the same objects
// while text streams in, and only what is in view is drawn.
import type { ThreadItem } from '../../../protocol/index.ts'
import type { ItemView, TurnView } from '../../state/thread-state.ts'

interface RowBase {
  /** Unique in the thread; stays the same while the row does. */
  readonly key: string
  readonly turnId: string
}

export type TimelineRow = RowBase &
  (
    | { readonly kind: 'head' | 'work' | 'plan' | 'retry' | 'error' | 'foot' }
    | { readonly kind: 'item'; readonly itemKey: string; readonly role: ItemRole }
  )

/** `work` is what lies between a question and its answer; `steer` was said while the turn ran. */
export type ItemRole = 'question' | 'steer' | 'work' | 'answer'

/** Rows of one turn, and whether the work in it is shown. */
export function rowsOfTurn(turn: TurnView, isWorkOpen: boolean): readonly TimelineRow[] {
  const rows: TimelineRow[] = []
  const add = (kind: Exclude<TimelineRow['kind'], 'item'>) =>
    rows.push({ kind, key: `${turn.id}/${kind}`, turnId: turn.id })
  const addItem = (view: ItemView, role: ItemRole) =>
    rows.push({
      kind: 'item',
      key: `${turn.id}/item/${view.key}`,
      turnId: turn.id,
      itemKey: view.key,
      role,
    })

  const { workFrom, answerFrom } = partsOf(turn)
  const work = turn.items.slice(workFrom, answerFrom)
  const hasWork = turn.plan !== null || work.some(isDeed)

  add('head')
  for (const view of turn.items.slice(0, workFrom)) addItem(view, 'question')
  if (hasWork) add('work')
  if (turn.plan && isWorkOpen) add('plan')
  for (const view of work) {
    const role = view.item.type === 'userMessage' ? 'steer' : 'work'
    if (!hasWork || isWorkOpen || staysVisible(view)) addItem(view, role)
  }
  const answers = turn.items.slice(answerFrom).filter((view) => !isFindings(turn, view))
  for (const view of answers) addItem(view, 'answer')
  if (turn.retry) add('retry')
  if (turn.error) add('error')
  add('foot')
  return rows
}

/** Work stands open while it is done, and afterwards where it did not come to an answer. */
export function isWorkOpenAtFirst(turn: Pick<TurnView, 'status'>): boolean {
  return turn.status !== 'completed'
}

/** Name under which the person's wish about the work of a turn is kept. */
export function workKey(turnId: string): string {
  return `${turnId}/work`
}

/** `items[0..workFrom]` is the question, `items[answerFrom..]` the answer. */
export function partsOf(turn: Pick<TurnView, 'items'>): { workFrom: number; answerFrom: number } {
  const { items } = turn
  const firstOther = items.findIndex(({ item }) => item.type !== 'userMessage')
  const workFrom = firstOther === -1 ? items.length : firstOther
  let answerFrom = items.length
  for (let index = items.length - 1; index >= workFrom; index--) {
    const view = items[index]
    if (!view || !isAnswer(view)) break
    answerFrom = index
  }
  return { workFrom, answerFrom }
}

function isAnswer({ item, isSuperseded }: ItemView): boolean {
  return item.type === 'agentMessage' && item.phase !== 'commentary' && !isSuperseded
}

/** The findings of a review stand in its card; the answer says the same again. */
function isFindings({ items }: Pick<TurnView, 'items'>, { item }: ItemView): boolean {
  if (item.type !== 'agentMessage') return false
  return items.some(
    (other) => other.item.type === 'exitedReviewMode' && other.item.review === item.text,
  )
}

/** Something done or thought, as opposed to said. */
function isDeed({ item }: ItemView): boolean {
  return item.type !== 'agentMessage' && !isOfThePerson(item) && !isMilestone(item.type)
}

/** What the person said, or ran in their own shell, is never hidden, nor where the context was cut. */
function staysVisible({ item }: ItemView): boolean {
  return isOfThePerson(item) || isMilestone(item.type)
}

/** Where the context was cut, a plan was proposed, or a review began and ended. */
function isMilestone(type: string): boolean {
  return (
    type === 'contextCompaction' ||
    type === 'plan' ||
    type === 'enteredReviewMode' ||
    type === 'exitedReviewMode'
  )
}

function isOfThePerson(item: ThreadItem): boolean {
  if (item.type === 'commandExecution') return item.source === 'userShell'
  return item.type === 'userMessage'
}

export interface TimelineRows {
  readonly rows: readonly TimelineRow[]
  readonly byTurn: ReadonlyMap<string, TurnRows>
}

interface TurnRows {
  readonly turn: TurnView
  readonly isWorkOpen: boolean
  readonly rows: readonly TimelineRow[]
}

export const noRows: TimelineRows = { rows: [], byTurn: new Map() }

/**
 * The rows of all turns. Turns that are the same objects as before are not looked into, and when no turn changed
 * its shape the result is the same object.
 */
export function timelineRows(
  turns: readonly TurnView[],
  isWorkOpen: (turn: TurnView) => boolean,
  before: TimelineRows,
): TimelineRows {
  const byTurn = new Map<string, TurnRows>()
  let isSame = before.byTurn.size === turns.length
  for (const turn of turns) {
    const known = before.byTurn.get(turn.id)
    const now = rowsAgain(turn, isWorkOpen(turn), known)
    if (now.rows !== known?.rows) isSame = false
    byTurn.set(turn.id, now)
  }
  const isInOrder =
    isSame && [...before.byTurn.keys()].every((id, index) => turns[index]?.id === id)
  if (isInOrder) return { rows: before.rows, byTurn }
  return { rows: [...byTurn.values()].flatMap(({ rows }) => rows), byTurn }
}

function rowsAgain(turn: TurnView, isWorkOpen: boolean, known: TurnRows | undefined): TurnRows {
  if (known?.turn === turn && known.isWorkOpen === isWorkOpen) return known
  const rows = rowsOfTurn(turn, isWorkOpen)
  const isSameShape = known !== undefined && haveSameShape(known.rows, rows)
  return { turn, isWorkOpen, rows: isSameShape ? known.rows : rows }
}

function haveSameShape(one: readonly TimelineRow[], other: readonly TimelineRow[]): boolean {
  if (one.length !== other.length) return false
  return one.every((row, index) => {
    const candidate = other[index]
    if (row.key !== candidate?.key) return false
    return row.kind !== 'item' || (candidate.kind === 'item' && candidate.role === row.role)
  })
}

/** Items that came after the given row, for the count of what is new below; 0 when that row is gone. */
export function itemsAfter(rows: readonly TimelineRow[], key: string | null): number {
  const index = rows.findLastIndex((row) => row.key === key)
  if (index === -1) return 0
  return rows.slice(index + 1).filter((row) => row.kind === 'item').length
}
