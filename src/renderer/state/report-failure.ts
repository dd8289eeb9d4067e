// What every piece of work does that somebody asked for and nobody waits for.
import { messageOf } from './failures.ts'
import type { Stores } from './stores.ts'

/** Says in a toast why the work could not be done. Never rejects. */
export async function reportFailure(stores: Stores, work: Promise<unknown>): Promise<void> {
  try {
    await work
  } catch (error) {
    stores.ui.actions.toast({ text: messageOf(error), tone: 'danger' })
  }
}
