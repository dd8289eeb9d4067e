// Which tools a turn has under its settings: none for files and commands without an environment to use them in,
// and none in plan mode that begin the work.
import { type ToolRegistry, unsupported } from '../../tools/registry.ts'
import type { ThreadSettings } from '../settings.ts'

/** They work on this machine: with its files, its commands, and what may be done to them. */
const OF_ENVIRONMENT: ReadonlySet<string> = new Set([
  'exec_command',
  'shell_command',
  'write_stdin',
  'apply_patch',
  'view_image',
  'request_permissions',
])

/** Understood in plan mode, and refused with the reason. */
const NOT_OFFERED_IN_PLAN_MODE: ReadonlySet<string> = new Set(['apply_patch', 'update_plan'])

/** `settings` are asked each time: those of a running turn may change. */
export function toolsOfTurn(all: ToolRegistry, settings: () => ThreadSettings): ToolRegistry {
  const isThere = (name: string): boolean =>
    settings().environments.length > 0 || !OF_ENVIRONMENT.has(name)
  const isOffered = (name: string): boolean =>
    isThere(name) && !(settings().mode === 'plan' && NOT_OFFERED_IN_PLAN_MODE.has(name))
  return {
    specs: () => all.specs().filter(({ name }) => isOffered(name)),
    has: (name) => isThere(name) && all.has(name),
    isParallel: all.isParallel,
    preview: (name, form) => (isOffered(name) ? all.preview(name, form) : undefined),
    async prepare(call, context) {
      if (!isThere(call.name)) throw unsupported(call)
      return all.prepare(call, context)
    },
  }
}
