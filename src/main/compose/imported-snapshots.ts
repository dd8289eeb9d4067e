// The settings of imported threads: what their files say of them, within what is allowed here.
import { ApprovalPolicy } from '../../protocol/index.ts'
import type { ResolvedConfig } from '../config/config-service.ts'
import type { SnapshotOf } from '../rollouts/ask-snapshots.ts'
import type { RolloutSettings } from '../rollouts/to-imported-thread.ts'
import { profileOfSandboxPolicy } from '../sandbox/permission-profile.ts'
import { snapshotOf, storedSnapshot } from '../threads/config-snapshot.ts'
import { initialSettings } from '../threads/initial-settings.ts'
import { type LayeredSettings, policyOfMode } from '../threads/settings.ts'

/** A turn is shown under what it ran with; the thread goes on under what is allowed here, whatever its file says. */
export function importedSnapshots(config: ResolvedConfig): SnapshotOf {
  return (settings) => {
    const { modelProvider, cwd, source, threadSource, effort, turn } = settings
    const model = settings.model ?? config.values.model ?? 'unknown'
    const base = initialSettings(config, {
      model,
      modelProvider,
      cwd,
      source,
      threadSource,
      ephemeral: false,
      ownFolder: false,
    })
    const values = { ...base.values, effort, ...(turn && turnValues(turn, config)) }
    const changed = Object.keys(values).filter(
      (key) => values[key as keyof typeof values] !== base.values[key as keyof typeof values],
    )
    const told = ['model', 'modelProvider', 'cwd', ...changed].map((key) => [key, 'thread'])
    const origins = { ...base.origins, ...Object.fromEntries(told) } as LayeredSettings['origins']
    return storedSnapshot(snapshotOf({ values, origins }))
  }
}

function turnValues(turn: NonNullable<RolloutSettings['turn']>, config: ResolvedConfig) {
  const policy = ApprovalPolicy.safeParse(turn.approval_policy)
  const mode = (turn.sandbox_policy as { type?: unknown } | undefined)?.type
  const isKnown =
    mode === 'read-only' || mode === 'workspace-write' || mode === 'danger-full-access'
  return {
    ...(policy.success && { approvalPolicy: policy.data }),
    ...(isKnown && {
      permissionProfile: profileOfSandboxPolicy(policyOfMode(mode, config.values)),
      activePermissionProfile: null,
    }),
  }
}
