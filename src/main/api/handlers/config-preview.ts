// skein/config/preview: what overrides or edits of the file would do, and what of them is refused. Changes nothing.
import path from 'node:path'
import type { PreviewChange, Refusal, SandboxPolicy } from '../../../protocol/index.ts'
import type { ConfigService, ResolvedConfig } from '../../config/config-service.ts'
import { isTable, type Table } from '../../config/layers.ts'
import { maskSecrets } from '../../config/secrets.ts'
import { initialSettings } from '../../threads/initial-settings.ts'
import { previewOverrides } from '../../threads/preview.ts'
import { type LayeredSettings, sandboxPolicyOfSettings } from '../../threads/settings.ts'
import type { ThreadManager } from '../../threads/thread-manager.ts'
import { settingsChange } from '../../threads/turn-overrides.ts'
import type { Handlers } from '../router.ts'

export function configPreviewHandlers(ports: {
  readonly config: ConfigService
  readonly manager: ThreadManager
}): Pick<Handlers, 'skein/config/preview'> {
  const { config, manager } = ports
  return {
    async 'skein/config/preview'({ threadId, cwd: asked, overrides = {}, edits = [] }) {
      const thread =
        threadId === undefined ? undefined : (await manager.load(threadId)).actor.state()
      const settings = thread?.snapshot.values
      const cwd = settings?.cwd ?? path.resolve(asked ?? process.cwd())
      const edited = await config.previewWrite(edits, cwd)
      const onlyEdits = edits.length > 0 && Object.keys(overrides).length === 0
      const start = !thread || onlyEdits ? settingsIn(edited.before, cwd) : thread.snapshot
      const next = !thread || onlyEdits ? settingsIn(edited.after, cwd) : thread.snapshot
      const { skein, ...chosen } = overrides
      const { onlyThisTurn } = settingsChange(chosen, skein, edited.after)
      const { clear } = skein ?? {}
      const tried = previewOverrides(next, { ...chosen, clear }, onlyThisTurn, edited.after)
      const refused: Refusal[] = [...edited.refused, ...tried.refused]
      const notes = [...tried.notes]
      if (thread?.turn && tried.changes.length > 0) notes.push('Applies from the next turn.')
      return {
        changes: [...fileChanges(edited.before, edited.after), ...tried.changes],
        refused,
        notes,
        sandbox: { before: sandboxOf(start), after: sandboxOf(tried.after) },
      }
    },
  }
}

function sandboxOf({ values }: LayeredSettings): SandboxPolicy {
  return sandboxPolicyOfSettings(values)
}

/** Those of a thread that would be started in that folder now. */
function settingsIn(config: ResolvedConfig, cwd: string): LayeredSettings {
  return initialSettings(config, {
    model: config.values.model ?? '',
    modelProvider: config.values.model_provider ?? '',
    cwd,
    source: 'appServer',
    threadSource: null,
    ephemeral: false,
    ownFolder: false,
  })
}

function fileChanges(before: ResolvedConfig, after: ResolvedConfig): PreviewChange[] {
  if (before === after) return []
  const old = leaves(maskSecrets(before.values))
  const fresh = leaves(maskSecrets(after.values))
  return [...new Set([...old.keys(), ...fresh.keys()])]
    .filter((key) => JSON.stringify(old.get(key)) !== JSON.stringify(fresh.get(key)))
    .map((key) => ({
      key,
      before: old.get(key) ?? null,
      after: fresh.get(key) ?? null,
      layer: after.origins[key] ?? 'user',
    }))
}

/** By dotted key; a list is one leaf. */
function leaves(values: Table, prefix = ''): Map<string, unknown> {
  const found = new Map<string, unknown>()
  for (const [key, value] of Object.entries(values)) {
    if (!isTable(value)) found.set(prefix + key, value)
    else for (const [inner, leaf] of leaves(value, `${prefix}${key}.`)) found.set(inner, leaf)
  }
  return found
}
