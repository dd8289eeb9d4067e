// What a turn does, by its task.
import { compact } from './compaction.ts'
import { runReviewTurn } from './review.ts'
import { windowOf } from './token-usage.ts'
import { failTurn, finishTurn } from './turn-failure.ts'
import { compactionPorts, runTurn, type TurnPorts } from './turn-loop.ts'
import type { TurnScope } from './turn-scope.ts'
import { runShellTurn, type UserShellPorts } from './user-shell.ts'

/** Runs until the turn ended by itself. Rejects with the signal's reason when it was cut, or with a bug. */
export function runTask(scope: TurnScope, ports: TurnPorts & UserShellPorts): Promise<void> {
  const { task } = scope
  switch (task.type) {
    case 'regular':
      return runTurn(scope, ports)
    case 'compact':
      return runCompactTurn(scope, ports)
    case 'review':
      return runReviewTurn(scope, ports, task)
    case 'shell':
      return runShellTurn(scope, ports, task)
  }
}

async function runCompactTurn(scope: TurnScope, ports: TurnPorts): Promise<void> {
  const { values } = scope.snapshot
  let window: number | null = null
  try {
    const provider = ports.providers.get(values.modelProvider)
    window = windowOf(provider.info(values.model))
    const made = compactionPorts(scope, ports, provider)
    await compact(scope, made, { model: values.model, during: null })
    await finishTurn(scope, { status: 'completed' }, [])
  } catch (error) {
    scope.signal.throwIfAborted()
    await failTurn(scope, ports.tokenUsage, error, window)
  }
}
