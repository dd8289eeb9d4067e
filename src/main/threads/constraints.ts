// Holds settings against what is required of them, and says who requires it.
import type {
  ActivePermissionProfile,
  ApprovalPolicy,
  ApprovalsReviewer,
  Refusal,
} from '../../protocol/index.ts'
import type { Constraint, Requirements } from '../config/requirements.ts'
import { SkeinError } from '../lib/errors.ts'
import type { PermissionProfile } from '../sandbox/permission-profile.ts'

/** The settings that can be constrained. */
interface Constrained {
  readonly approvalPolicy: ApprovalPolicy
  readonly approvalsReviewer: ApprovalsReviewer
  readonly permissionProfile: PermissionProfile
  readonly activePermissionProfile: ActivePermissionProfile | null
}

interface Check {
  readonly constraint: keyof Omit<Requirements, 'features'>
  /** As errors and config.toml name it. */
  readonly field: string
  wordOf(settings: Constrained): string | null
}

const checks: readonly Check[] = [
  {
    constraint: 'approvalPolicy',
    field: 'approval_policy',
    wordOf: ({ approvalPolicy }) =>
      typeof approvalPolicy === 'string' ? approvalPolicy : 'granular',
  },
  {
    constraint: 'approvalsReviewer',
    field: 'approvals_reviewer',
    wordOf: ({ approvalsReviewer }) => approvalsReviewer,
  },
  {
    constraint: 'sandboxMode',
    field: 'sandbox_mode',
    wordOf: ({ permissionProfile }) => modeOf(permissionProfile),
  },
  {
    constraint: 'permissionProfile',
    field: 'default_permissions',
    wordOf: ({ activePermissionProfile }) => activePermissionProfile?.id ?? null,
  },
]

/** Everything about the settings that is not allowed. */
export function violations(
  settings: Constrained,
  requirements: Requirements | undefined,
): readonly Refusal[] {
  if (!requirements) return []
  return checks.flatMap(({ constraint, field, wordOf }) => {
    const limit = requirements[constraint]
    const value = wordOf(settings)
    if (!limit || value === null || limit.allowed.includes(value)) return []
    return [refusalOf(field, value, limit)]
  })
}

/** Throws SkeinError('invalidParams') for a violation that was not there before: old ones are nobody's doing now. */
export function requireAllowed(
  before: Constrained,
  after: Constrained,
  requirements: Requirements | undefined,
): void {
  const known = new Set(violations(before, requirements).map(({ message }) => message))
  const fresh = violations(after, requirements).find(({ message }) => !known.has(message))
  if (!fresh) return
  const { message: reason, ...detail } = fresh
  throw new SkeinError('invalidParams', `invalid turn context override: ${reason}`, {
    ...detail,
    reason,
  })
}

function refusalOf(field: string, value: string, { allowed, source }: Constraint): Refusal {
  const message = `invalid value for \`${field}\`: \`${value}\` is not in the allowed set [${allowed.join(', ')}] (set by ${source})`
  return { field, value, allowed: [...allowed], layer: source, message }
}

/** How far the profile goes, in the words of `sandbox_mode`. */
function modeOf(profile: PermissionProfile): string {
  if (profile.type !== 'managed') return 'danger-full-access'
  const written = profile.entries.filter((entry) => entry.access === 'write')
  if (written.some(({ path }) => path.type === 'special' && path.name === 'root'))
    return 'danger-full-access'
  return written.length === 0 ? 'read-only' : 'workspace-write'
}
