// The settings of a thread: what they are, how overrides change them, and how clients see them.
// All functions are pure; a refused override changes nothing.
import path from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import {
  ActivePermissionProfile,
  ApprovalPolicy,
  ApprovalsReviewer,
  type ClearableSetting,
  type LayerName,
  ModeKind,
  Personality,
  ReasoningSummary,
  type SandboxMode,
  type SandboxPolicy,
  type ThreadSettingsView,
  type TurnOverrides,
} from '../../protocol/index.ts'
import type { ConfigValues } from '../config/config-schema.ts'
import type { ConfigInForce } from '../config/config-service.ts'
import { SkeinError } from '../lib/errors.ts'
import {
  keepingDenied,
  PermissionProfile,
  profileOfSandboxPolicy,
  sandboxPolicyOf,
} from '../sandbox/permission-profile.ts'
import { collaborationModeOf, modeChanges } from './collaboration-mode.ts'
import { requireAllowed } from './constraints.ts'
import { environmentChanges, environmentsOf, inPrimaryEnvironment } from './environments.ts'
import { namedPermissions } from './named-permissions.ts'

export const ThreadSettings = z.object({
  model: z.string(),
  modelProvider: z.string(),
  serviceTier: z.string().nullable(),
  cwd: z.string(),
  workspaceRoots: z.array(z.string()),
  approvalPolicy: ApprovalPolicy,
  approvalsReviewer: ApprovalsReviewer,
  permissionProfile: PermissionProfile,
  /** Provenance of the profile; null when a legacy sandbox value set it. */
  activePermissionProfile: ActivePermissionProfile.nullable(),
  effort: z.string().nullable(),
  summary: ReasoningSummary.nullable(),
  personality: Personality.nullable(),
  ephemeral: z.boolean(),
  source: z.string(),
  threadSource: z.string().nullable(),
  baseInstructions: z.string().nullable(),
  developerInstructions: z.string().nullable(),
  mode: ModeKind.default('default'),
  /** Instructions of the mode that a client brought; null for those that come with it. */
  modeInstructions: z.string().nullable().default(null),
  /** Where tools work: this machine, in the folders above, or nowhere. */
  environments: z.array(z.literal('local')).default(['local']),
})
export type ThreadSettings = z.output<typeof ThreadSettings>
export type SettingsKey = keyof ThreadSettings
export type SettingsOrigins = Readonly<Record<SettingsKey, LayerName>>

/** Values with the layer that set each of them. */
export interface LayeredSettings {
  readonly values: ThreadSettings
  readonly origins: SettingsOrigins
}

/** Overrides of turn/start and of thread/start and resume, which add a sandbox mode and instructions. */
export type SettingsOverrides = TurnOverrides & {
  readonly sandbox?: SandboxMode | undefined
  readonly baseInstructions?: string | undefined
  readonly developerInstructions?: string | undefined
  /** Settings to put back to their default. */
  readonly clear?: readonly ClearableSetting[] | undefined
}

/** A sandbox mode word as a policy, with the details of `[sandbox_workspace_write]`. */
export function policyOfMode(mode: SandboxMode, config: ConfigValues): SandboxPolicy {
  if (mode === 'danger-full-access') return { type: 'dangerFullAccess' }
  if (mode === 'read-only') return { type: 'readOnly', networkAccess: false }
  const details = config.sandbox_workspace_write
  return {
    type: 'workspaceWrite',
    writableRoots: details?.writable_roots ?? [],
    networkAccess: details?.network_access ?? false,
    excludeTmpdirEnvVar: details?.exclude_tmpdir_env_var ?? false,
    excludeSlashTmp: details?.exclude_slash_tmp ?? false,
  }
}

/**
 * The settings with these overrides in force, each override in layer `layer`; a value that is the same keeps its
 * layer. Absent keeps, null clears (service tier). Throws SkeinError('invalidParams') that names the field;
 * `current` is never changed.
 */
export function applyOverrides(
  current: LayeredSettings,
  overrides: SettingsOverrides,
  layer: LayerName,
  config: ConfigInForce,
): LayeredSettings {
  const wanted: Partial<ThreadSettings> = {
    ...plainChanges(overrides),
    ...folderChanges(current.values, inPrimaryEnvironment(overrides)),
    ...environmentChanges(current.values, overrides),
    ...permissionChanges(current.values, overrides, config.values),
  }
  const keys = Object.keys(wanted) as SettingsKey[]
  const changed = keys.filter((key) => !isDeepStrictEqual(wanted[key], current.values[key]))
  if (changed.length === 0) return current
  const values = {
    ...current.values,
    ...Object.fromEntries(changed.map((key) => [key, wanted[key]])),
  }
  requireAllowed(current.values, values, config.requirements)
  const origins = Object.fromEntries(changed.map((key) => [key, layer]))
  return {
    values,
    origins: { ...current.origins, ...origins },
  }
}

function plainChanges(overrides: SettingsOverrides): Partial<ThreadSettings> {
  const { summary, personality, approvalPolicy, approvalsReviewer, clear = [] } = overrides
  const { baseInstructions, developerInstructions, serviceTier } = overrides
  return {
    ...modeChanges(overrides, clear),
    ...(summary !== undefined && { summary }),
    ...(clear.includes('summary') && { summary: null }),
    ...(personality !== undefined && { personality }),
    ...(clear.includes('personality') && { personality: null }),
    ...(approvalPolicy !== undefined && { approvalPolicy }),
    ...(approvalsReviewer !== undefined && { approvalsReviewer: reviewerName(approvalsReviewer) }),
    ...(baseInstructions !== undefined && { baseInstructions }),
    ...(developerInstructions !== undefined && { developerInstructions }),
    ...(serviceTier !== undefined && { serviceTier: tierName(serviceTier) }),
  }
}

/** `guardian_subagent` is the old name of `auto_review`. */
export function reviewerName(reviewer: ApprovalsReviewer): ApprovalsReviewer {
  return reviewer === 'guardian_subagent' ? 'auto_review' : reviewer
}

/** `fast` is the old name of `priority`; clearing goes back to `default`. */
export function tierName(tier: string | null): string {
  if (tier === null) return 'default'
  return tier === 'fast' ? 'priority' : tier
}

/** Relative folders are resolved against this process; when the cwd was a root, the root moves with it. */
function folderChanges(
  current: ThreadSettings,
  overrides: SettingsOverrides,
): Partial<ThreadSettings> {
  const changes: Partial<ThreadSettings> = {}
  const cwd = overrides.cwd === undefined ? undefined : path.resolve(overrides.cwd)
  if (cwd !== undefined) changes.cwd = cwd
  if (overrides.runtimeWorkspaceRoots !== undefined) {
    requireAbsolute('runtimeWorkspaceRoots', overrides.runtimeWorkspaceRoots)
    changes.workspaceRoots = overrides.runtimeWorkspaceRoots
  } else if (cwd !== undefined && current.workspaceRoots.includes(current.cwd)) {
    const moved = current.workspaceRoots.map((root) => (root === current.cwd ? cwd : root))
    changes.workspaceRoots = [...new Set(moved)]
  }
  return changes
}

function requireAbsolute(field: string, folders: readonly string[]): void {
  const value = folders.find((folder) => !path.isAbsolute(folder))
  if (value !== undefined)
    throw new SkeinError('invalidParams', `${field}: \`${value}\` is not an absolute path`, {
      field,
      value,
    })
}

/** A named profile and a sandbox say two things of the same. Throws SkeinError('invalidParams'). */
export function requireOneOfPermissions({
  permissions,
  sandboxPolicy,
  sandbox,
}: SettingsOverrides): void {
  const legacy = sandboxPolicy !== undefined ? 'sandboxPolicy' : 'sandbox'
  if (permissions !== undefined && (sandboxPolicy !== undefined || sandbox !== undefined))
    throw new SkeinError('invalidParams', `\`permissions\` cannot be combined with \`${legacy}\``, {
      field: 'permissions',
    })
}

/** What was not to be read stays so, whichever word for permissions comes. */
function permissionChanges(
  { permissionProfile: before }: ThreadSettings,
  overrides: SettingsOverrides,
  config: ConfigValues,
): Partial<ThreadSettings> {
  const { permissions, sandboxPolicy, sandbox } = overrides
  requireOneOfPermissions(overrides)
  if (permissions !== undefined) {
    const { profile, active } = namedPermissions(permissions, config)
    return {
      permissionProfile: keepingDenied(profile, before),
      activePermissionProfile: active,
    }
  }
  if (sandboxPolicy?.type === 'workspaceWrite')
    requireAbsolute('sandboxPolicy.writableRoots', sandboxPolicy.writableRoots)
  const policy = sandboxPolicy ?? (sandbox && policyOfMode(sandbox, config))
  if (policy === undefined) return {}
  const profile = keepingDenied(profileOfSandboxPolicy(policy), before)
  return { permissionProfile: profile, activePermissionProfile: null }
}

/** The legacy sandbox view of these settings, derived anew each time. */
export function sandboxPolicyOfSettings(settings: ThreadSettings): SandboxPolicy {
  return sandboxPolicyOf(settings.permissionProfile, {
    cwd: settings.cwd,
    workspaceRoots: settings.workspaceRoots,
    tmpdir: process.env.TMPDIR ?? null,
  })
}

/** Null while a legacy sandbox value is in force. */
export function activeProfileView({
  activePermissionProfile: active,
}: ThreadSettings): ActivePermissionProfile | null {
  return active && { id: active.id, extends: active.extends ?? null }
}

/** As thread/settings/updated carries them. */
export function settingsView(settings: ThreadSettings): ThreadSettingsView {
  return {
    cwd: settings.cwd,
    approvalPolicy: settings.approvalPolicy,
    approvalsReviewer: settings.approvalsReviewer,
    sandboxPolicy: sandboxPolicyOfSettings(settings),
    activePermissionProfile: activeProfileView(settings),
    model: settings.model,
    modelProvider: settings.modelProvider,
    serviceTier: settings.serviceTier,
    effort: settings.effort,
    summary: settings.summary,
    collaborationMode: collaborationModeOf(settings),
    personality: settings.personality,
    environments: environmentsOf(settings),
    disabledPluginIds: [],
    multiAgentMode: 'explicitRequestOnly',
  }
}
