// Valid values of the contract; a test names only what matters to it.
import type {
  AgentMessageItem,
  CommandExecutionItem,
  Model,
  ReasoningItem,
  Result,
  Thread,
  ThreadTokenUsage,
  Turn,
  UserMessageItem,
} from '../../protocol/index.ts'

export function aThread(changes: Partial<Thread> = {}): Thread {
  const id = changes.id ?? 'thread-1'
  return {
    id,
    sessionId: id,
    forkedFromId: null,
    parentThreadId: null,
    attachedToThreadId: null,
    preview: 'Make the tests pass',
    name: null,
    ephemeral: false,
    historyMode: 'paginated',
    modelProvider: 'mock',
    model: 'mock-model',
    reasoningEffort: null,
    createdAt: 1_000,
    updatedAt: 1_000,
    recencyAt: 1_000,
    status: { type: 'idle' },
    cwd: '/srv/project',
    path: null,
    cliVersion: '1.0.0',
    originator: null,
    source: 'appServer',
    threadSource: null,
    gitInfo: null,
    canAcceptDirectInput: null,
    agentNickname: null,
    agentRole: null,
    environments: null,
    turns: [],
    section: null,
    sectionEnteredAt: null,
    projectId: null,
    extra: null,
    daybreakEnabled: null,
    ...changes,
  }
}

export function aTurn(changes: Partial<Turn> = {}): Turn {
  return {
    id: 'turn-1',
    rootTurnId: null,
    items: [],
    itemsView: 'full',
    status: 'completed',
    error: null,
    startedAt: 1_000,
    completedAt: 1_002,
    durationMs: 2_000,
    ...changes,
  }
}

export function aRunningTurn(changes: Partial<Turn> = {}): Turn {
  return aTurn({ status: 'inProgress', completedAt: null, durationMs: null, ...changes })
}

export function aUserMessage(changes: Partial<UserMessageItem> = {}): UserMessageItem {
  return {
    type: 'userMessage',
    id: 'user-1',
    clientId: null,
    content: [{ type: 'text', text: 'Make the tests pass' }],
    ...changes,
  }
}

export function anAgentMessage(changes: Partial<AgentMessageItem> = {}): AgentMessageItem {
  return {
    type: 'agentMessage',
    id: 'message-1',
    text: '',
    phase: null,
    memoryCitation: null,
    moderation: null,
    delivery: null,
    questions: null,
    ...changes,
  }
}

export function aReasoning(changes: Partial<ReasoningItem> = {}): ReasoningItem {
  return { type: 'reasoning', id: 'reasoning-1', summary: [], content: [], ...changes }
}

export function aCommand(changes: Partial<CommandExecutionItem> = {}): CommandExecutionItem {
  return {
    type: 'commandExecution',
    id: 'command-1',
    command: 'npm test',
    cwd: '/srv/project',
    processId: null,
    source: 'agent',
    status: 'inProgress',
    commandActions: [],
    aggregatedOutput: null,
    exitCode: null,
    durationMs: null,
    pluginId: null,
    scriptPath: null,
    ...changes,
  }
}

export function aStartResult(
  changes: Partial<Result<'thread/start'>> = {},
): Result<'thread/start'> {
  return {
    thread: aThread(),
    model: 'mock-model',
    modelProvider: 'mock',
    serviceTier: null,
    cwd: '/srv/project',
    runtimeWorkspaceRoots: ['/srv/project'],
    instructionSources: [],
    approvalPolicy: 'on-request',
    approvalsReviewer: 'user',
    sandbox: {
      type: 'workspaceWrite',
      writableRoots: [],
      networkAccess: false,
      excludeTmpdirEnvVar: false,
      excludeSlashTmp: false,
    },
    activePermissionProfile: { id: ':workspace' },
    reasoningEffort: null,
    disabledPluginIds: [],
    multiAgentMode: 'explicitRequestOnly',
    skein: { lastSeq: 0, imported: false },
    ...changes,
  }
}

export interface ResumedThread {
  thread?: Thread
  lastSeq?: number
  /** Newest first, as they are listed. */
  turns?: Turn[]
  nextCursor?: string | null
}

export function aResumeResult(resumed: ResumedThread = {}): Result<'thread/resume'> {
  const { thread = aThread(), lastSeq = 0, turns = [], nextCursor = null } = resumed
  return {
    ...aStartResult({ thread, skein: { lastSeq, imported: false } }),
    collaborationMode: null,
    initialTurnsPage: { data: turns, nextCursor, backwardsCursor: null },
    turnsBackwardsCursor: null,
    itemsBackwardsCursor: null,
  }
}

export function someTokens(totalTokens: number): ThreadTokenUsage['total'] {
  return {
    totalTokens,
    inputTokens: totalTokens,
    cachedInputTokens: 0,
    cacheWriteInputTokens: 0,
    outputTokens: 0,
    reasoningOutputTokens: 0,
  }
}

export function aModel(provider: string, changes: Partial<Model> = {}): Model {
  return {
    id: `${provider}-model`,
    model: `${provider}-model`,
    displayName: provider,
    description: '',
    hidden: false,
    isDefault: true,
    supportedReasoningEfforts: [],
    defaultReasoningEffort: 'none',
    inputModalities: ['text'],
    upgrade: null,
    serviceTiers: [],
    defaultServiceTier: null,
    supportsPersonality: false,
    additionalSpeedTiers: [],
    upgradeInfo: null,
    availabilityNux: null,
    availableAccessPrograms: null,
    modelSpecialty: null,
    multiAgentVersion: null,
    skein: { provider, contextWindow: null, demo: provider === 'demo' },
    ...changes,
  }
}
