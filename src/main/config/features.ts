// What can be switched on and off, how finished it is, and what holds now.
import type { Feature } from '../../protocol/index.ts'
import type { ConfigValues } from './config-schema.ts'
import type { Requirements } from './requirements.ts'

interface FeatureSpec {
  readonly stage: Feature['stage']
  readonly on: boolean
  /** For people; only experimental ones have it. */
  readonly title?: string
  readonly description?: string
}

const stable = (on: boolean): FeatureSpec => ({ stage: 'stable', on })
const unfinished: FeatureSpec = { stage: 'underDevelopment', on: false }
/** Once a switch, now always so: files that still name it are read without a word. */
const removed: FeatureSpec = { stage: 'removed', on: true }

const specs = {
  apply_patch_streaming_events: stable(true),
  apps: stable(true),
  code_mode: unfinished,
  collaboration_modes: removed,
  default_mode_request_user_input: unfinished,
  enable_request_compression: stable(true),
  exec_permission_approvals: unfinished,
  fast_mode: stable(true),
  goals: stable(true),
  guardian_approval: stable(true),
  hooks: stable(true),
  item_ids: unfinished,
  memories: {
    stage: 'beta',
    on: false,
    title: 'Memories',
    description: 'Threads may leave notes that later threads can read.',
  },
  multi_agent: stable(true),
  multi_agent_v2: unfinished,
  network_proxy: {
    stage: 'beta',
    on: false,
    title: 'Network proxy',
    description: 'Commands reach the network through a proxy that knows what is allowed.',
  },
  personality: stable(true),
  plugins: stable(true),
  prevent_idle_sleep: {
    stage: 'beta',
    on: false,
    title: 'Stay awake',
    description: 'The machine does not fall asleep while a turn runs.',
  },
  remote_compaction_v2: unfinished,
  request_permissions_tool: unfinished,
  shell_snapshot: stable(true),
  shell_tool: stable(true),
  sleep_tool: unfinished,
  sqlite: removed,
  steer: removed,
  token_budget: unfinished,
  tool_call_mcp_elicitation: stable(true),
  tool_suggest: stable(true),
  unified_exec: stable(process.platform !== 'win32'),
} as const satisfies Record<string, FeatureSpec>

type FeatureName = keyof typeof specs

export function isFeature(name: string): name is FeatureName {
  return Object.hasOwn(specs, name)
}

/** Defaults, then the files and the command line, then what was set for this process, then requirements. */
function isEnabled(
  name: FeatureName,
  config: ConfigValues,
  requirements: Requirements | undefined,
  set: ReadonlyMap<string, boolean>,
): boolean {
  const spec: FeatureSpec = specs[name]
  if (spec.stage === 'removed') return spec.on
  const configured = config.features?.[name]
  return (
    requirements?.features[name]?.enabled ??
    set.get(name) ??
    (typeof configured === 'boolean' ? configured : spec.on)
  )
}

/** Name to whether it is on where nobody said anything. */
export const featureDefaults: ReadonlyMap<string, boolean> = new Map(
  Object.entries(specs).map(([name, { on }]) => [name, on]),
)

/** Names of those that are on. */
export function enabledFeatures(
  config: ConfigValues,
  requirements: Requirements | undefined,
  set: ReadonlyMap<string, boolean>,
): ReadonlySet<string> {
  const names = Object.keys(specs).filter(isFeature)
  return new Set(names.filter((name) => isEnabled(name, config, requirements, set)))
}

/** By name, as experimentalFeature/list shows them. */
export function listFeatures(
  config: ConfigValues,
  requirements: Requirements | undefined,
  set: ReadonlyMap<string, boolean>,
): Feature[] {
  return Object.keys(specs)
    .filter(isFeature)
    .map((name) => {
      const spec: FeatureSpec = specs[name]
      return {
        name,
        stage: spec.stage,
        displayName: spec.title ?? null,
        description: spec.description ?? null,
        announcement: null,
        enabled: isEnabled(name, config, requirements, set),
        defaultEnabled: spec.on,
      }
    })
}

/** Words of a `[features]` table that mean nothing here, and unfinished ones that were switched on. */
export function featureWarnings(config: ConfigValues): readonly string[] {
  const named = Object.entries(config.features ?? {})
  return named.flatMap(([name, value]) => {
    if (!isFeature(name)) return [`\`features.${name}\` is not known and has no effect`]
    const spec: FeatureSpec = specs[name]
    if (value !== true || spec.stage !== 'underDevelopment') return []
    return config.suppress_unstable_features_warning
      ? []
      : [`\`features.${name}\` is under development and may not work`]
  })
}
