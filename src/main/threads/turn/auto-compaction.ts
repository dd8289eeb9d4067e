// When room must be made without being asked: before a turn's first request, between two of them, and before a
// model with a smaller window takes over.
import type { ThreadTokenUsage } from '../../../protocol/index.ts'
import type { ModelInfo, ModelProvider } from '../../model/model-client.ts'
import type { ModelItem } from '../../model/model-item.ts'
import { estimateTokens } from './compacted-history.ts'
import { type CompactionPorts, compact } from './compaction.ts'
import { isFullWindow } from './token-usage.ts'
import type { TurnScope } from './turn-scope.ts'

/** Of the whole window, when the configuration names no limit of its own. */
const LIMIT_PERCENT = 90

export function compactionLimit(info: ModelInfo, configured: number | null): number {
  const ofWindow = Math.floor((info.contextWindow * LIMIT_PERCENT) / 100)
  return configured === null ? ofWindow : Math.min(configured, ofWindow)
}

/** What the history takes of the window: the last response's count, and an estimate of what came since. */
export function activeTokens(usage: ThreadTokenUsage | null, since: readonly ModelItem[]): number {
  if (!usage) return estimateTokens(since)
  const counted = isFullWindow(usage) ? usage.total.totalTokens : usage.last.totalTokens
  return counted + estimateTokens(since)
}

export interface AutoCompaction {
  /** Before the first request of a turn. */
  atStart(): Promise<void>
  /** Between two requests; `since` came after the response that was counted last. */
  between(since: readonly ModelItem[]): Promise<void>
}

export function createAutoCompaction(
  scope: TurnScope,
  ports: CompactionPorts & { readonly limit: number | null },
): AutoCompaction {
  const isOver = (since: readonly ModelItem[]): boolean => {
    const info = ports.provider.info(scope.snapshot.values.model)
    return activeTokens(ports.tokenUsage(), since) >= compactionLimit(info, ports.limit)
  }

  return {
    async atStart() {
      if (scope.historyStart === 0 || !isOver(scope.history().slice(scope.historyStart))) return
      await compact(scope, ports, { model: writer(scope, ports.provider), during: 'turnStart' })
    },
    async between(since) {
      if (!isOver(since)) return
      await compact(scope, ports, { model: scope.snapshot.values.model, during: 'turn' })
    },
  }
}

/** The model of the turn before, when it has more room than the one of this turn. */
function writer({ snapshot, previous }: TurnScope, provider: ModelProvider): string {
  const now = snapshot.values
  const before = previous?.values
  if (!before || before.modelProvider !== now.modelProvider) return now.model
  const room = (model: string): number => provider.info(model).contextWindow
  return room(before.model) > room(now.model) ? before.model : now.model
}
