// What commands of the thread may touch, in plain words, and what nothing holds back.
import type { ReactNode } from 'react'
import type { ConfigSnapshotView, SandboxPolicy } from '../../../protocol/index.ts'

export function SandboxBox(props: { snapshot: ConfigSnapshotView; children?: ReactNode }) {
  const { snapshot, children } = props
  const policy = snapshot.sandboxPolicy
  const roots = writableRoots(snapshot)
  const isOpen = policy.type === 'dangerFullAccess'
  return (
    <section
      aria-label="Sandbox"
      className={isOpen || isHollow(snapshot) ? 'sandbox-box sandbox-box-danger' : 'sandbox-box'}
    >
      <h3 className="inspector-heading">Sandbox</h3>
      <dl className="sandbox-rows">
        <dt>Mode</dt>
        <dd>{modes[policy.type]}</dd>
        <dt>May write</dt>
        <dd>
          {roots.length === 0 ? (isOpen ? 'everywhere' : 'nowhere') : null}
          {roots.map((root) => (
            <div key={root}>
              <code>{root}</code>
            </div>
          ))}
        </dd>
        <dt>Network</dt>
        <dd>{hasNetwork(policy) ? 'open' : 'off'}</dd>
        <dt>Enforced by</dt>
        <dd>{enforcedBy(snapshot)}</dd>
        <dt>Not enforced</dt>
        <dd>{isHollow(snapshot) ? hollow(snapshot) : notEnforced[policy.type]}</dd>
      </dl>
      {children}
    </section>
  )
}

const modes: Readonly<Record<SandboxPolicy['type'], string>> = {
  readOnly: 'read only',
  workspaceWrite: 'write in the workspace',
  dangerFullAccess: 'none: full access',
  externalSandbox: 'left to the surroundings',
}

const notEnforced: Readonly<Record<SandboxPolicy['type'], string>> = {
  readOnly: 'Reading: commands can read every file that you can read.',
  workspaceWrite: 'Reading: commands can read every file that you can read.',
  dangerFullAccess: 'Everything: commands run with all your rights.',
  externalSandbox: 'Everything here: something outside of Skein is trusted to confine commands.',
}

/** Limits are wanted and nothing on this machine can hold them. */
function isHollow({ sandboxPolicy: { type }, enforcement }: ConfigSnapshotView): boolean {
  return (type === 'readOnly' || type === 'workspaceWrite') && enforcement.by === null
}

function hollow({ enforcement }: ConfigSnapshotView): string {
  return `All of it: ${enforcement.reason ?? 'there is no sandbox'}. Every command is asked for.`
}

function enforcedBy({ sandboxPolicy: { type }, enforcement }: ConfigSnapshotView): string {
  if (type === 'dangerFullAccess') return 'nothing'
  if (type === 'externalSandbox') return 'something outside of Skein'
  return enforcement.by ?? 'nothing on this machine'
}

/** The workspace itself is writable without being named in the policy. */
function writableRoots({ sandboxPolicy: policy, values }: ConfigSnapshotView): readonly string[] {
  if (policy.type !== 'workspaceWrite') return []
  const { workspaceRoots } = values
  const workspace = Array.isArray(workspaceRoots) ? workspaceRoots : []
  const temporary = [
    ...(policy.excludeSlashTmp ? [] : ['/tmp']),
    ...(policy.excludeTmpdirEnvVar ? [] : ['$TMPDIR']),
  ]
  return [...new Set([...workspace.map(String), ...policy.writableRoots, ...temporary])]
}

function hasNetwork(policy: SandboxPolicy): boolean {
  if (policy.type === 'dangerFullAccess') return true
  return policy.networkAccess === true || policy.networkAccess === 'enabled'
}
