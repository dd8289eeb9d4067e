// Small things a window remembers over a restart, in the browser's own storage. Losing them loses no work.

/** The part of the browser's Storage that is used. */
export interface LocalMemory {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
}

const PREFIX = 'skein.'

/** What was kept under that name; `fallback` when there is nothing or it cannot be read. */
export function recall<T>(memory: LocalMemory, name: string, fallback: T): T {
  try {
    const stored = memory.getItem(PREFIX + name)
    return stored === null ? fallback : (JSON.parse(stored) as T)
  } catch {
    return fallback // storage switched off, or something else wrote there
  }
}

export function remember(memory: LocalMemory, name: string, value: unknown): void {
  try {
    memory.setItem(PREFIX + name, JSON.stringify(value))
  } catch {
    // Storage is full or switched off: the window works, it only forgets.
  }
}
