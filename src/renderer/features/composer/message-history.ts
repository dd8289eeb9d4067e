// Brings earlier messages of the thread back into an empty field: Up goes back, Down forward again.
import { useCallback, useRef } from 'react'
import { textOf } from '../../state/message-text.ts'
import type { ThreadState } from '../../state/thread-state.ts'
import type { ThreadStore } from '../../state/thread-store.ts'
import type { ComposerStore } from './composer-store.ts'

/** What the person said, latest first, without repetitions in a row. */
export function earlierMessages({ turns }: Pick<ThreadState, 'turns'>): string[] {
  const messages = turns.flatMap((turn) =>
    turn.items.flatMap(({ item }) => (item.type === 'userMessage' ? [textOf(item.content)] : [])),
  )
  return messages.filter((text, index) => text !== '' && text !== messages[index + 1]).reverse()
}

/** Where the person is among the earlier messages: null is the field's own text. */
export type HistoryPlace = number | null

/** The place after a step back (1) or forward (-1); undefined when the step leads nowhere. */
export function stepInHistory(
  place: HistoryPlace,
  step: 1 | -1,
  length: number,
): HistoryPlace | undefined {
  const next = (place ?? -1) + step
  if (next < -1 || next >= length) return undefined
  return next === -1 ? null : next
}

const steps: Readonly<Record<string, 1 | -1>> = { ArrowUp: 1, ArrowDown: -1 }

/** Takes a key; true when it brought something back. */
export function useMessageHistory(thread: ThreadStore, composer: ComposerStore) {
  const place = useRef<HistoryPlace>(null)
  return useCallback(
    (key: string, field: HTMLTextAreaElement): boolean => {
      const step = steps[key]
      if (step === undefined) return false
      const messages = earlierMessages(thread.getState())
      const { text } = composer.getState()
      const isBroughtBack = place.current !== null && messages[place.current] === text
      if (isBroughtBack ? movesCursor(step, field) : text !== '') return false
      const next = stepInHistory(isBroughtBack ? place.current : null, step, messages.length)
      if (next === undefined) return isBroughtBack
      place.current = next
      composer.type(next === null ? '' : (messages[next] ?? ''))
      return true
    },
    [thread, composer],
  )
}

/** Inside a message of several lines the arrows move the cursor until it is at an end. */
function movesCursor(step: 1 | -1, { value, selectionStart, selectionEnd }: HTMLTextAreaElement) {
  if (!value.includes('\n')) return false
  return step === 1
    ? selectionStart > 0 && selectionEnd < value.length
    : selectionEnd < value.length
}
