// Valid values with defaults, so that a test shows only what matters to it.

import type { FunctionCallItem } from '../src/main/model/model-item.ts'
import type { PendingSteer, StoredApproval } from '../src/main/storage/thread-event.ts'
import { type ConfigSnapshot, snapshotOf } from '../src/main/threads/config-snapshot.ts'
import type { SettingsKey, ThreadSettings } from '../src/main/threads/settings.ts'
import type { ThreadState } from '../src/main/threads/thread-state.ts'
import type { CommandExecutionItem, UserInput } from '../src/protocol/index.ts'

export { answer as agentMessage } from '../src/main/storage/test-support/events.ts'

export function settings(overrides: Partial<ThreadSettings> = {}): ThreadSettings {
  return {
    model: 'test-model',
    modelProvider: 'fake',
    serviceTier: null,
    cwd: '/srv',
    workspaceRoots: ['/srv'],
    approvalPolicy: 'on-request',
    approvalsReviewer: 'user',
    permissionProfile: { type: 'disabled' },
    activePermissionProfile: { id: ':danger-full-access' },
    effort: null,
    summary: null,
    personality: null,
    ephemeral: false,
    source: 'vscode',
    threadSource: null,
    baseInstructions: null,
    developerInstructions: null,
    mode: 'default',
    modeInstructions: null,
    environments: ['local'],
    ...overrides,
  }
}

export function snapshot(overrides: Partial<ThreadSettings> = {}): ConfigSnapshot {
  const values = settings(overrides)
  const keys = Object.keys(values) as SettingsKey[]
  const origins = Object.fromEntries(keys.map((key) => [key, 'defaults']))
  return snapshotOf({ values, origins: origins as ConfigSnapshot['origins'] })
}

export function threadState(overrides: Partial<ThreadState> = {}): ThreadState {
  return {
    id: 'thread-1',
    stored: true,
    lastSeq: 0,
    snapshot: snapshot(),
    name: null,
    preview: '',
    archived: false,
    deleted: false,
    createdAtMs: 1000,
    updatedAtMs: 1000,
    recencyAtMs: 1000,
    originator: 'test',
    cliVersion: '0.0.0',
    historyMode: 'paginated',
    imported: false,
    base: null,
    forkedFromId: null,
    startProjectId: null,
    gitInfo: null,
    memoryMode: null,
    turnCount: 0,
    tokenUsage: null,
    queue: [],
    failed: false,
    turn: null,
    ...overrides,
  }
}

export function text(words: string): UserInput {
  return { type: 'text', text: words, text_elements: [] }
}

export function command(
  id: string,
  overrides: Partial<CommandExecutionItem> = {},
): CommandExecutionItem {
  return {
    type: 'commandExecution',
    id,
    command: 'ls',
    cwd: '/srv',
    processId: null,
    source: 'unifiedExecStartup',
    status: 'inProgress',
    commandActions: [],
    aggregatedOutput: null,
    exitCode: null,
    durationMs: null,
    pluginId: null,
    scriptPath: null,
    ...overrides,
  }
}

export function functionCall(callId: string, name = 'exec_command', args = '{}'): FunctionCallItem {
  return { type: 'function_call', call_id: callId, name, arguments: args }
}

export function steer(id: string, turnId: string, words: string): PendingSteer {
  return {
    id,
    turnId,
    clientId: null,
    content: [text(words)],
    model: { type: 'message', role: 'user', content: [{ type: 'input_text', text: words }] },
  }
}

export function approval(approvalId: string, turnId: string, itemId: string): StoredApproval {
  return {
    approvalId,
    turnId,
    itemId,
    method: 'item/commandExecution/requestApproval',
    params: {},
    createdAtMs: 1000,
  }
}
