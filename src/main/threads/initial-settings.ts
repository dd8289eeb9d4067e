// The settings a new thread starts with: from the configuration, and from what nobody configured.
import type { LayerName } from '../../protocol/index.ts'
import type { ResolvedConfig } from '../config/config-service.ts'
import { isTrusted } from '../config/trust.ts'
import { profileOfSandboxPolicy } from '../sandbox/permission-profile.ts'
import { allowedStart } from './allowed-start.ts'
import { namedPermissions, type Permissions } from './named-permissions.ts'
import {
  type LayeredSettings,
  policyOfMode,
  reviewerName,
  type SettingsKey,
  type SettingsOrigins,
  type ThreadSettings,
  tierName,
} from './settings.ts'

export interface SettingsDefaults {
  /** Chosen by the caller from the request, the configuration and the provider; see `origins`. */
  readonly model: string
  readonly modelProvider: string
  readonly cwd: string
  readonly source: string
  readonly threadSource: string | null
  readonly ephemeral: boolean
  /** True for a folder that is the app's own: it needs no word of trust. */
  readonly ownFolder: boolean
}

/** The settings a new thread starts with, before its own overrides. */
export function initialSettings(
  config: ResolvedConfig,
  defaults: SettingsDefaults,
): LayeredSettings {
  const file = config.values
  const origins = new Map<SettingsKey, LayerName>()
  const from = <K extends SettingsKey>(
    key: K,
    configKey: string,
    value: ThreadSettings[K] | undefined,
    fallback: ThreadSettings[K],
  ): ThreadSettings[K] => {
    if (value === undefined) return fallback
    origins.set(key, config.origins[configKey] ?? originBelow(config, configKey))
    return value
  }
  /** Chosen before this function: by the caller, or by the configuration when it says the same. */
  const chosen = (
    key: SettingsKey,
    value: string,
    configured: string | undefined,
    origin: LayerName | undefined,
  ): string => {
    if (value === configured && origin) origins.set(key, origin)
    return value
  }
  const permissions = initialPermissions(config, defaults)
  origins.set('permissionProfile', permissions.origin)
  origins.set('activePermissionProfile', permissions.origin)
  const policy = file.approval_policy === 'on-failure' ? 'on-request' : file.approval_policy
  const values: ThreadSettings = {
    model: chosen('model', defaults.model, file.model, config.origins.model),
    modelProvider: chosen(
      'modelProvider',
      defaults.modelProvider,
      file.model_provider,
      config.origins.model_provider,
    ),
    serviceTier: from(
      'serviceTier',
      'service_tier',
      file.service_tier && tierName(file.service_tier),
      null,
    ),
    cwd: defaults.cwd,
    workspaceRoots: [defaults.cwd],
    approvalPolicy: from('approvalPolicy', 'approval_policy', policy, 'on-request'),
    approvalsReviewer: from(
      'approvalsReviewer',
      'approvals_reviewer',
      file.approvals_reviewer && reviewerName(file.approvals_reviewer),
      'user',
    ),
    permissionProfile: permissions.profile,
    activePermissionProfile: permissions.active,
    effort: from('effort', 'model_reasoning_effort', file.model_reasoning_effort, null),
    summary: from('summary', 'model_reasoning_summary', file.model_reasoning_summary, null),
    personality: from('personality', 'personality', file.personality, null),
    ephemeral: defaults.ephemeral,
    source: defaults.source,
    threadSource: defaults.threadSource,
    baseInstructions: from('baseInstructions', 'instructions', file.instructions, null),
    developerInstructions: from(
      'developerInstructions',
      'developer_instructions',
      file.developer_instructions,
      null,
    ),
    mode: 'default',
    modeInstructions: null,
    environments: ['local'],
  }
  const keys = Object.keys(values) as SettingsKey[]
  const allOrigins = Object.fromEntries(keys.map((key) => [key, origins.get(key) ?? 'defaults']))
  return allowedStart({ values, origins: allOrigins as SettingsOrigins }, config)
}

/** A table's origin is that of its first leaf. */
function originBelow(config: ResolvedConfig, key: string): LayerName {
  const leaf = Object.keys(config.origins).find((candidate) => candidate.startsWith(`${key}.`))
  return (leaf && config.origins[leaf]) || 'defaults'
}

/** Configured sandbox mode or profile; else workspace-write in trusted folders and read-only elsewhere. */
function initialPermissions(
  config: ResolvedConfig,
  defaults: SettingsDefaults,
): Permissions & { origin: LayerName } {
  const { sandbox_mode: mode, default_permissions: named } = config.values
  if (named !== undefined)
    return {
      ...namedPermissions(named, config.values),
      origin: config.origins.default_permissions ?? 'defaults',
    }
  if (mode !== undefined)
    return {
      profile: profileOfSandboxPolicy(policyOfMode(mode, config.values)),
      active: null,
      origin: config.origins.sandbox_mode ?? 'defaults',
    }
  const trusted = defaults.ownFolder || isTrusted(config.values, defaults.cwd)
  return {
    ...namedPermissions(trusted ? ':workspace' : ':read-only', config.values),
    origin: 'defaults',
  }
}
