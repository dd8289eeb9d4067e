// The app's tools together with those extensions add to a thread.
import { createToolRegistry, type ToolRegistry } from '../../tools/registry.ts'
import type { Tool } from '../../tools/tool.ts'

/** The app's tools win over a contributed one of the same name, and so does the first of two contributed ones. */
export function withExtensionTools(
  app: ToolRegistry,
  contributed: () => readonly Tool[],
): ToolRegistry {
  function own(): ToolRegistry {
    const taken = new Set<string>()
    const fresh = contributed().filter(
      ({ name }) => !app.has(name) && !taken.has(name) && taken.add(name),
    )
    return createToolRegistry(fresh)
  }
  return {
    specs: () => [...app.specs(), ...own().specs()],
    has: (name) => app.has(name) || own().has(name),
    isParallel: (name) => (app.has(name) ? app : own()).isParallel(name),
    preview: (name, form) => (app.has(name) ? app : own()).preview(name, form),
    prepare: (call, context) => (app.has(call.name) ? app : own()).prepare(call, context),
  }
}
