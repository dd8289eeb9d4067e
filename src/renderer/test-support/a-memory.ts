// The browser's storage without a browser.
import type { LocalMemory } from '../state/local-memory.ts'

export function aMemory(): LocalMemory {
  const kept = new Map<string, string>()
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
  }
}
