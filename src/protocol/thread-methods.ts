// Requests about threads: their lives, lists, names and waits; part of the one list in methods.ts.
import { z } from 'zod'
import { ThreadReadState } from './arrangement.ts'
import { cursors, TurnsPage } from './history-methods.ts'
import { ThreadId, TurnId } from './ids.ts'
import { PageLimit, page, params, SortDirection } from './params.ts'
import { DynamicTool } from './questions.ts'
import {
  ActivePermissionProfile,
  ApprovalPolicy,
  ApprovalsReviewer,
  CollaborationMode,
  EnvironmentSelection,
  Personality,
  SandboxMode,
  SandboxPolicy,
} from './settings.ts'
import { MemoryMode, ResultExtras, SourceFilter, Thread, ThreadListExtras } from './threads.ts'
import { ItemsView } from './turns.ts'

const ofThread = params({ threadId: ThreadId })
const waits = z.object({ count: z.number(), paused: z.boolean() })
/** Tri-state: absent keeps, null clears. */
const gitField = z.string().nullable().optional()

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

const empty = z.object({})

export const threadMethods = {
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
  'thread/metadata/update': {
    params: params({
      threadId: ThreadId,
      gitInfo: z.object({ sha: gitField, branch: gitField, originUrl: gitField }).optional(),
      /** "" takes the thread out of its project. */
      projectId: z.string().optional(),
    }),
    result: z.object({ thread: Thread }),
  },
  'thread/memoryMode/set': {
    params: params({ threadId: ThreadId, mode: MemoryMode }),
    result: z.object({}),
  },
  /** Somebody is being asked outside of Skein: waits for commands stand still until all of that is answered. */
  'thread/increment_elicitation': { params: ofThread, result: waits },
  'thread/decrement_elicitation': { params: ofThread, result: waits },
} as const
