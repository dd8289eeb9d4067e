// What the model knows of a thread: its history and the settings it was last told of, read once and kept up to date.
import type { ContextFragment } from '../../instructions/environment-context.ts'
import type { ModelItem } from '../../model/model-item.ts'
import type { ThreadEvent } from '../../storage/thread-event.ts'
import type { ConfigSnapshot } from '../config-snapshot.ts'
import type { ThreadState } from '../thread-state.ts'
import { itemsOf } from './compacted-history.ts'

export interface KnownHistoryPorts {
  /** The recorded model history; read once, when the first turn after loading starts. */
  loadHistory(): Promise<readonly ModelItem[]>
  /** The settings that the model was last told of, as recorded; read with the history. */
  loadTold(): Promise<ConfigSnapshot | null>
  /** What the model must be told before a turn's input: initial context, or what changed since. */
  contextFor(
    history: readonly ModelItem[],
    before: ConfigSnapshot | null,
    now: ConfigSnapshot,
    fragments: () => Promise<readonly ContextFragment[]>,
  ): Promise<readonly ModelItem[]>
}

export interface KnownHistory {
  /** Empty as long as it was not read. */
  items(): readonly ModelItem[]
  told(): ConfigSnapshot | null
  /** The model has been told of these settings. */
  tell(settings: ConfigSnapshot): void
  /** Reads the history once; then says what the model must be told before input under these settings, null for none. */
  contextBefore(
    settings: ConfigSnapshot | null,
    fragments: () => Promise<readonly ContextFragment[]>,
  ): Promise<readonly ModelItem[]>
  /** Must hear of every recorded fact. */
  applied(event: ThreadEvent): void
}

export function createKnownHistory(
  { stored, base, snapshot }: ThreadState,
  ports: KnownHistoryPorts,
): KnownHistory {
  let history: ModelItem[] | null = stored || base ? null : []
  let told: ConfigSnapshot | null = stored ? snapshot : null

  return {
    items: () => history ?? [],
    told: () => told,
    tell(settings) {
      told = settings
    },
    async contextBefore(settings, fragments) {
      if (!history) {
        told = (await ports.loadTold()) ?? told
        history = [...(await ports.loadHistory())]
      }
      return settings ? ports.contextFor(history, told, settings, fragments) : []
    },
    applied(event) {
      if (event.type === 'modelItemsRecorded') history?.push(...event.items)
      if (event.type === 'historyReplaced')
        history = history && [...itemsOf(event.history, history)]
      if (event.type === 'threadReverted') history = null
    },
  }
}
