// What a connection may use only after it asked for `experimentalApi`, as in the reference.

export const experimentalMethods: ReadonlySet<string> = new Set([
  'collaborationMode/list',
  'fuzzyFileSearch/sessionStart',
  'fuzzyFileSearch/sessionUpdate',
  'fuzzyFileSearch/sessionStop',
  'thread/settings/update',
  'turn/settings/update',
  'thread/search',
  'thread/searchOccurrences',
  'thread/queue/add',
  'thread/queue/list',
  'thread/queue/update',
  'thread/queue/delete',
  'thread/queue/reorder',
  'thread/queue/start',
  'thread/memoryMode/set',
  'thread/increment_elicitation',
  'thread/decrement_elicitation',
  'thread/items/read',
  'thread/backgroundTerminals/list',
  'thread/backgroundTerminals/terminate',
  'thread/backgroundTerminals/clean',
])

/** Parameters of other methods, as `method.parameter`. */
export const experimentalFields: ReadonlySet<string> = new Set([
  ...[
    'dynamicTools',
    'environments',
    'historyMode',
    'permissions',
    'runtimeWorkspaceRoots',
    'experimentalRawEvents',
    'multiAgentMode',
    'selectedCapabilityRoots',
    'allowProviderModelFallback',
    'daybreakEnabled',
    'projectId',
  ].map((field) => `thread/start.${field}`),
  ...['history', 'initialTurnsPage', 'permissions', 'runtimeWorkspaceRoots'].map(
    (field) => `thread/resume.${field}`,
  ),
  ...['permissions', 'runtimeWorkspaceRoots', 'deferGoalContinuation', 'beforeTurnId'].map(
    (field) => `thread/fork.${field}`,
  ),
  ...[
    'runtimeWorkspaceRoots',
    'permissions',
    'additionalContext',
    'responsesapiClientMetadata',
    'environments',
    'collaborationMode',
  ].map((field) => `turn/start.${field}`),
  ...['additionalContext', 'responsesapiClientMetadata'].map((field) => `turn/steer.${field}`),
  ...['ancestorThreadId', 'parentThreadId', 'projectId'].map((field) => `thread/list.${field}`),
  'thread/metadata/update.projectId',
])
