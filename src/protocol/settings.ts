// The vocabulary of a thread's settings: who is asked, what the sandbox allows, how the model works.
import { z } from 'zod'

export const ApprovalPolicy = z.union([
  z.enum(['untrusted', 'on-request', 'never']),
  z.object({
    granular: z.object({
      sandbox_approval: z.boolean(),
      rules: z.boolean(),
      skill_approval: z.boolean().default(false),
      request_permissions: z.boolean().default(false),
      mcp_elicitations: z.boolean(),
    }),
  }),
])
export type ApprovalPolicy = z.output<typeof ApprovalPolicy>

export const ApprovalsReviewer = z.enum(['user', 'auto_review', 'guardian_subagent'])
export type ApprovalsReviewer = z.output<typeof ApprovalsReviewer>

export const SandboxMode = z.enum(['read-only', 'workspace-write', 'danger-full-access'])
export type SandboxMode = z.output<typeof SandboxMode>

/** The legacy view of a permission profile: derived for display and old clients, never enforced. */
export const SandboxPolicy = z.discriminatedUnion('type', [
  z.object({ type: z.literal('dangerFullAccess') }),
  z.object({ type: z.literal('readOnly'), networkAccess: z.boolean().default(false) }),
  z.object({
    type: z.literal('workspaceWrite'),
    writableRoots: z.array(z.string()).default([]),
    networkAccess: z.boolean().default(false),
    excludeTmpdirEnvVar: z.boolean().default(false),
    excludeSlashTmp: z.boolean().default(false),
  }),
  z.object({
    type: z.literal('externalSandbox'),
    networkAccess: z.enum(['restricted', 'enabled']).default('restricted'),
  }),
])
export type SandboxPolicy = z.output<typeof SandboxPolicy>

export const builtInProfiles = [':read-only', ':workspace', ':danger-full-access'] as const

/** Provenance of the profile in force; null when a legacy sandbox value is. */
export const ActivePermissionProfile = z.object({
  id: z.string(),
  extends: z.string().nullable().optional(),
})
export type ActivePermissionProfile = z.output<typeof ActivePermissionProfile>

/** An open word (`none`, `minimal`, `low`, `medium`, `high`, `xhigh` …); null means the model's default. */
export const ReasoningEffort = z.string().min(1)
export const ReasoningSummary = z.enum(['auto', 'concise', 'detailed', 'none'])
export type ReasoningSummary = z.output<typeof ReasoningSummary>
export const Personality = z.enum(['none', 'friendly', 'pragmatic'])
export type Personality = z.output<typeof Personality>

/** Older names of the default mode are still read. */
export const ModeKind = z.preprocess(
  (name) => (OLD_DEFAULT_MODES.has(name) ? 'default' : name),
  z.enum(['plan', 'default']),
)
export type ModeKind = z.output<typeof ModeKind>
const OLD_DEFAULT_MODES: ReadonlySet<unknown> = new Set([
  'code',
  'custom',
  'execute',
  'pair_programming',
])

/** How the agent works with the person; beats `model` and `effort` of the same request. */
export const CollaborationMode = z.object({
  mode: ModeKind,
  settings: z.object({
    model: z.string().min(1),
    reasoning_effort: z.string().nullish(),
    /** Null: those that come with the mode. */
    developer_instructions: z.string().nullish(),
  }),
})
export type CollaborationMode = z.output<typeof CollaborationMode>

/** Settings that null does not clear on the wire, since it means absent for them. */
export const ClearableSetting = z.enum(['effort', 'summary', 'personality'])
export type ClearableSetting = z.output<typeof ClearableSetting>

/** What turn/start adds: overrides that count for this turn alone, and settings to put back to their default. */
export const TurnExtrasParams = z.object({
  onlyThisTurn: z.union([z.literal(true), z.array(z.string())]).optional(),
  clear: z.array(ClearableSetting).optional(),
})
export type TurnExtrasParams = z.output<typeof TurnExtrasParams>

/** The layers a value can come from; later ones win. */
export const LayerName = z.enum([
  'defaults',
  'system',
  'user',
  'profile',
  'project',
  'commandLine',
  'thread',
  'turn',
])
export type LayerName = z.output<typeof LayerName>

/** Where tools work; of several, the first one's folder is the turn's. `local`, this machine, is the only one. */
export const EnvironmentSelection = z.object({
  environmentId: z.string(),
  cwd: z.string(),
  runtimeWorkspaceRoots: z.array(z.string()).optional(),
})
export type EnvironmentSelection = z.output<typeof EnvironmentSelection>

/** What a turn may override; sticky: this turn and all later ones. */
export const turnOverrides = {
  cwd: z.string().optional(),
  runtimeWorkspaceRoots: z.array(z.string()).optional(),
  approvalPolicy: ApprovalPolicy.optional(),
  approvalsReviewer: ApprovalsReviewer.optional(),
  sandboxPolicy: SandboxPolicy.optional(),
  permissions: z.string().optional(),
  model: z.string().min(1).optional(),
  /** Tri-state: absent keeps, null clears. */
  serviceTier: z.string().nullable().optional(),
  effort: ReasoningEffort.optional(),
  summary: ReasoningSummary.optional(),
  personality: Personality.optional(),
  collaborationMode: CollaborationMode.optional(),
  /** An empty list takes files and commands away, and counts for the turn alone when a turn is started with it. */
  environments: z.array(EnvironmentSelection).optional(),
}
export const TurnOverrides = z.object(turnOverrides)
export type TurnOverrides = z.output<typeof TurnOverrides>

/** Settings of a thread as its notifications carry them. */
export const ThreadSettingsView = z.object({
  cwd: z.string(),
  approvalPolicy: ApprovalPolicy,
  approvalsReviewer: ApprovalsReviewer,
  sandboxPolicy: SandboxPolicy,
  activePermissionProfile: ActivePermissionProfile.nullable(),
  model: z.string(),
  modelProvider: z.string(),
  serviceTier: z.string().nullable(),
  effort: z.string().nullable(),
  summary: ReasoningSummary.nullable(),
  collaborationMode: CollaborationMode,
  personality: Personality.nullable(),
  environments: z.array(EnvironmentSelection).nullable(),
  disabledPluginIds: z.array(z.string()),
  multiAgentMode: z.string(),
})
export type ThreadSettingsView = z.output<typeof ThreadSettingsView>
