// The app's tools together with those extensions add to a thread.
import { createToolRegistry, type ToolRegistry } from '../../tools/registry.ts'
import type { Tool } from '../../tools/tool.ts'

/** The app's tools win over a contributed one of the same name, and so does the first of two contributed ones. */
export function withExtensionTools(
  app: ToolRegistry,
  contributed: () => readonly Tool[],
): ToolRegistry {
  function own(): ToolRegistry {
    const taken = new Set(app.specs().map((spec) => spec.name))
    const fresh = contributed().filter(({ name }) => !taken.has(name) && taken.add(name))
    return createToolRegistry(fresh)
  }
  const isApps = (name: string): boolean => app.specs().some((spec) => spec.name === name)
  return {
    specs: () => [...app.specs(), ...own().specs()],
    isParallel: (name) => (isApps(name) ? app : own()).isParallel(name),
    prepare: (call, context) => (isApps(call.name) ? app : own()).prepare(call, context),
  }
}
