// What config.toml may say: the keys Skein reads now. Unknown keys are kept and reported, never an error.
import { z } from 'zod'
import { ApprovalPolicy, Personality, ReasoningSummary, SandboxMode } from '../../protocol/index.ts'

export const WireApi = z.enum(['responses', 'chat'])

export const ProviderConfig = z.looseObject({
  name: z.string().optional(),
  base_url: z.string().optional(),
  /** Name of the environment variable that holds the key. */
  env_key: z.string().optional(),
  env_key_instructions: z.string().optional(),
  wire_api: WireApi.optional(),
  query_params: z.record(z.string(), z.string()).optional(),
  http_headers: z.record(z.string(), z.string()).optional(),
  /** Header name to the environment variable with its value. */
  env_http_headers: z.record(z.string(), z.string()).optional(),
  request_max_retries: z.number().int().min(0).max(100).optional(),
  stream_max_retries: z.number().int().min(0).max(100).optional(),
  stream_idle_timeout_ms: z.number().int().positive().optional(),
})
export type ProviderConfig = z.output<typeof ProviderConfig>

export const ShellEnvironmentPolicy = z.looseObject({
  inherit: z.enum(['all', 'core', 'none']).optional(),
  ignore_default_excludes: z.boolean().optional(),
  exclude: z.array(z.string()).optional(),
  set: z.record(z.string(), z.string()).optional(),
  include_only: z.array(z.string()).optional(),
})
export type ShellEnvironmentPolicy = z.output<typeof ShellEnvironmentPolicy>

const Access = z.enum(['read', 'write', 'deny', 'none'])

/** `on-failure` is still found in files; it works as `on-request`. */
export const FileApprovalPolicy = z.union([ApprovalPolicy, z.literal('on-failure')])

/**
 * Paths, patterns, `:root`, `:project_roots`, `:tmpdir`, `:slash_tmp` to what may be done there; a table names places
 * below. A number is for `glob_scan_max_depth` alone.
 */
const FilesystemTable = z.record(
  z.string(),
  z.union([Access, z.record(z.string(), Access), z.number().int().positive()]),
)

export const PermissionTable = z.looseObject({
  description: z.string().optional(),
  /** Another profile, built in or not, that this one starts from. */
  extends: z.string().optional(),
  filesystem: FilesystemTable.optional(),
  network: z.looseObject({ enabled: z.boolean().optional() }).optional(),
})
export type PermissionTable = z.output<typeof PermissionTable>

export const ConfigValues = z.looseObject({
  model: z.string().min(1).optional(),
  model_provider: z.string().min(1).optional(),
  model_providers: z.record(z.string(), ProviderConfig).optional(),
  model_context_window: z.number().int().positive().optional(),
  /** From so many tokens on the history is summed up by itself. */
  model_auto_compact_token_limit: z.number().int().positive().optional(),
  compact_prompt: z.string().optional(),
  /** Model to its prices in US dollars per million tokens; what is left out costs as much as other input. */
  model_prices: z
    .record(
      z.string(),
      z.looseObject({
        input: z.number().min(0),
        cached_input: z.number().min(0).optional(),
        cache_write_input: z.number().min(0).optional(),
        output: z.number().min(0),
      }),
    )
    .optional(),
  model_reasoning_effort: z.string().min(1).optional(),
  model_reasoning_summary: ReasoningSummary.optional(),
  service_tier: z.string().optional(),
  personality: Personality.optional(),
  approval_policy: FileApprovalPolicy.optional(),
  approvals_reviewer: z.enum(['user', 'auto_review', 'guardian_subagent']).optional(),
  sandbox_mode: SandboxMode.optional(),
  sandbox_workspace_write: z
    .looseObject({
      writable_roots: z.array(z.string()).optional(),
      network_access: z.boolean().optional(),
      exclude_tmpdir_env_var: z.boolean().optional(),
      exclude_slash_tmp: z.boolean().optional(),
    })
    .optional(),
  default_permissions: z.string().optional(),
  permissions: z.record(z.string(), PermissionTable).optional(),
  /** The profile on top of this file: a table of `profiles`, or `<name>.config.toml` beside it. */
  profile: z.string().min(1).optional(),
  profiles: z.record(z.string(), z.looseObject({})).optional(),
  /** Known ones are booleans; others may bring settings of their own. */
  features: z.record(z.string(), z.unknown()).optional(),
  suppress_unstable_features_warning: z.boolean().optional(),
  /** A search that the provider makes for the model. */
  web_search: z.enum(['disabled', 'cached', 'live']).optional(),
  instructions: z.string().optional(),
  developer_instructions: z.string().optional(),
  project_doc_max_bytes: z.number().int().min(0).optional(),
  goals: z
    .looseObject({
      /** The largest token budget of a goal, and the budget of one that names none. */
      max_goal_token_budget: z.number().int().positive().optional(),
      /** Automatic turns of a new goal between two words of a person; 0 for no cap. */
      auto_turn_cap: z.number().int().min(0).optional(),
      /** What becomes of goals that were active when the app ended. */
      auto_resume: z.enum(['ask', 'always', 'never']).optional(),
      /** Automatic turns at a time, over all threads. */
      max_simultaneous: z.number().int().min(1).max(64).optional(),
    })
    .optional(),
  storage: z
    .looseObject({
      /** Until a deleted thread is removed from the disk; 30 when absent. */
      keep_deleted_days: z
        .union([z.number().int().min(1).max(36_500), z.literal('forever')])
        .optional(),
    })
    .optional(),
  shell_environment_policy: ShellEnvironmentPolicy.optional(),
  /** Read server by server where they are started, so that a bad one fails alone. */
  mcp_servers: z.record(z.string(), z.unknown()).optional(),
  /** Absolute folder to what a person said of it. */
  projects: z
    .record(z.string(), z.looseObject({ trust_level: z.enum(['trusted', 'untrusted']).optional() }))
    .optional(),
})
export type ConfigValues = z.output<typeof ConfigValues>
