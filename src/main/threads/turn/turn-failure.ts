// How a turn ends that could not do its work: with the reason, and with everything that was said to it.
import type { ThreadTokenUsage, TurnError } from '../../../protocol/index.ts'
import { SkeinError } from '../../lib/errors.ts'
import { ModelError } from '../../model/model-client.ts'
import type { ThreadEvent } from '../../storage/thread-event.ts'
import type { TurnOutcome } from './closing.ts'
import { fullWindow, usageEvent, zeroUsage } from './token-usage.ts'
import type { TurnScope } from './turn-scope.ts'

/**
 * Expected failures end the turn with their reason; anything else is a bug and goes up to the runner. `window` is
 * what a full one holds, null while it is not known.
 */
export async function failTurn(
  scope: TurnScope,
  tokenUsage: () => ThreadTokenUsage | null,
  error: unknown,
  window: number | null,
): Promise<void> {
  const failure = turnErrorOf(error)
  if (!failure) throw error
  const last: ThreadEvent[] = []
  if (failure.codexErrorInfo === 'contextWindowExceeded' && window !== null)
    last.push(usageEvent(scope, null, zeroUsage, fullWindow(tokenUsage(), window)))
  const limitEndsAtMs = error instanceof ModelError ? error.limitEndsAtMs : null
  await finishTurn(scope, { status: 'failed', error: failure, limitEndsAtMs }, last)
}

/** Words that came in the last moment stay in the history, though this turn will not answer them. */
export async function finishTurn(
  scope: TurnScope,
  outcome: TurnOutcome,
  last: readonly ThreadEvent[],
): Promise<void> {
  for (let facts = last; !(await scope.finish(outcome, facts)); facts = []) await scope.takeSteers()
}

function turnErrorOf(error: unknown): TurnError | null {
  if (error instanceof ModelError)
    return { message: error.message, codexErrorInfo: error.info, additionalDetails: null }
  if (error instanceof SkeinError && error.code !== 'storageDegraded')
    return { message: error.message, codexErrorInfo: 'other', additionalDetails: null }
  return null
}
