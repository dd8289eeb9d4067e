// The settings of a turn in the words of a rollout file.
import type { SandboxPolicy } from '../../protocol/index.ts'
import type { Store } from '../storage/store.ts'
import { readSnapshot } from '../threads/config-snapshot.ts'
import { sandboxPolicyOfSettings } from '../threads/settings.ts'

type TurnContext = Readonly<Record<string, unknown>>

/** Reads each snapshot once: the turns of a thread share few. */
export function turnContextReader(store: Store): (snapshotId: string) => Promise<TurnContext> {
  const known = new Map<string, Promise<TurnContext>>()
  return (id) => {
    const context = known.get(id) ?? read(store, id)
    known.set(id, context)
    return context
  }
}

async function read(store: Store, id: string): Promise<TurnContext> {
  const stored = await store.snapshot(id)
  if (!stored) return {}
  const { values } = readSnapshot({ id, json: stored.json })
  return {
    cwd: values.cwd,
    approval_policy: values.approvalPolicy,
    sandbox_policy: policyView(sandboxPolicyOfSettings(values)),
    model: values.model,
    ...(values.effort !== null && { effort: values.effort }),
    summary: values.summary ?? 'auto',
  }
}

function policyView(policy: SandboxPolicy): Readonly<Record<string, unknown>> {
  switch (policy.type) {
    case 'dangerFullAccess':
      return { type: 'danger-full-access' }
    case 'readOnly':
      return { type: 'read-only' }
    case 'workspaceWrite':
      return {
        type: 'workspace-write',
        writable_roots: policy.writableRoots,
        network_access: policy.networkAccess,
        exclude_tmpdir_env_var: policy.excludeTmpdirEnvVar,
        exclude_slash_tmp: policy.excludeSlashTmp,
      }
    default:
      return { type: 'external-sandbox', network_access: 'restricted' }
  }
}
