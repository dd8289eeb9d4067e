// What the model is told of a thread's settings, and when.
import { findInstructions } from '../instructions/agents-md.ts'
import {
  type ContextFragment,
  contextChanges,
  type InstructionDocument,
  initialContext,
  type WorkingContext,
} from '../instructions/environment-context.ts'
import type { Clock } from '../lib/clock.ts'
import type { ModelItem } from '../model/model-item.ts'
import type { ConfigSnapshot } from './config-snapshot.ts'
import { sandboxPolicyOfSettings, type ThreadSettings } from './settings.ts'

export interface ContextSource {
  /** The instruction files in force for a folder; read once per thread. */
  instructionsFor(cwd: string, maxBytes: number): Promise<readonly InstructionDocument[]>
  contextFor(
    history: readonly ModelItem[],
    documents: readonly InstructionDocument[],
    before: ConfigSnapshot | null,
    now: ConfigSnapshot,
    /** What extensions add; asked only when the whole context is told. */
    fragments: () => Promise<readonly ContextFragment[]>,
  ): Promise<readonly ModelItem[]>
}

export function createContextSource(options: {
  home: string
  clock: Clock
  shell: string
}): ContextSource {
  return {
    instructionsFor: (cwd, maxBytes) => findInstructions(options.home, cwd, maxBytes),
    async contextFor(history, documents, before, now, fragments) {
      const today = new Date(options.clock.now()).toISOString().slice(0, 10)
      const working = workingContext(now.values, options.shell)
      const told = history.some((item) => item.type === 'message' && item.role === 'developer')
      if (!before || !told) return initialContext(working, documents, today, await fragments())
      if (before.id === now.id) return []
      return contextChanges(workingContext(before.values, options.shell), working, today)
    },
  }
}

function workingContext(settings: ThreadSettings, shell: string): WorkingContext {
  const policy = sandboxPolicyOfSettings(settings)
  const { cwd, workspaceRoots, approvalPolicy, model, developerInstructions } = settings
  const { mode, modeInstructions } = settings
  const base = {
    cwd,
    workspaceRoots,
    approvalPolicy,
    model,
    developerInstructions,
    mode,
    modeInstructions,
    shell,
  }
  switch (policy.type) {
    case 'dangerFullAccess':
      return { ...base, access: 'full', writableRoots: [], network: true }
    case 'externalSandbox':
      return {
        ...base,
        access: 'full',
        writableRoots: [],
        network: policy.networkAccess === 'enabled',
      }
    case 'readOnly':
      return { ...base, access: 'read-only', writableRoots: [], network: policy.networkAccess }
    case 'workspaceWrite':
      return {
        ...base,
        access: 'workspace-write',
        writableRoots: [...new Set([cwd, ...policy.writableRoots])],
        network: policy.networkAccess,
      }
  }
}
