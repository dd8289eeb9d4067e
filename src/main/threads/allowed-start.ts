// What a new thread starts with where the configuration asks for more than is allowed: the nearest allowed value.
import type { ConfigInForce } from '../config/config-service.ts'
import { violations } from './constraints.ts'
import { namedPermissions } from './named-permissions.ts'
import type { LayeredSettings, ThreadSettings } from './settings.ts'

/** The built-in profile of each sandbox mode, strictest first. */
const profileOfMode = {
  'read-only': ':read-only',
  'workspace-write': ':workspace',
  'danger-full-access': ':danger-full-access',
} as const

/** An explicit request for the same is refused; this is only how one starts without any. */
export function allowedStart(wanted: LayeredSettings, config: ConfigInForce): LayeredSettings {
  return violations(wanted.values, config.requirements).reduce((settings, { field, allowed }) => {
    const change = nearest(field, (allowed ?? []).map(String), config)
    if (!change) return settings
    const origins = Object.fromEntries(Object.keys(change).map((key) => [key, 'system']))
    return {
      values: { ...settings.values, ...change },
      origins: { ...settings.origins, ...origins } as LayeredSettings['origins'],
    }
  }, wanted)
}

function nearest(
  field: string,
  allowed: readonly string[],
  { values }: ConfigInForce,
): Partial<ThreadSettings> | undefined {
  const [first] = allowed
  if (first === undefined) return undefined
  switch (field) {
    case 'approval_policy':
      return { approvalPolicy: first as ThreadSettings['approvalPolicy'] }
    case 'approvals_reviewer':
      return { approvalsReviewer: first as ThreadSettings['approvalsReviewer'] }
    case 'sandbox_mode': {
      const mode = Object.keys(profileOfMode).find((candidate) => allowed.includes(candidate))
      return mode === undefined
        ? undefined
        : permissionsOf(profileOfMode[mode as keyof typeof profileOfMode], values)
    }
    case 'default_permissions':
      return permissionsOf(first, values)
    default:
      return undefined
  }
}

function permissionsOf(id: string, values: ConfigInForce['values']): Partial<ThreadSettings> {
  const { profile, active } = namedPermissions(id, values)
  return { permissionProfile: profile, activePermissionProfile: active }
}
