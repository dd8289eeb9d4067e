// What a turn changed in files, as one diff.
import type { FileChange } from '../../../protocol/index.ts'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import type { ThreadState, TurnView } from '../../state/thread-state.ts'
import type { ThreadStore } from '../../state/thread-store.ts'
import { DiffView } from '../timeline/diff-view.tsx'

export function ChangesTab({ store }: { store: ThreadStore }) {
  const { ui } = useStores()
  const turns = useSelector(store, (state) => state.turns)
  const folder = useSelector(store, (state) => state.settings?.cwd ?? state.thread?.cwd)
  const inspectedId = useSelector(ui, (state) => state.inspectedTurnId)
  const changed = turns.filter(hasChanges)
  const turn = changed.find((one) => one.id === inspectedId) ?? changed.at(-1)
  const isOther = inspectedId !== null && turn?.id !== inspectedId
  if (!turn) {
    return <p className="inspector-empty">No turn that is loaded here has changed a file.</p>
  }
  return (
    <div className="inspector-section">
      <select
        aria-label="Changes of"
        className="field field-small changes-turns"
        value={turn.id}
        onChange={(event) => ui.actions.inspect('changes', event.target.value)}
      >
        {changed.toReversed().map((one) => (
          <option key={one.id} value={one.id}>
            {turnName(one, turns)}
          </option>
        ))}
      </select>
      {isOther && (
        <p className="inspector-sub">The turn you asked for changed no file; this is the latest.</p>
      )}
      <TurnChanges turn={turn} folder={folder} />
    </div>
  )
}

/** The diff of the whole turn when this window heard it, else the changes one by one. */
function TurnChanges({ turn, folder }: { turn: TurnView; folder: string | undefined }) {
  // Behind a/ and b/ the paths of a diff have no slash at their beginning.
  if (turn.diff) return <DiffView diff={turn.diff} folder={folder?.replace(/^\//, '')} />
  return appliedChanges(turn).map(({ key, change }) => (
    <DiffView key={key} change={change} folder={folder} />
  ))
}

function hasChanges(turn: TurnView): boolean {
  return Boolean(turn.diff) || appliedChanges(turn).length > 0
}

function appliedChanges(turn: TurnView): { key: string; change: FileChange }[] {
  return turn.items.flatMap(({ key, item }) =>
    item.type === 'fileChange' && item.status === 'completed'
      ? item.changes.map((change, index) => ({ key: `${key} ${index}`, change }))
      : [],
  )
}

function turnName(turn: TurnView, turns: ThreadState['turns']): string {
  const fromEnd = turns.length - turns.indexOf(turn)
  const name = turn.number === null ? `Turn ${fromEnd} from the end` : `Turn ${turn.number}`
  const asked = turn.items.find(({ item }) => item.type === 'userMessage')?.item
  const text =
    asked?.type === 'userMessage' ? asked.content.find((part) => part.type === 'text') : undefined
  const words = text?.text.trim().split('\n', 1)[0]?.slice(0, 60)
  return words ? `${name}: ${words}` : name
}
