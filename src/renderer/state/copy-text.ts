// Words into the clipboard.
import { reportFailure } from './report-failure.ts'
import type { Stores } from './stores.ts'

/** Says so once the words are in the clipboard, or why they are not. */
export function copyText(stores: Stores, words: string, done: string): void {
  const copied = navigator.clipboard
    .writeText(words)
    .then(() => stores.ui.actions.toast({ text: done }))
  void reportFailure(stores, copied)
}
