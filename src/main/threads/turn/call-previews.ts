// Shows calls while the model still writes them. What is shown is volatile: a card and the facts come with the call.
import type { Clock } from '../../lib/clock.ts'
import type { ModelEvent } from '../../model/model-client.ts'
import type { ToolRegistry } from '../../tools/registry.ts'
import type { CallPreview } from '../../tools/tool.ts'
import type { TurnScope } from './turn-scope.ts'

/** Each look is sent as a whole, so there are not many of them. */
const BETWEEN_LOOKS_MS = 500

export interface CallPreviews {
  heard(delta: Extract<ModelEvent, { type: 'callDelta' }>): void
  /** The call is whole: shows what was not shown yet. */
  written(callId: string): void
  /** No card came of the call: takes back what was shown of it. */
  dropped(callId: string): void
}

interface OpenPreview {
  /** Undefined for a call of which nothing is shown. */
  readonly preview: CallPreview | undefined
  isShown: boolean
  hasMore: boolean
  /** Undefined until the first look. */
  lookedAtMs?: number
}

export function createCallPreviews(
  scope: Pick<TurnScope, 'turnId' | 'signalNow'>,
  registry: Pick<ToolRegistry, 'preview'>,
  clock: Clock,
): CallPreviews {
  const open = new Map<string, OpenPreview>()

  function show(itemId: string, call: OpenPreview): void {
    const changes = call.preview?.changes() ?? []
    if (changes.length === 0) return
    call.hasMore = false
    call.isShown = true
    call.lookedAtMs = clock.now()
    scope.signalNow({ type: 'patchWritten', turnId: scope.turnId, itemId, changes })
  }

  return {
    heard({ callId, name, form, delta }) {
      const known = open.get(callId)
      const call = known ?? {
        preview: registry.preview(name, form),
        isShown: false,
        hasMore: false,
      }
      if (!known) open.set(callId, call)
      if (!call.preview) return
      call.preview.feed(delta)
      call.hasMore = true
      const isDue =
        call.lookedAtMs === undefined || clock.now() - call.lookedAtMs >= BETWEEN_LOOKS_MS
      if (isDue) show(callId, call)
    },
    written(callId) {
      const call = open.get(callId)
      if (call?.hasMore) show(callId, call)
    },
    dropped(callId) {
      if (open.get(callId)?.isShown)
        scope.signalNow({
          type: 'patchWritten',
          turnId: scope.turnId,
          itemId: callId,
          changes: [],
        })
    },
  }
}
