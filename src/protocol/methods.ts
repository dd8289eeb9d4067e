// Every request a client may send: its parameters and its result. The one list the router, the bridge
// and docs/protocol.md are made of.
import { z } from 'zod'
import { ApprovalRule, ApprovalState, ApprovalView } from './approvals.ts'
import { arrangementMethods, ThreadReadState } from './arrangement.ts'
import { ClientMetadata, turnCompany } from './client-context.ts'
import { ConfigLayerView, ConfigOrigin, Model, ModelProviderView } from './config.ts'
import { configMethods } from './config-methods.ts'
import { FoundFile } from './files.ts'
import { goalMethods } from './goal-methods.ts'
import { Seq, ThreadId, TurnId } from './ids.ts'
import { ThreadItem, UserInput } from './items.ts'
import { mcpMethods } from './mcp-methods.ts'
import { PageLimit, page, params, SortDirection } from './params.ts'
import {
  BackgroundTerminal,
  commandExecParams,
  processSpawnParams,
  TerminalSize,
} from './processes.ts'
import { DynamicTool } from './questions.ts'
import { QueuedSubmission } from './queue.ts'
import { SearchProgress, searchMethods } from './search.ts'
import {
  ActivePermissionProfile,
  ApprovalPolicy,
  ApprovalsReviewer,
  CollaborationMode,
  EnvironmentSelection,
  Personality,
  SandboxMode,
  SandboxPolicy,
  TurnExtrasParams,
  turnOverrides,
} from './settings.ts'
import { storeMethods } from './store.ts'
import { threadMethods } from './thread-methods.ts'
import { ResultExtras, SourceFilter, Thread, ThreadListExtras } from './threads.ts'
import { turnMethods } from './turn-methods.ts'
import { ItemsView, Turn } from './turns.ts'
import { usageMethods } from './usage.ts'

const empty = z.object({})
const cursors = { nextCursor: z.string().nullable(), backwardsCursor: z.string().nullable() }

const Capabilities = z.object({
  experimentalApi: z.boolean().optional(),
  /** Accepted and ignored, like `extensions`. */
  requestAttestation: z.boolean().optional(),
  extensions: z.record(z.string(), z.unknown()).nullish(),
  optOutNotificationMethods: z.array(z.string()).nullish(),
})

/** Overrides of thread/start and thread/resume. */
const threadOverrides = {
  model: z.string().min(1).optional(),
  modelProvider: z.string().min(1).optional(),
  /** Tri-state: absent keeps, null clears. */
  serviceTier: z.string().nullable().optional(),
  cwd: z.string().optional(),
  runtimeWorkspaceRoots: z.array(z.string()).optional(),
  approvalPolicy: ApprovalPolicy.optional(),
  approvalsReviewer: ApprovalsReviewer.optional(),
  sandbox: SandboxMode.optional(),
  permissions: z.string().optional(),
  /** Empty: no files and no commands. */
  environments: z.array(EnvironmentSelection).optional(),
  /** Config key or dotted key to value: a top layer for this thread alone. */
  config: z.record(z.string(), z.unknown()).optional(),
  baseInstructions: z.string().optional(),
  developerInstructions: z.string().optional(),
  personality: Personality.optional(),
}

const threadSetup = {
  thread: Thread,
  model: z.string(),
  modelProvider: z.string(),
  serviceTier: z.string().nullable(),
  cwd: z.string(),
  runtimeWorkspaceRoots: z.array(z.string()),
  instructionSources: z.array(z.string()),
  approvalPolicy: ApprovalPolicy,
  approvalsReviewer: ApprovalsReviewer,
  sandbox: SandboxPolicy,
  activePermissionProfile: ActivePermissionProfile.nullable(),
  reasoningEffort: z.string().nullable(),
  disabledPluginIds: z.array(z.string()),
  multiAgentMode: z.string(),
  skein: ResultExtras,
}

const TurnsPage = z.object({ data: z.array(Turn), ...cursors })

const itemEntry = z.object({
  turnId: TurnId,
  item: ThreadItem,
  startedAtMs: z.number().nullable(),
  completedAtMs: z.number().nullable(),
  /** True when a long output was left out; skein/item/output/read fetches it. */
  outputDeferred: z.boolean().optional(),
})

const input = z.array(UserInput)

export const methods = {
  initialize: {
    params: params({
      clientInfo: z.object({ name: z.string(), title: z.string().nullish(), version: z.string() }),
      capabilities: Capabilities.optional(),
    }),
    result: z.object({
      userAgent: z.string(),
      /** Skein's home; the name is the reference's, so that existing clients work. */
      codexHome: z.string(),
      platformFamily: z.enum(['unix', 'windows']),
      platformOs: z.string(),
    }),
  },

  'thread/start': {
    params: params({
      ...threadOverrides,
      ephemeral: z.boolean().optional(),
      historyMode: z.enum(['legacy', 'paginated']).optional(),
      serviceName: z.string().optional(),
      sessionStartSource: z.enum(['startup', 'clear']).optional(),
      threadSource: z.string().optional(),
      projectId: z.string().optional(),
      /** Tools that this client carries out itself; it is asked with item/tool/call. */
      dynamicTools: z.array(DynamicTool).max(128).optional(),
    }),
    result: z.object(threadSetup),
  },
  'thread/resume': {
    params: params({
      threadId: ThreadId,
      ...threadOverrides,
      excludeTurns: z.boolean().optional(),
      initialTurnsPage: z
        .object({
          limit: PageLimit.nullish(),
          sortDirection: SortDirection.nullish(),
          itemsView: ItemsView.nullish(),
        })
        .optional(),
    }),
    result: z.object({
      ...threadSetup,
      collaborationMode: CollaborationMode.nullable(),
      initialTurnsPage: TurnsPage.nullable(),
      turnsBackwardsCursor: z.string().nullable(),
      itemsBackwardsCursor: z.string().nullable(),
    }),
  },
  'thread/fork': {
    params: params({
      threadId: ThreadId,
      ...threadOverrides,
      /** Keep through this turn, which must have ended … */
      lastTurnId: TurnId.optional(),
      /** … or drop this one and all later ones. */
      beforeTurnId: TurnId.optional(),
      ephemeral: z.boolean().optional(),
      excludeTurns: z.boolean().optional(),
      deferGoalContinuation: z.boolean().optional(),
      threadSource: z.string().optional(),
      skein: z.object({ goal: z.enum(['none', 'paused', 'deferred']).optional() }).optional(),
    }),
    result: z.object(threadSetup),
  },
  'thread/read': {
    params: params({ threadId: ThreadId, includeTurns: z.boolean().optional() }),
    result: z.object({
      thread: Thread,
      /** Null before the first turn. */
      readState: ThreadReadState.nullable(),
      skein: ResultExtras,
    }),
  },
  'thread/list': {
    params: params({
      ...page,
      /** `section_position` needs a `sectionId`, and goes upwards by default. */
      sortKey: z.enum(['created_at', 'updated_at', 'recency_at', 'section_position']).optional(),
      sortDirection: SortDirection.optional(),
      modelProviders: z.array(z.string()).optional(),
      sourceKinds: z.array(SourceFilter).optional(),
      archived: z.boolean().optional(),
      cwd: z.union([z.string(), z.array(z.string())]).optional(),
      searchTerm: z.string().optional(),
      parentThreadId: ThreadId.optional(),
      ancestorThreadId: ThreadId.optional(),
      excludedThreadIds: z.array(ThreadId).optional(),
      /** Tri-state, like the next one: absent all, null those without one. */
      sectionId: z.string().nullable().optional(),
      projectId: z.string().nullable().optional(),
      skein: ThreadListExtras.optional(),
    }),
    result: z.object({
      data: z.array(Thread),
      ...cursors,
      /** By thread id; without a thread that has no turn yet. */
      readStates: z.record(ThreadId, ThreadReadState).nullable(),
    }),
  },
  'thread/loaded/list': {
    params: params({ ...page }),
    result: z.object({ data: z.array(ThreadId), nextCursor: z.string().nullable() }),
  },
  ...searchMethods,
  ...usageMethods,
  'thread/turns/list': {
    params: params({
      threadId: ThreadId,
      ...page,
      sortDirection: SortDirection.optional(),
      itemsView: ItemsView.optional(),
    }),
    result: TurnsPage,
  },
  'thread/items/list': {
    params: params({
      threadId: ThreadId,
      turnId: TurnId.optional(),
      cursor: z
        .union([z.string(), z.object({ type: z.literal('item'), itemId: z.string() })])
        .optional(),
      limit: PageLimit.optional(),
      sortDirection: SortDirection.optional(),
      deferOutput: z
        .object({ commandExecution: z.boolean().nullish(), mcpToolCall: z.boolean().nullish() })
        .optional(),
    }),
    result: z.object({ data: z.array(itemEntry), ...cursors }),
  },
  'thread/items/read': {
    params: params({
      threadId: ThreadId,
      turnId: TurnId,
      itemIds: z.array(z.string()).min(1).max(100),
    }),
    result: z.object({ data: z.array(itemEntry) }),
  },
  'thread/name/set': {
    params: params({ threadId: ThreadId, name: z.string() }),
    result: empty,
  },
  'thread/archive': { params: params({ threadId: ThreadId }), result: empty },
  'thread/unarchive': {
    params: params({ threadId: ThreadId }),
    result: z.object({ thread: Thread }),
  },
  'thread/delete': { params: params({ threadId: ThreadId }), result: empty },
  'thread/unsubscribe': {
    params: params({ threadId: ThreadId }),
    result: z.object({ status: z.enum(['unsubscribed', 'notSubscribed', 'notLoaded']) }),
  },

  'thread/queue/add': {
    params: params({
      threadId: ThreadId,
      input,
      clientUserMessageId: z.string(),
      responsesapiClientMetadata: ClientMetadata.optional(),
    }),
    result: z.object({ queuedSubmission: QueuedSubmission }),
  },
  'thread/queue/list': {
    params: params({ threadId: ThreadId, ...page }),
    result: z.object({ data: z.array(QueuedSubmission), nextCursor: z.string().nullable() }),
  },
  'thread/queue/update': {
    params: params({ threadId: ThreadId, queuedSubmissionId: z.string(), input }),
    result: z.object({ queuedSubmission: QueuedSubmission }),
  },
  'thread/queue/delete': {
    params: params({ threadId: ThreadId, queuedSubmissionId: z.string() }),
    result: z.object({ deleted: z.boolean() }),
  },
  'thread/queue/reorder': {
    params: params({ threadId: ThreadId, queuedSubmissionIds: z.array(z.string()) }),
    result: empty,
  },
  'thread/queue/start': {
    params: params({ threadId: ThreadId, queuedSubmissionId: z.string().optional() }),
    result: z.object({ turn: Turn }),
  },

  'turn/start': {
    params: params({
      threadId: ThreadId,
      input,
      clientUserMessageId: z.string().optional(),
      ...turnOverrides,
      /** This turn only; sent to the provider as a strict JSON schema. */
      outputSchema: z.unknown().optional(),
      /** The tier of a turn that this input begins, whatever the thread's is; no change for one that it joins. */
      serviceTierForTurn: z.string().optional(),
      ...turnCompany,
      responsesapiClientMetadataPatch: ClientMetadata.optional(),
      skein: TurnExtrasParams.optional(),
    }),
    result: z.object({ turn: Turn }),
  },
  'turn/steer': {
    params: params({
      threadId: ThreadId,
      input,
      expectedTurnId: z.string(),
      clientUserMessageId: z.string().optional(),
      ...turnCompany,
    }),
    result: z.object({ turnId: TurnId }),
  },
  'turn/interrupt': {
    params: params({ threadId: ThreadId, turnId: TurnId }),
    result: empty,
  },

  ...turnMethods,
  ...threadMethods,

  fuzzyFileSearch: {
    params: params({
      query: z.string(),
      roots: z.array(z.string()),
      /** A search with the same token takes the place of an earlier one, which then finds nothing. */
      cancellationToken: z.string().nullish(),
    }),
    result: z.object({ files: z.array(FoundFile) }),
  },
  'fuzzyFileSearch/sessionStart': {
    params: params({ sessionId: z.string(), roots: z.array(z.string()) }),
    result: z.object({}),
  },
  'fuzzyFileSearch/sessionUpdate': {
    params: params({ sessionId: z.string(), query: z.string() }),
    result: z.object({}),
  },
  'fuzzyFileSearch/sessionStop': {
    params: params({ sessionId: z.string() }),
    result: z.object({}),
  },

  'model/list': {
    params: params({
      ...page,
      modelProvider: z.string().optional(),
      includeHidden: z.boolean().optional(),
    }),
    result: z.object({ data: z.array(Model), nextCursor: z.string().nullable() }),
  },
  'modelProvider/list': {
    params: params({}),
    result: z.object({
      data: z.array(ModelProviderView),
      defaultProviderId: z.string(),
      canChangeDefault: z.boolean(),
    }),
  },
  /** A key for a provider, kept by the operating system where it can, else for this session; null forgets it. */
  'skein/provider/key/set': {
    params: params({ providerId: z.string(), key: z.string().min(1).max(4_096).nullable() }),
    result: z.object({ stored: z.enum(['secretStore', 'session', 'none']) }),
  },
  'config/read': {
    params: params({ includeLayers: z.boolean().optional(), cwd: z.string().optional() }),
    result: z.object({
      /** Keys as in config.toml; unset ones are null. */
      config: z.record(z.string(), z.unknown()),
      /** Dotted key to the layer that set it. */
      origins: z.record(z.string(), ConfigOrigin),
      /** Highest precedence first; absent unless asked for. */
      layers: z.array(ConfigLayerView).optional(),
    }),
  },
  'permissionProfile/list': {
    params: params({ cwd: z.string().optional(), ...page }),
    result: z.object({
      data: z.array(
        z.object({ id: z.string(), description: z.string().nullable(), allowed: z.boolean() }),
      ),
      nextCursor: z.string().nullable(),
    }),
  },
  'collaborationMode/list': {
    params: params({}),
    result: z.object({
      data: z.array(
        z.object({
          name: z.string(),
          mode: z.string().nullable(),
          model: z.string().nullable(),
          reasoning_effort: z.string().nullable(),
        }),
      ),
    }),
  },
  ...mcpMethods,
  'account/read': {
    params: params({}),
    result: z.object({
      account: z.null(),
      userId: z.null(),
      requiresOpenaiAuth: z.boolean(),
      workspaceRouting: z.null(),
    }),
  },

  ...configMethods,
  ...goalMethods,
  'skein/approval/list': {
    params: params({ threadId: ThreadId.optional(), state: ApprovalState.optional(), ...page }),
    result: z.object({ data: z.array(ApprovalView), nextCursor: z.string().nullable() }),
  },
  'skein/approval/respond': {
    /** `result` as the answer to the server request of that approval. */
    params: params({ approvalId: z.string(), result: z.unknown() }),
    result: z.object({ accepted: z.boolean() }),
  },
  'command/exec': {
    params: params(commandExecParams),
    /** At its end; what was streamed is not repeated. */
    result: z.object({ exitCode: z.number(), stdout: z.string(), stderr: z.string() }),
  },
  'command/exec/write': {
    params: params({
      processId: z.string(),
      deltaBase64: z.string().optional(),
      closeStdin: z.boolean().optional(),
    }),
    result: empty,
  },
  'command/exec/resize': {
    params: params({ processId: z.string(), size: TerminalSize }),
    result: empty,
  },
  'command/exec/terminate': { params: params({ processId: z.string() }), result: empty },
  /** Unconfined; refused to windows. */
  'process/spawn': { params: params(processSpawnParams), result: empty },
  'process/writeStdin': {
    params: params({
      processHandle: z.string(),
      deltaBase64: z.string().optional(),
      closeStdin: z.boolean().optional(),
    }),
    result: empty,
  },
  'process/resizePty': {
    params: params({ processHandle: z.string(), size: TerminalSize }),
    result: empty,
  },
  'process/kill': { params: params({ processHandle: z.string() }), result: empty },
  'thread/backgroundTerminals/list': {
    params: params({ threadId: ThreadId, ...page }),
    result: z.object({ data: z.array(BackgroundTerminal), nextCursor: z.string().nullable() }),
  },
  'thread/backgroundTerminals/terminate': {
    params: params({ threadId: ThreadId, processId: z.string() }),
    result: z.object({ terminated: z.boolean() }),
  },
  'thread/backgroundTerminals/clean': { params: params({ threadId: ThreadId }), result: empty },
  /** The latest output of a background terminal, at most 32,768 characters. */
  'skein/terminal/read': {
    params: params({ threadId: ThreadId, processId: z.string() }),
    result: z.object({ output: z.string() }),
  },
  /** Types into a background terminal; line ends are part of the text. */
  'skein/terminal/write': {
    params: params({ threadId: ThreadId, processId: z.string(), text: z.string().max(65_536) }),
    result: empty,
  },

  'skein/approval/rule/list': {
    params: params({ ...page }),
    result: z.object({ data: z.array(ApprovalRule), nextCursor: z.string().nullable() }),
  },
  /** Takes a rule out of the profile's files; false when there is none of that id. */
  'skein/approval/rule/delete': {
    params: params({ ruleId: z.string() }),
    result: z.object({ deleted: z.boolean() }),
  },
  /** Recorded events after one a client has seen, oldest first, with what they speak of as it is now. */
  'skein/event/list': {
    params: params({
      threadId: ThreadId,
      afterSeq: Seq,
      limit: PageLimit.optional(),
    }),
    result: z.object({
      /** Notifications as they were sent; of an event whose rows are gone there is none. */
      data: z.array(z.object({ method: z.string(), params: z.unknown(), seq: Seq })),
      /** Of the thread; there is more while the last one here is below. */
      lastSeq: Seq,
    }),
  },
  'skein/item/output/read': {
    params: params({
      threadId: ThreadId,
      itemId: z.string(),
      /** Bytes of UTF-8, like `length`, which is at most 1 MiB. */
      offset: z.number().int().nonnegative(),
      length: z.number().int().positive().max(1_048_576),
    }),
    result: z.object({
      text: z.string(),
      offset: z.number(),
      totalBytes: z.number(),
      omittedBytes: z.number(),
    }),
  },
  ...arrangementMethods,
  ...storeMethods,
  'skein/store/health': {
    params: params({}),
    result: z.object({
      state: z.enum(['healthy', 'repaired', 'damaged', 'readOnly']),
      /** When the database was last looked through as a whole and nothing was wrong; after an unclean exit only. */
      checkedAtMs: z.number().nullable(),
      reason: z.string().nullable(),
      repairs: z.array(z.object({ kind: z.string(), count: z.number(), text: z.string() })),
      bytes: z.object({
        database: z.number(),
        wal: z.number(),
        search: z.number(),
        blobs: z.number(),
        free: z.number(),
      }),
      search: SearchProgress,
    }),
  },
} as const satisfies Record<string, { params: z.ZodType; result: z.ZodType }>

export type MethodName = keyof typeof methods
/** What a handler receives. */
export type Params<M extends MethodName> = z.output<(typeof methods)[M]['params']>
export type Result<M extends MethodName> = z.output<(typeof methods)[M]['result']>

/** Methods that may come without `params`; in all others they must be there, empty or not. */
export const methodsWithoutParams: ReadonlySet<string> = new Set(
  Object.keys(methods).filter(
    (name) => name.startsWith('skein/') || name === 'config/mcpServer/reload',
  ),
)
