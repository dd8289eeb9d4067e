// A field that owns a list below it: typing narrows the list, the arrow keys walk it, Enter takes the entry.
import { type KeyboardEvent, type ReactNode, useId, useState } from 'react'
import { useModal, whenClosed } from './dialog.tsx'
import './picker.css'

const rowsMoved: Readonly<Record<string, number>> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: 8,
  PageUp: -8,
}

export interface PickerEntry {
  readonly id: string
}

/** Where the walk through a list stands; `wraps` joins its ends for the arrow keys. */
export function usePicker<E extends PickerEntry>(
  entries: readonly E[],
  choose: (entry: E) => void,
  wraps: boolean,
) {
  const listId = useId()
  const [active, setActive] = useState(0)
  const last = entries.length - 1
  const current = entries[Math.min(active, last)]

  function moved(by: number): number {
    const next = Math.min(active, last) + by
    const isStep = Math.abs(by) === 1
    if (wraps && isStep && next > last) return 0
    if (wraps && isStep && next < 0) return last
    return Math.max(0, Math.min(last, next))
  }

  function pressKey(event: KeyboardEvent): void {
    const by = rowsMoved[event.key]
    const takes = event.key === 'Enter' && !event.nativeEvent.isComposing
    if (by === undefined && !takes) return
    event.preventDefault()
    if (by !== undefined) setActive(moved(by))
    else if (current) choose(current)
  }

  return {
    current,
    toTop: () => setActive(0),
    rowId: (entry: PickerEntry) => `${listId}-${entry.id}`,
    field: {
      'aria-controls': listId,
      'aria-activedescendant': current && `${listId}-${current.id}`,
      onKeyDown: pressKey,
    },
    list: { id: listId },
  }
}

type Picker = Pick<ReturnType<typeof usePicker>, 'field' | 'list'>

export interface PickerDialogProps {
  readonly label: string
  /** Where it is larger than the usual one. */
  readonly className?: string
  readonly placeholder: string
  readonly testId: string
  readonly value: string
  readonly picker: Picker
  readonly onType: (text: string) => void
  readonly onClose: () => void
  /** Between the field and the list. */
  readonly above?: ReactNode
  /** The rows of the list. */
  readonly rows: ReactNode
  /** What stands below the list. */
  readonly children: ReactNode
}

export function PickerDialog(props: PickerDialogProps) {
  const {
    label,
    className,
    placeholder,
    testId,
    value,
    picker,
    onType,
    onClose,
    above,
    rows,
    children,
  } = props
  const dialog = useModal()
  return (
    <dialog
      ref={dialog}
      className={className ? `picker ${className}` : 'picker'}
      aria-label={label}
      {...whenClosed(onClose)}
    >
      <input
        {...picker.field}
        data-first
        role="combobox"
        aria-label={label}
        aria-expanded="true"
        aria-autocomplete="list"
        data-testid={testId}
        className="picker-field"
        placeholder={placeholder}
        value={value}
        spellCheck={false}
        onChange={(event) => onType(event.target.value)}
      />
      {above}
      <div {...picker.list} role="listbox" aria-label="Results" className="picker-list">
        {rows}
      </div>
      {children}
    </dialog>
  )
}

export interface PickerRowProps {
  readonly id: string
  readonly isActive: boolean
  readonly isDisabled?: boolean
  readonly onChoose: () => void
  readonly children: ReactNode
}

export function PickerRow({ id, isActive, isDisabled, onChoose, children }: PickerRowProps) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are handled by the field that owns the list.
    <div
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={isActive}
      aria-disabled={isDisabled}
      className="picker-row"
      ref={(row) => {
        if (isActive) row?.scrollIntoView({ block: 'nearest' })
      }}
      onClick={onChoose}
    >
      {children}
    </div>
  )
}
